import { stringify } from 'csv-stringify/sync';

/** RFC 4180 with `\n`; null is an empty field, an empty text `""`. A text `\.` is quoted because PostgreSQL could take it for the end of the data. */
const FORMAT = {
  cast: {
    string: (value: string) => (value === '' ? { value, quoted_empty: true } : value === '\\.' ? { value, quoted: true } : value),
  },
};

/** The lines of `rows`. */
export function csvOf(rows: readonly (readonly (string | null)[])[]): string {
  return stringify(rows as unknown[], FORMAT);
}

/** The bytes after the first line; `csv` must begin with a header of names without line breaks in them. */
export async function* withoutHeader(csv: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let inHeader = true;
  for await (const piece of csv) {
    const end = inHeader ? piece.indexOf(0x0a) : -1;
    if (inHeader && end < 0) continue;
    inHeader = false;
    const rest = piece.subarray(end + 1);
    if (rest.byteLength > 0) yield rest;
  }
}
