import { Decimal } from '../core/decimal';
import { jsonText, parseJson, type Json } from './json';
import { pile } from './pile';
import type { Place, Row } from './row';

/** Rows by the number of their arrival, from 0; beyond a megabyte they are on the disk. */
export interface RowStore {
  add(row: Row): void;
  at(number: number): Row;
  replace(number: number, row: Row): void;
  readonly size: number;
  close(): void;
}

/** Throws `scratch`. */
export function rowStore(): RowStore {
  const rows = pile();
  return {
    get size() {
      return rows.size;
    },
    add: (row) => rows.add(bytesOf(row)),
    at: (number) => rowOf(rows.at(number)),
    replace: (number, row) => rows.replace(number, bytesOf(row)),
    close: () => rows.close(),
  };
}

const bytesOf = ({ cells, place }: Row): Buffer => Buffer.from(JSON.stringify([place, ...cells.map(written)]));

function rowOf(bytes: Buffer): Row {
  const [place, ...cells] = JSON.parse(bytes.toString()) as readonly [Place, ...string[]];
  return { place, cells: cells.map(read) };
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
