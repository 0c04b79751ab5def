import { failure } from '../core/diagnostic';
import type { RowCounts } from '../core/loader';
import type { DatasetNode } from '../core/node';
import type { Store } from '../core/ports';
import { csvOf } from './csv';
import { conditionOf } from './expression';
import { fitterOfDataset, type Misfit } from './fit';
import {
  datasetPrefix,
  latestManifest,
  loadPrefix,
  resourcePrefix,
  writeManifest,
  type DatasetFile,
  type RawManifest,
} from './lakeManifest';
import { mergerOf } from './merge';
import { landedRecords } from './page';
import type { LoaderPorts } from './ports';
import { rejectionsOf, type Rejections } from './rejected';
import type { Row } from './row';
import { guarded, rowProblem } from './rowProblem';
import { rowReaderOf } from './rows';
import { repeatsOf } from './unique';
import { verifiedBytes } from './verified';

export interface DatasetOutcome {
  readonly loadId: string;
  readonly counts: RowCounts;
  readonly inputs: readonly { readonly resource: string; readonly loadId: string }[];
}

/** Merged rows are written this many at a time. */
const BATCH = 1000;

type Counts = { -readonly [K in keyof RowCounts]: number };

/**
 * Makes the dataset of a table from the latest complete loads of its inputs, page by page: only a merge, and the keys of a table without one,
 * stay in memory. The dataset exists when its manifest is written.
 *
 * Throws `lake.missing-load`, `lake.corrupt`, `transform.row`, `transform.path`, `load.type`, `expression.invalid`.
 */
export async function transform(node: DatasetNode, ports: LoaderPorts, signal: AbortSignal): Promise<DatasetOutcome> {
  const { store } = ports;
  const loads = await latestLoads(node, store);
  const loadId = ports.nextLoadId();
  const prefix = loadPrefix(datasetPrefix(node.source, node.table), loadId);
  const counts: Counts = { received: 0, loaded: 0, merged: 0, filtered: 0, rejected: 0 };
  const rejections = rejectionsOf(node);

  const rows = combined(node, unioned(node, loads, ports, counts, signal), counts, rejections);
  const files: DatasetFile[] = [];
  const data = `${prefix}/data.csv`;
  const stored = await store.put(data, csvBytes(node, rows, counts, rejections));
  files.push({ key: data, ...stored, rows: counts.loaded });

  const rejected = rejections.lines();
  counts.rejected = rejected.length;
  if (rejected.length > 0) {
    const key = `${prefix}/rejected.ndjson`;
    files.push({ key, ...(await store.put(key, encoded(rejected))), rows: rejected.length });
  }
  assertComplete(node, counts);

  const inputs = [...loads].map(([resource, { load_id }]) => ({ resource, load_id }));
  const columns = node.columns.map(({ name }) => name);
  const types = node.columns.map(({ dataType }) => dataType ?? null);
  const { source, table } = node;
  await writeManifest(store, prefix, {
    version: 1,
    source,
    table,
    load_id: loadId,
    inputs,
    columns,
    types,
    counts,
    files,
    status: 'complete',
  });
  return { loadId, counts, inputs: inputs.map(({ resource, load_id }) => ({ resource, loadId: load_id })) };
}

/** The newest complete load of every resource that the inputs name, each looked up once. */
async function latestLoads({ source, land, transform: { inputs } }: DatasetNode, store: Store): Promise<ReadonlyMap<string, RawManifest>> {
  const loads = new Map<string, RawManifest>();
  for (const resource of new Set(inputs.map(({ from }) => from))) {
    const prefix = resourcePrefix(land, source, resource);
    loads.set(resource, await latestManifest<RawManifest>(store, prefix, `extract.${source}.${resource}`, 'pages'));
  }
  return loads;
}

