import type { Merge } from '../core/loader';
import { misfitRule } from './fit';
import type { Making } from './making';
import { mergerOf, type Merger } from './merge';
import type { Row } from './row';
import { guarded } from './rowProblem';

/** Merged rows are passed on this many at a time. */
const BATCH = 1000;

/** The rows after the merge, where one is declared. What the contract discards is gone before it, so that no row takes another's misfit in. */
export async function* combined(making: Making, batches: AsyncIterable<readonly Row[]>): AsyncIterable<readonly Row[]> {
  const { node } = making;
  const { merge, filter } = node.transform;
  // rows that go straight into the dataset are held to their types there
  const screened = (merge !== undefined || filter !== undefined) && discards(making) ? screen(making, batches) : batches;
  if (merge === undefined) return yield* screened;
  const merger = mergerOf(
    merge,
    node.columns.map(({ name }) => name),
  );
  try {
    yield* mergedBy(merger, merge, making, screened);
  } finally {
    merger.close();
  }
}

async function* mergedBy(
  merger: Merger,
  merge: Merge,
  { node, counts, rejections }: Making,
  batches: AsyncIterable<readonly Row[]>,
): AsyncIterable<readonly Row[]> {
  const keys = merge.key.map((name) => ({ name, index: node.columns.findIndex((column) => column.name === name) }));
  for await (const batch of batches) {
    for (const row of batch) {
      if (guarded(node, row, () => merger.add(row))) continue;
      const { name } = keys.find(({ index }) => row.cells[index] === null) ?? keys[0]!;
      rejections.reject(row, { column: name, value: 'null', type: 'the merge key', problem: 'a merge key needs a value' });
    }
    await rejections.flush();
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

const discards = ({ node }: Making): boolean => node.columns.some(({ name }) => misfitRule(node, name) !== 'freeze');

async function* screen({ fit, rejections }: Making, batches: AsyncIterable<readonly Row[]>): AsyncIterable<readonly Row[]> {
  for await (const batch of batches) {
    const rows: Row[] = [];
    for (const row of batch) {
      const cells = fit.cells(row.cells);
      if ('problem' in cells) rejections.reject(row, cells);
      else rows.push({ ...row, cells });
    }
    yield rows;
  }
}
