import { Decimal } from '../core/decimal';
import { jsonText, parseJson, type Json } from './json';
import { places } from './places';
import type { Row } from './row';

/** Rows by the number of their arrival, from 0, kept as bytes: a fifth of what they take as values. */
export interface RowStore {
  add(row: Row): void;
  at(number: number): { readonly cells: Json[]; readonly place: Row['place'] };
  readonly size: number;
}

const CHUNK_BYTES = 1024 * 1024;
const FIRST = 1024;

export function rowStore(): RowStore {
  const where = places();
  const chunks: Buffer[] = [];
  /** Of each row: its chunk, where it begins in it, and its length. */
  let spans = new Uint32Array(FIRST * 3);
  let free = 0;
  let size = 0;
  return {
    get size() {
      return size;
    },
    add({ cells, place }) {
      const text = JSON.stringify(cells.map(written));
      const bytes = Buffer.byteLength(text);
      if (chunks.length === 0 || free + bytes > chunks.at(-1)!.length) {
        chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes)));
        free = 0;
      }
      chunks.at(-1)!.write(text, free);
      if (size * 3 === spans.length) {
        const longer = new Uint32Array(spans.length * 2);
        longer.set(spans);
        spans = longer;
      }
      spans.set([chunks.length - 1, free, bytes], size * 3);
      where.add(place);
      free += bytes;
      size += 1;
    },
    at(number) {
      const [chunk = 0, begin = 0, bytes = 0] = spans.subarray(number * 3, number * 3 + 3);
      const texts = JSON.parse(chunks[chunk]!.toString('utf8', begin, begin + bytes)) as readonly string[];
      return { cells: texts.map(read), place: where.at(number) };
    },
  };
}

/** A letter for the kind of the value, then the value: numbers come back as what they were, with every digit. */
function written(cell: Json): string {
  switch (typeof cell) {
    case 'string':
      return `s${cell}`;
    case 'bigint':
      return `i${cell}`;
    case 'boolean':
      return cell ? 't' : 'f';
    default:
      if (cell === null) return 'n';
      return cell instanceof Decimal ? `d${cell.text}` : `j${jsonText(cell) ?? 'null'}`;
  }
}

function read(text: string): Json {
  const value = text.slice(1);
  switch (text[0]) {
    case 's':
      return value;
    case 'i':
      return BigInt(value);
    case 'd':
      return new Decimal(value);
    case 'j':
      return parseJson(value);
    default:
      return text === 'n' ? null : text === 't';
  }
}
