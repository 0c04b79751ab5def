import { csvOf } from './csv';
import { conditionOf } from './expression';
import type { Misfit } from './fit';
import type { Making } from './making';
import type { Row } from './row';
import { guarded, rowProblem } from './rowProblem';
import { repeatsOf, type Repeats } from './unique';

/** The dataset's bytes: a header, then every row that passes the row filter, fits its types and does not repeat a key. */
export async function* datasetCsv(making: Making, batches: AsyncIterable<readonly Row[]>): AsyncIterable<Uint8Array> {
  const { node } = making;
  const mergedBy = new Set(node.transform.merge?.key);
  // a merge by (a part of) the primary key has left no two rows that could agree in it
  const unique = mergedBy.size > 0 && [...mergedBy].every((name) => node.primaryKey.includes(name));
  const names = node.columns.map(({ name }) => name);
  const repeats = repeatsOf(unique ? [] : node.primaryKey, names);
  try {
    yield* csvPieces(making, batches, names, repeats);
  } finally {
    repeats.close();
  }
}

async function* csvPieces(
  making: Making,
  batches: AsyncIterable<readonly Row[]>,
  names: readonly string[],
  repeats: Repeats,
): AsyncIterable<Uint8Array> {
  const { node, fit, counts, rejections } = making;
  const passes = rowFilterOf(making);
  yield Buffer.from(csvOf([names]));
  for await (const batch of batches) {
    const texts: (readonly (string | null)[])[] = [];
    for (const row of batch) {
      const verdict = passes(row);
      if (verdict === false) {
        counts.filtered += 1;
        continue;
      }
      const fitted = verdict === true ? fit.texts(row.cells) : verdict;
      if ('problem' in fitted) {
        rejections.reject(row, fitted);
        continue;
      }
      const repeated = repeats.of(row);
      if (repeated !== undefined) throw rowProblem(node, row, repeated);
      texts.push(fitted);
    }
    await rejections.flush();
    counts.loaded += texts.length;
    if (texts.length > 0) yield Buffer.from(csvOf(texts));
  }
}

/** Whether the row filter takes a row; where it fails over a value that its column cannot hold, that value. Only declared columns are for it to read. */
function rowFilterOf({ node, declared, fit }: Making): (row: Row) => boolean | Misfit {
  const { filter } = node.transform;
  if (filter === undefined) return () => true;
  const names = node.columns.slice(0, declared).map(({ name }) => name);
  const accepts = conditionOf(filter, names);
  return (row) =>
    guarded(node, row, () => {
      try {
        return accepts(Object.fromEntries(names.map((name, index) => [name, row.cells[index]])));
      } catch (error) {
        const fitted = fit.texts(row.cells);
        if ('problem' in fitted) return fitted;
        throw error;
      }
    });
}