/** The rows of all inputs, in order of precedence; one batch per landed page. */
async function* unioned(
  node: DatasetNode,
  loads: ReadonlyMap<string, RawManifest>,
  ports: LoaderPorts,
  counts: Counts,
  signal: AbortSignal,
): AsyncIterable<readonly Row[]> {
  const columns = node.columns.map(({ name }) => name);
  for (const input of node.transform.inputs) {
    const reader = await rowReaderOf(input, columns, node.name, ports);
    const { pages, data_selector } = loads.get(input.from)!;
    for (const [index, page] of pages.entries()) {
      signal.throwIfAborted();
      const batch = await reader.read(landedRecords(await verifiedBytes(ports.store, page), data_selector, page), index + 1);
      counts.received += batch.received;
      counts.filtered += batch.filtered;
      ports.emit({ rows: counts.received });
      yield batch.rows;
    }
    reader.end();
  }
}

/** The rows after the merge, where one is declared. */
async function* combined(
  node: DatasetNode,
  batches: AsyncIterable<readonly Row[]>,
  counts: Counts,
  rejections: Rejections,
): AsyncIterable<readonly Row[]> {
  const { merge } = node.transform;
  if (merge === undefined) return yield* batches;
  const merger = mergerOf(
    merge,
    node.columns.map(({ name }) => name),
  );
  const column = merge.key.join(', ');
  for await (const batch of batches) {
    for (const row of batch) {
      const kept = guarded(node, row, () => merger.add(row));
      if (!kept) rejections.reject(row, { column, value: 'null', type: 'the merge key', problem: 'a merge key needs a value' });
    }
  }
  counts.merged = merger.merged();
  let batch: Row[] = [];
  for (const row of merger.rows()) {
    if (batch.push(row) < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** The dataset's bytes: a header, then every row that passes the row filter, fits its types and does not repeat a key. */
async function* csvBytes(
  node: DatasetNode,
  batches: AsyncIterable<readonly Row[]>,
  counts: Counts,
  rejections: Rejections,
): AsyncIterable<Uint8Array> {
  const names = node.columns.map(({ name }) => name);
  const accepts = node.transform.filter && conditionOf(node.transform.filter, names);
  const fit = fitterOfDataset(node);
  /** Whether the row filter takes the row; where it fails over a value that its column cannot hold, that value. */
  const passes = (row: Row): boolean | Misfit => {
    if (accepts === undefined) return true;
    return guarded(node, row, () => {
      try {
        return accepts(Object.fromEntries(names.map((name, index) => [name, row.cells[index]])));
      } catch (error) {
        const fitted = fit(row.cells);
        if ('problem' in fitted) return fitted;
        throw error;
      }
    });
  };
  const mergedBy = new Set(node.transform.merge?.key);
  // a merge by (a part of) the primary key has left no two rows that could agree in it
  const unique = mergedBy.size > 0 && [...mergedBy].every((name) => node.primaryKey.includes(name));
  const repeats = repeatsOf(unique ? [] : node.primaryKey, names);
  yield Buffer.from(csvOf([names]));
  for await (const batch of batches) {
    const texts: (readonly (string | null)[])[] = [];
    for (const row of batch) {
      const verdict = passes(row);
      if (verdict === false) {
        counts.filtered += 1;
        continue;
      }
      const fitted = verdict === true ? fit(row.cells) : verdict;
      if ('problem' in fitted) {
        rejections.reject(row, fitted);
        continue;
      }
      const repeated = repeats(row);
      if (repeated !== undefined) throw rowProblem(node, row, repeated);
      texts.push(fitted);
    }
    counts.loaded += texts.length;
    if (texts.length > 0) yield Buffer.from(csvOf(texts));
  }
}

async function* encoded(lines: readonly string[]): AsyncIterable<Uint8Array> {
  for (let start = 0; start < lines.length; start += BATCH) yield Buffer.from(lines.slice(start, start + BATCH).join(''));
}

/** Nothing is lost silently, by etlx itself neither. */
function assertComplete({ name }: DatasetNode, counts: RowCounts): void {
  const { received, loaded, merged, filtered, rejected } = counts;
  if (received === loaded + merged + filtered + rejected) return;
  throw failure('internal', { problem: `the rows of \`${name}\` do not add up: ${JSON.stringify(counts)}` });
}
