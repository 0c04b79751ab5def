import { canonicalText, Decimal } from '../core/decimal';
import type { DatasetNode } from '../core/node';
import { fitterOf, parseType } from '../core/types';
import { cellText } from './cell';
import { jsonText, type Json } from './json';

/** A value that its column cannot hold. */
export interface Misfit {
  readonly column: string;
  readonly value: string;
  readonly type: string;
  readonly problem: string;
}

/** The texts of a row as they are loaded (null for null), or the first value that does not fit its declared type exactly. */
export type Fitter = (cells: readonly Json[]) => readonly (string | null)[] | Misfit;

/** PostgreSQL's text cannot hold NUL, and half of a surrogate pair is no character: UTF-8 would change it silently. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** The fitter of a dataset's columns; those that are not null, or in the primary or merge key, need a value. */
export function fitterOfDataset({ columns, primaryKey, transform }: DatasetNode): Fitter {
  const required = new Set([
    ...primaryKey,
    ...(transform.merge?.key ?? []),
    ...columns.filter((each) => each.notNull).map((each) => each.name),
  ]);
  const checks = columns.map(({ name, dataType }) => {
    const type = dataType === undefined ? undefined : parseType(dataType);
    const fit = type && fitterOf(type);
    const textOf = type?.kind === 'json' ? jsonColumnText : cellText;
    const misfit = (value: string | null, problem: string): Misfit => {
      return { column: name, value: value === null ? 'null' : JSON.stringify(value), type: dataType ?? 'text', problem };
    };
    return (cell: Json): string | null | Misfit => {
      const text = textOf(cell);
      if (text === null) return required.has(name) ? misfit(null, 'the column needs a value') : null;
      if (UNSTORABLE.test(text)) return misfit(text, 'it holds a character that cannot be stored (NUL, or half of a surrogate pair)');
      const problem = fit?.(text);
      if (problem === undefined) return text;
      // `7.0` is the integer 7 all the same
      const short = cell instanceof Decimal ? canonicalText(cell) : text;
      return short !== text && fit?.(short) === undefined ? short : misfit(text, problem);
    };
  });
  return (cells) => {
    const texts: (string | null)[] = [];
    for (let index = 0; index < checks.length; index += 1) {
      const text = checks[index]!(cells[index]!);
      if (typeof text === 'object' && text !== null) return text;
      texts.push(text);
    }
    return texts;
  };
}

const jsonColumnText = (cell: Json): string | null => (cell === null ? null : (jsonText(cell) ?? null));
