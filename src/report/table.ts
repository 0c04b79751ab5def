import type { QueryResult } from '../core/ports';
import { jsonText } from './jsontext';
import { printable } from './printable';
import { cut, padEnd, padStart, widthOf } from './width';

/** As much of a query's answer as is shown. */
type Table = Pick<QueryResult, 'columns' | 'rows'>;

/** The widest cell, in columns of a terminal, unless the caller says otherwise. */
export const WIDEST_CELL = 60;

const NUMBER = /^-?(\d+(\.\d+)?([eE][+-]?\d+)?|Infinity)$|^NaN$/;

/**
 * The rows as a text table between `|`, which Markdown reads as well. Columns of numbers stand to the right. A null is an empty cell,
 * an empty text is `''`; control characters are escaped, cells wider than `widest` end in `…`. A line feed at the end.
 */
export function tableText({ columns, rows }: Table, widest = WIDEST_CELL): string {
  const head = columns.map((name) => cut(printable(name), widest));
  const widths = head.map((name) => Math.max(MARKDOWN_DASHES, widthOf(name)));
  const numeric = columns.map(() => false);
  const mixed = columns.map(() => false);
  const cells = rows.map((row) =>
    columns.map((name, index) => {
      const text = cellText(row[name], widest);
      widths[index] = Math.max(widths[index]!, widthOf(text));
      if (text === '') return text;
      if (NUMBER.test(text)) numeric[index] = true;
      else mixed[index] = true;
      return text;
    }),
  );
  const pads = columns.map((_, index) => (numeric[index] && !mixed[index] ? padStart : padEnd));
  const line = (texts: readonly string[]): string => `| ${texts.map((text, index) => pads[index]!(text, widths[index]!)).join(' | ')} |\n`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`, ...cells.map(line)].join('');
}

/** The table that `etlx show` prints, under its title; without a name it is an inline query's. */
export function previewText(node: string | undefined, result: Table, widest = WIDEST_CELL): string {
  const title = node === undefined ? 'Previewing inline node:' : `Previewing node '${printable(node)}':`;
  return `${title}\n${tableText(result, widest)}`;
}

const MARKDOWN_DASHES = 3;

/** One value on one line. */
function cellText(value: unknown, widest: number): string {
  if (value === null || value === undefined) return '';
  if (value === '') return "''";
  // what lies far beyond the edge is not looked at: a cell can hold megabytes
  if (typeof value === 'string') return cut(printable(value.slice(0, widest * LETTERS_PER_COLUMN)), widest);
  return cut(printable(textOf(value)), widest);
}

const LETTERS_PER_COLUMN = 16;

function textOf(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'object' ? jsonText(value) : String(value);
}
