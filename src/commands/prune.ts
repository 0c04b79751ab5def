import { relationKey, relationName } from '../core/relation';
import { DatabaseError, type Adapter } from '../core/ports';
import type { Manifest } from '../core/manifest';
import { builtSchemasQuery, orphansOf, ownersQuery, statesQuery, type Orphan } from '../plan/prune';
import { counted, relationText } from '../report/words';
import { inDatabase } from './database';
import type { Flags } from './flags';
import { openProject, type OnRead } from './opened';
import { schemasOf } from './run';
import type { Shell } from './shell';

/**
 * `etlx prune`: lists the relations that the project built and that no node of it owns any more, and with `--yes` drops them. Answers the exit code: 1
 * when the database refused to drop one.
 */
export async function prune(flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const opened = await openProject(flags, shell, onRead);
  return inDatabase(opened, shell, async (adapter) => {
    const { orphans, rowsOf } = await foundIn(adapter, opened.manifest);
    let kept = 0;
    let refused = 0;
    for (const orphan of orphans) {
      shell.signal.throwIfAborted();
      const needed = neededBy(orphan);
      const refusal = needed === undefined && flags.yes ? await droppingOf(adapter, orphan, shell.signal) : undefined;
      const why = needed ?? refusal;
      if (why !== undefined) kept += 1;
      if (refusal !== undefined) refused += 1;
      shell.stdout.write(`${lineOf(orphan, rowsOf(orphan), why)}\n`);
    }
    if (!flags.quiet) shell.stderr.write(`${closing(orphans.length - kept, kept, flags.yes === true)}\n`);
    return refused === 0 ? 0 : 1;
  });
}

interface Found {
  readonly orphans: readonly Orphan[];
  /** About how many rows it holds; undefined where nobody knows. */
  readonly rowsOf: (orphan: Orphan) => number | undefined;
}

async function foundIn(adapter: Adapter, manifest: Manifest): Promise<Found> {
  const nothing: Found = { orphans: [], rowsOf: () => undefined };
  const { schema } = manifest.target;
  const states = (await adapter.query(statesQuery)).rows.map((row) => String(row['schema']));
  if (!states.includes(schema)) return nothing;
  const { rows: built } = await adapter.query(builtSchemasQuery(manifest));
  const schemas = [...new Set([...schemasOf(manifest), ...built.map((row) => String(row['schema']))])];
  const catalog = await adapter.catalog(schemas);
  const orphans = orphansOf((await adapter.query(ownersQuery(states))).rows, manifest, catalog);
  if (orphans.length === 0) return nothing;
  const { rows } = await adapter.query(adapter.dialect.estimatesQuery(schemas));
  const estimates = new Map(
    rows.map((row) => [relationKey({ schema: String(row['schema']), name: String(row['name']) }), Number(row['rows'])]),
  );
  return {
    orphans,
    rowsOf({ relation }) {
      const rows = estimates.get(relationKey(relation));
      return rows === undefined || rows < 0 ? undefined : rows;
    },
  };
}

const neededBy = ({ readers: [first, ...more] }: Orphan): string | undefined =>
  first === undefined
    ? undefined
    : `${relationText(first)}${more.length === 0 ? ' reads it' : ` and ${counted(more.length, 'other')} read it`}`;

/** Drops it; answers what the database has against that, which then stays as it is: a foreign key, another owner. */
async function droppingOf(adapter: Adapter, { drop }: Orphan, signal: AbortSignal): Promise<string | undefined> {
  try {
    await adapter.transaction((session) => session.execute(drop.map(({ sql }) => sql)), signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return [error.message, error.detail].filter((text) => text !== undefined).join(': ');
  }
}

function lineOf({ kind, relation, node, builtAt }: Orphan, rows: number | undefined, kept: string | undefined): string {
  const facts = [
    kind.replace('_', ' ').padEnd('table'.length),
    relationText(relationName(relation)),
    ...(rows === undefined ? [] : [`about ${counted(rows, 'row')}`]),
    node,
    `built ${builtAt.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)}Z`,
    ...(kept === undefined ? [] : [`kept: ${kept}`]),
  ];
  return facts.join('  ');
}

function closing(going: number, kept: number, dropped: boolean): string {
  if (going + kept === 0) return 'every relation that the project has built belongs to a node';
  const what = `${counted(going, 'relation')}${kept === 0 ? '' : `, kept ${kept}`}`;
  return dropped ? `dropped ${what}` : `would drop ${what}; nothing is dropped without \`--yes\``;
}
