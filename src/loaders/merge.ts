import { compareNumbers, Decimal, isNumberText, sumOf, type Numeric } from '../core/decimal';
import type { Merge, MergeRule } from '../core/loader';
import { cellText, keyText } from './cell';
import type { Json } from './json';
import { keySet } from './keySet';
import { placeName, type Place, type Row } from './row';
import { rowStore } from './rowStore';

/** Rows with one key become one row. */
export interface Merger {
  /** Answers false, and leaves the row out, when it has no key (a part of it is null). Throws MergeProblem when a column's rule cannot be kept. */
  add(row: Row): boolean;
  /** The merged rows, in the order in which their keys first came. */
  rows(): Iterable<Row>;
  /** Rows that went into another one. */
  merged(): number;
  close(): void;
}

/** A row that cannot be merged as declared; the message says why and where. */
export class MergeProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MergeProblem';
  }
}

/** As many rows as this, that something was merged into lately, are kept as values: their keys may well come again. */
const MOST_CHANGED = 10_000;

/** Merges rows of `columns` as `merge` declares; rows have to be added in order of precedence, then of arrival. Throws `scratch`. */
export function mergerOf(merge: Merge, columns: readonly string[]): Merger {
  const keyIndexes = merge.key.map((name) => columns.indexOf(name));
  const ruled = columns.map((name, index) => ({ name, index, rule: merge.columns[name] ?? merge.otherwise }));
  // `first` keeps what stands there already, and key columns are equal by definition
  const active = ruled.filter(({ name, rule }) => rule !== 'first' && !merge.key.includes(name));
  const keys = keySet();
  const kept = rowStore();
  const changed = new Map<number, { readonly cells: Json[]; readonly place: Place }>();
  let merged = 0;

  /** The row with this number, to be changed. */
  const changing = (number: number): { readonly cells: Json[]; readonly place: Place } => {
    const known = changed.get(number);
    if (known !== undefined) return known;
    if (changed.size >= MOST_CHANGED) keepChanged();
    const { cells, place } = kept.at(number);
    const row = { cells: [...cells], place };
    changed.set(number, row);
    return row;
  };
  const keepChanged = (): void => {
    for (const [number, row] of changed) kept.replace(number, row);
    changed.clear();
  };

  return {
    add(row) {
      const key = keyText(keyIndexes.map((index) => row.cells[index]));
      if (key === undefined) return false;
      const number = keys.add(key);
      if (number === kept.size) {
        kept.add(row);
        return true;
      }
      merged += 1;
      if (active.length === 0) return true;
      const { cells, place } = changing(number);
      for (const { name, index, rule } of active) {
        try {
          cells[index] = RULES[rule](cells[index]!, row.cells[index]!);
        } catch (error) {
          const problem = error instanceof Error ? error.message : String(error);
          throw new MergeProblem(`merging \`${name}\` of ${placeName(place)} and ${placeName(row.place)}: ${problem}`, {
            cause: error,
          });
        }
      }
      return true;
    },
    *rows() {
      keepChanged();
      for (let number = 0; number < kept.size; number += 1) yield kept.at(number);
    },
    merged: () => merged,
    close() {
      keys.close();
      kept.close();
    },
  };
}

/** `kept` came before `next`. Null says nothing to `sum`, `min`, `max` and `same`, as in SQL; `first` and `last` take it like any value. */
const RULES: Readonly<Record<MergeRule, (kept: Json, next: Json) => Json>> = {
  first: (kept) => kept,
  last: (_, next) => next,
  sum: both((kept, next) => sumOf(numberOf(kept), numberOf(next))),
  min: both((kept, next) => (order(kept, next) > 0 ? next : kept)),
  max: both((kept, next) => (order(kept, next) < 0 ? next : kept)),
  same: both((kept, next) => {
    if (keyOf(kept) !== keyOf(next)) throw new TypeError(`they differ: ${shown(kept)} and ${shown(next)}`);
    return kept;
  }),
};

function both(rule: (kept: Json, next: Json) => Json): (kept: Json, next: Json) => Json {
  return (kept, next) => (next === null ? kept : kept === null ? next : rule(kept, next));
}

const isNumber = (value: Json): value is bigint | Decimal => typeof value === 'bigint' || value instanceof Decimal;

const keyOf = (value: Json): string | null => keyText([value]) ?? cellText(value);

const shown = (value: Json): string => (typeof value === 'string' ? JSON.stringify(value) : (cellText(value) ?? 'null'));

/** APIs also write numbers as text. */
function numberOf(value: Json): Numeric {
  if (isNumber(value)) return value;
  if (typeof value === 'string' && isNumberText(value)) return /^-?\d+$/.test(value) ? BigInt(value) : new Decimal(value);
  throw new TypeError(`${shown(value)} is not a number`);
}

/** Numbers by value, texts by code point. */
function order(a: Json, b: Json): number {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  throw new TypeError(`${shown(a)} and ${shown(b)} cannot be compared`);
}
