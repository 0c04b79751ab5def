import { failure } from '../core/diagnostic';
import type { RowCounts } from '../core/loader';
import type { DatasetNode } from '../core/node';
import type { LoadStep } from '../core/plan';
import type { Session, Store } from '../core/ports';
import { literal, relationName, type Relation } from '../core/relation';
import { withoutHeader } from './csv';
import { datasetPrefix, latestManifest, type DatasetManifest } from './lakeManifest';
import { verified } from './verified';

/**
 * Copies the latest complete dataset into the step's candidate table, as a stream. Answers the rows that arrived, and what became of all that
 * the dataset was made of.
 *
 * Throws `lake.missing-load`, `lake.corrupt`, `load.columns`, `load.few`, `load.count` and DatabaseError; the caller's transaction then has to be rolled back.
 */
export async function loadRows(
  session: Session,
  step: LoadStep,
  { source, table }: Pick<DatasetNode, 'source' | 'table'>,
  store: Store,
): Promise<{ readonly rows: number; readonly counts: RowCounts }> {
  const manifest = await latestManifest<DatasetManifest>(store, datasetPrefix(source, table), `dataset.${source}.${table}`, 'files');
  const { columns, counts, files } = manifest;
  const [data] = files;
  if (data === undefined) throw failure('lake.corrupt', { key: datasetPrefix(source, table), problem: 'its manifest names no data' });
  if (columns.length !== step.columns.length || columns.some((name) => !step.columns.includes(name))) {
    throw failure('load.columns', { table: step.name, expected: step.columns, found: columns });
  }
  const { minRows = 0, ledger } = step;
  if (counts.loaded < minRows) throw failure('load.few', { table: step.name, rows: counts.loaded, least: minRows });
  if (ledger !== undefined && !(await isFirst(session, ledger, step, manifest.load_id))) return { rows: 0, counts };
  const rows = await session.copy(step.candidate, columns, withoutHeader(verified(store, data)));
  if (rows !== counts.loaded) throw failure('load.count', { table: step.name, expected: counts.loaded, found: rows });
  return { rows, counts };
}

/** Writes into the ledger that the dataset was added, in the transaction that adds it; false when it stands there already. */
async function isFirst(session: Session, ledger: Relation, { relation }: LoadStep, loadId: string): Promise<boolean> {
  const values = [relation.name, loadId].map(literal).join(', ');
  const [written] = await session.execute([
    `insert into ${relationName(ledger)} (table_name, load_id) select ${values} where not exists (select 1 from ${relationName(ledger)} where (table_name, load_id) = (${values}))`,
  ]);
  return written !== 0;
}
