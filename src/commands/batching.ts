import { failure } from '../core/diagnostic';
import { timeOf, type Interval } from '../core/interval';
import type { Manifest } from '../core/manifest';
import type { NodeId } from '../core/node';
import { relationKey } from '../core/relation';
import { intervalsQuery, isBatched, type BatchSetting, type DoneInterval } from '../plan/batches';
import type { Flags } from './flags';
import type { Standing } from './seeding';

interface Call extends Pick<BatchSetting, 'run' | 'retryOf'> {
  readonly flags: Flags;
  readonly chosen: ReadonlySet<NodeId>;
  readonly now: Date;
}

/** What decides which batches a run builds; none where models are built without rows. Throws EtlxError `usage`. */
export async function batchingOf({ flags, chosen, now, ...of }: Call, { nodes }: Manifest, standing: Standing): Promise<BatchSetting> {
  const asked = askedTime(flags);
  const models = [...chosen].map((id) => nodes.get(id)).filter(isBatched);
  const sql = intervalsQuery(models, standing.catalog);
  const rows = sql === undefined ? [] : ((await standing.query?.(sql))?.rows ?? []);
  const done = new Map<NodeId, DoneInterval[]>(models.map(({ id }) => [id, []]));
  const byTable = new Map(models.map(({ id, relation }) => [relationKey(relation), done.get(id)!]));
  for (const row of rows) {
    const key = relationKey({ schema: String(row['table_schema']), name: String(row['table_name']) });
    const time = (column: string): number => 1000 * Number(row[column]);
    byTable.get(key)?.push({ start: time('batch_start'), end: time('batch_end'), doneAt: time('done_at'), run: String(row['run']) });
  }
  if (flags.empty) return { ...of, now: -Infinity, done };
  return { ...of, now: now.getTime(), done, ...(asked && { asked }), ...(flags.sample !== undefined && { partial: true }) };
}

/** What `--event-time-start` and `--event-time-end` say. */
function askedTime({ eventTimeStart, eventTimeEnd }: Flags): Interval | undefined {
  const [start, end] = [timeFlag('event-time-start', eventTimeStart), timeFlag('event-time-end', eventTimeEnd)];
  if (start === undefined && end === undefined) return undefined;
  if (start === undefined || end === undefined)
    throw failure('usage', { problem: '`--event-time-start` and `--event-time-end` go together' });
  if (start < end) return { start, end };
  throw failure('usage', { problem: `\`--event-time-start ${eventTimeStart!}\` is not before \`--event-time-end ${eventTimeEnd!}\`` });
}

function timeFlag(name: string, text: string | undefined): number | undefined {
  const time = text === undefined ? undefined : timeOf(text);
  if (text === undefined || time !== undefined) return time;
  throw failure('usage', {
    problem: `\`--${name}\` takes a time in UTC, such as \`2026-01-31\` or \`2026-01-31T12:00:00\`, found \`${text}\``,
  });
}
