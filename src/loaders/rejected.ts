import { failure } from '../core/diagnostic';
import type { DatasetNode } from '../core/node';
import { cellText } from './cell';
import type { Misfit } from './fit';
import { excerpt } from './json';
import { placeName, type Row } from './row';

/** What becomes of rows that do not fit, as `schema_contract` declares. */
export interface Rejections {
  /** Sets the row aside with the reason; throws `load.type` where the contract is `freeze`. */
  reject(row: Row, misfit: Misfit): void;
  /** The rows that were set aside, as lines of NDJSON. */
  lines(): readonly string[];
}

export function rejectionsOf({ name, at, columns, transform: { onTypeMismatch } }: DatasetNode): Rejections {
  const lines: string[] = [];
  return {
    reject(row, { column, value, type, problem }) {
      if (onTypeMismatch === 'freeze') {
        const reason = `${problem} (${placeName(row.place)})`;
        throw failure('load.type', { dataset: name, column, value: excerpt(value), type, problem: reason }, at);
      }
      const cells = Object.fromEntries(columns.map((each, index) => [each.name, cellText(row.cells[index]!)]));
      lines.push(`${JSON.stringify({ reason: `\`${column}\` (${type}): ${problem}`, from: row.place, row: cells })}\n`);
    },
    lines: () => lines,
  };
}
