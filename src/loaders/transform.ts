import { failure } from '../core/diagnostic';
import type { Drift, RowCounts } from '../core/loader';
import type { Column, DatasetNode } from '../core/node';
import { combined } from './combined';
import { inputCursor } from './cursorRecords';
import { datasetCsv } from './datasetCsv';
import { driftCounter } from './drift';
import { fieldGuardOf } from './fieldGuard';
import { fitterOfDataset } from './fit';
import { foundColumns, type Found } from './found';
import { batchesOf, landedInputs, type LandedInput } from './inputs';
import { datasetPrefix, loadPrefix, writeManifest, type DatasetFile } from './lakeManifest';
import type { Making } from './making';
import type { LoaderPorts } from './ports';
import { rejectionsOf } from './rejected';
import type { Row } from './row';
import { rowReaderOf } from './rows';

export interface DatasetOutcome {
  readonly loadId: string;
  readonly counts: RowCounts;
  readonly drift?: Drift;
  readonly inputs: readonly { readonly resource: string; readonly loadId: string }[];
}

/**
 * Makes the dataset of a table from the latest complete loads of its inputs, page by page. The rows of a merge, and
 * the keys of a table without one, are in temporary files; in memory stay the hashes of the keys. The dataset exists when its manifest is written.
 *
 * Throws `scratch`, `lake.missing-load`, `lake.corrupt`, `transform.row`, `transform.path`, `transform.field`, `load.type`, `expression.invalid`.
 */
export async function transform(declared: DatasetNode, ports: LoaderPorts, signal: AbortSignal): Promise<DatasetOutcome> {
  const { store } = ports;
  const inputs = await landedInputs(declared, store);
  const found = await foundColumns(declared, inputs, ports, signal);
  const node = { ...declared, columns: [...declared.columns, ...found.columns.map(columnOf)] };
  const loadId = ports.nextLoadId();
  const prefix = loadPrefix(datasetPrefix(node.source, node.table), loadId);
  const drift = driftCounter();
  const making: Making = {
    node,
    declared: declared.columns.length,
    drift,
    fit: fitterOfDataset(node, drift.discarded),
    counts: { received: 0, loaded: 0, merged: 0, filtered: 0, rejected: 0 },
    rejections: rejectionsOf(node, store, `${prefix}/rejected.ndjson`),
  };
  const files = await written(making, united(making, inputs, found, ports, signal), ports, `${prefix}/data.csv`);
  const { counts } = making;
  assertComplete(node, counts);

  const loads = [...new Map(inputs.map(({ input, load }) => [input.from, load]))];
  const { source, table } = node;
  const columns = node.columns.map(({ name }) => name);
  const types = node.columns.map(({ dataType }) => dataType ?? null);
  await writeManifest(store, prefix, {
    version: 1,
    source,
    table,
    load_id: loadId,
    inputs: loads.map(([resource, load]) => ({ resource, load_id: load.load_id, ...inputCursor(load, table) })),
    columns,
    types,
    ...(found.columns.length > 0 && { found: found.columns.map(({ name }) => name) }),
    counts,
    files,
    status: 'complete',
  });
  const drifted = drift.drift(found.added);
  return {
    loadId,
    counts,
    ...(drifted && { drift: drifted }),
    inputs: loads.map(([resource, { load_id }]) => ({ resource, loadId: load_id })),
  };
}

const columnOf = ({ name, dataType }: Found['columns'][number]): Column => {
  return { name, dataType, description: '', notNull: false, tags: [], meta: {} };
};

/** Writes the data and, as they come, the rows that are set aside. */
async function written(making: Making, rows: AsyncIterable<readonly Row[]>, { store }: LoaderPorts, key: string): Promise<DatasetFile[]> {
  const { counts, rejections } = making;
  try {
    const stored = await store.put(key, datasetCsv(making, combined(making, rows)));
    const rejected = await rejections.end();
    counts.rejected = rejections.count;
    return [{ key, ...stored, rows: counts.loaded }, ...(rejected ? [rejected] : [])];
  } catch (error) {
    await rejections.abandon();
    throw error;
  }
}

/** The rows of all inputs, in order of precedence; one batch per landed page. */
async function* united(
  { node, counts, drift, rejections }: Making,
  inputs: readonly LandedInput[],
  found: Found,
  ports: LoaderPorts,
  signal: AbortSignal,
): AsyncIterable<readonly Row[]> {
  const columns = node.columns.map(({ name }) => name);
  for (const landed of inputs) {
    const { input, known } = landed;
    const fields = new Set(found.columns.flatMap(({ name }) => (known.has(name) ? [] : [name])));
    const guard = fieldGuardOf(node, input, known, drift);
    const reader = await rowReaderOf(input, { dataset: node.name, columns, fields, guard }, ports);
    for await (const batch of batchesOf(landed, reader, ports.store, signal)) {
      counts.received += batch.received;
      counts.filtered += batch.filtered;
      for (const { record, place, reason } of batch.refused) rejections.refuse(record, place, reason);
      ports.emit({ rows: counts.received });
      yield batch.rows;
    }
    reader.end();
  }
}

/** Nothing is lost silently, by etlx itself neither. */
function assertComplete({ name }: DatasetNode, counts: RowCounts): void {
  const { received, loaded, merged, filtered, rejected } = counts;
  if (received === loaded + merged + filtered + rejected) return;
  throw failure('internal', { problem: `the rows of \`${name}\` do not add up: ${JSON.stringify(counts)}` });
}
