import type { QueryResult } from '../core/ports';

/** `value` as JSON on one line; integers that JavaScript numbers cannot hold keep their digits, as text. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}

const MARK = '\u0000';
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/**
 * The rows of a query as a JSON list on one line. Numbers are JSON numbers with all their digits, as JSON allows, whatever a JavaScript number
 * could hold; `NaN` and the infinities, which JSON has not, stay texts.
 */
export function rowsJson({ rows, exactNumbers }: Pick<QueryResult, 'rows' | 'exactNumbers'>): string {
  // no text of a database holds the mark, so it tells the numbers from texts that look like numbers
  const marked = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        exactNumbers.has(name) && typeof value === 'string' && NUMBER.test(value) ? `${MARK}${value}` : value,
      ]),
    ),
  );
  return jsonText(marked).replace(/"\\u0000([^"]*)"/g, '$1');
}
