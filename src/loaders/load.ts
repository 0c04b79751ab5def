import { failure } from '../core/diagnostic';
import type { FoundColumn, RowCounts } from '../core/loader';
import type { DatasetNode } from '../core/node';
import type { Grown, LoadStep } from '../core/plan';
import type { Session, Store } from '../core/ports';
import { literal, relationName, type Relation } from '../core/relation';
import { withoutHeader } from './csv';
import { advance } from './cursorState';
import { datasetPrefix, foundIn, latestManifest, type DatasetManifest } from './lakeManifest';
import { timeOfLoad } from './loadId';
import { verified } from './verified';

/**
 * Copies the latest complete dataset into the step's candidate table, as a stream. Answers the rows that arrived, what became of all that the
 * dataset was made of, and where it has found columns what takes the place of the step's statements.
 *
 * Throws `lake.missing-load`, `lake.corrupt`, `load.columns`, `load.few`, `load.cursor`, `load.count` and DatabaseError; the caller's transaction then has to be rolled back.
 */
export async function loadRows(
  session: Session,
  step: LoadStep,
  { source, table }: Pick<DatasetNode, 'source' | 'table'>,
  store: Store,
): Promise<{ readonly rows: number; readonly counts: RowCounts; readonly grown?: Grown }> {
  const manifest = await latestManifest<DatasetManifest>(store, datasetPrefix(source, table), `dataset.${source}.${table}`, 'files');
  const { columns, counts, files } = manifest;
  const [data] = files;
  if (data === undefined) throw failure('lake.corrupt', { key: datasetPrefix(source, table), problem: 'its manifest names no data' });
  const grown = await grownOf(session, step, foundIn(manifest));
  const { columns: expected } = grown ?? step;
  if (columns.length !== expected.length || columns.some((name) => !expected.includes(name))) {
    throw failure('load.columns', { table: step.name, expected, found: columns });
  }
  const { minRows = 0, ledger, cursors, received, recorded } = step;
  if (counts.loaded < minRows) throw failure('load.few', { table: step.name, rows: counts.loaded, least: minRows });
  if (ledger !== undefined && !(await isFirst(session, ledger, step, manifest.load_id))) return { rows: 0, counts };
  if (cursors !== undefined && !(await advance(session, cursors, manifest))) return { rows: 0, counts };
  if (grown !== undefined) await session.execute(grown.widen.map(({ sql }) => sql));
  const rows = await session.copy(step.candidate, columns, withoutHeader(verified(store, data)));
  if (rows !== counts.loaded) throw failure('load.count', { table: step.name, expected: counts.loaded, found: rows });
  if (received !== undefined) await session.execute([receivedSql(received, step.relation, manifest)]);
  if (recorded !== undefined) await session.execute(recorded(data.sha256).map(({ sql }) => sql));
  return { rows, counts, ...(grown && { grown }) };
}

/** What takes the place of the step's statements for the columns that the dataset has found; undefined when there are none, or no room for them. */
async function grownOf(session: Session, { growth }: LoadStep, found: readonly FoundColumn[]): Promise<Grown | undefined> {
  if (growth === undefined || found.length === 0) return undefined;
  const standing = growth.describe === undefined ? [] : (await session.query(growth.describe.sql)).columns;
  return growth.for(found, standing);
}

/** Writes into the ledger that the dataset was added, in the transaction that adds it; false when it stands there already. */
async function isFirst(session: Session, ledger: Relation, { relation }: LoadStep, loadId: string): Promise<boolean> {
  const values = [relation.name, loadId].map(literal).join(', ');
  const [written] = await session.execute([
    `insert into ${relationName(ledger)} (table_name, load_id) select ${values} where not exists (select 1 from ${relationName(ledger)} where (table_name, load_id) = (${values}))`,
  ]);
  return written !== 0;
}

/** Writes down when the data were received: as long ago as the oldest of the loads that they were made of. */
function receivedSql(received: Relation, { name }: Relation, { load_id: loadId, inputs }: DatasetManifest): string {
  const oldest = inputs.map((input) => input.load_id).sort()[0] ?? loadId;
  const values = [name, loadId, timeOfLoad(oldest)].map(literal).join(', ');
  return `insert into ${relationName(received)} (table_name, load_id, received_at) values (${values}) on conflict (table_name) do update set load_id = excluded.load_id, received_at = excluded.received_at`;
}
