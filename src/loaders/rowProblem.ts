import { EtlxError, failure } from '../core/diagnostic';
import type { DatasetNode } from '../core/node';
import { cellText } from './cell';
import { excerpt, jsonText } from './json';
import { placeName, type Row } from './row';

/** What `work` answers; what it throws becomes a problem of `row`, unless it is one of something else already. */
export function guarded<T>(node: DatasetNode, row: Row, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EtlxError) throw error;
    throw rowProblem(node, row, `${placeName(row.place)}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** The error `transform.row` about `row`: what is wrong, and its values. */
export function rowProblem({ name, at, columns }: DatasetNode, row: Row, problem: string, cause?: unknown): EtlxError {
  const texts = Object.fromEntries(columns.map((column, index) => [column.name, cellText(row.cells[index]!)]));
  return failure('transform.row', { dataset: name, problem, record: excerpt(jsonText(texts) ?? '', 300) }, at, { cause });
}
