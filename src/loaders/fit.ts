import { canonicalText, Decimal } from '../core/decimal';
import type { MisfitRule } from '../core/loader';
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

/** Holds rows to the declared types; a value that the contract discards becomes null and is counted. */
export interface Fitter {
  /** The texts of a row as they are loaded (null for null), or the first value that does not fit its type exactly. */
  texts(cells: readonly Json[]): readonly (string | null)[] | Misfit;
  /** The cells of a row that may be merged yet: as they are but for what is discarded, or the first that does not fit. Nulls always do. */
  cells(cells: readonly Json[]): readonly Json[] | Misfit;
}

/** PostgreSQL's text cannot hold NUL, and half of a surrogate pair is no character: UTF-8 would change it silently. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** What the contract says of a value that does not fit the column of that name. */
export function misfitRule({ transform: { contract } }: DatasetNode, column: string): MisfitRule {
  const { columns, otherwise } = contract.dataType;
  return Object.hasOwn(columns, column) ? columns[column]! : otherwise;
}

/** The fitter of a dataset's columns; those that are not null, or in the primary or merge key, need a value. */
export function fitterOfDataset(node: DatasetNode, discarded: (column: string) => void): Fitter {
  const { columns, primaryKey, transform } = node;
  const required = new Set([
    ...primaryKey,
    ...(transform.merge?.key ?? []),
    ...columns.filter((each) => each.notNull).map((each) => each.name),
  ]);
  const checks = columns.map(({ name, dataType }) => {
    const type = dataType === undefined ? undefined : parseType(dataType);
    const fit = type && fitterOf(type);
    const discards = misfitRule(node, name) === 'discard_value';
    const misfit = (value: string, problem: string): null | Misfit => {
      if (!discards) return { column: name, value: JSON.stringify(value), type: dataType ?? 'text', problem };
      discarded(name);
      return null;
    };
    const textOf = type?.kind === 'json' ? jsonColumnText : cellText;
    const absent: Misfit = { column: name, value: 'null', type: dataType ?? 'text', problem: 'the column needs a value' };
    return {
      ofNull: required.has(name) ? absent : null,
      of(cell: Json): string | null | Misfit {
        const text = textOf(cell);
        if (text === null) return null;
        if (UNSTORABLE.test(text)) return misfit(text, 'it holds a character that cannot be stored (NUL, or half of a surrogate pair)');
        const problem = fit?.(text);
        if (problem === undefined) return text;
        // `7.0` is the integer 7 all the same
        const short = cell instanceof Decimal ? canonicalText(cell) : text;
        return short !== text && fit?.(short) === undefined ? short : misfit(text, problem);
      },
    };
  });
  return {
    texts(cells) {
      const texts: (string | null)[] = [];
      for (let index = 0; index < checks.length; index += 1) {
        const check = checks[index]!;
        const text = check.of(cells[index]!) ?? check.ofNull;
        if (typeof text === 'object' && text !== null) return text;
        texts.push(text);
      }
      return texts;
    },
    cells(cells) {
      const kept: Json[] = [];
      for (let index = 0; index < checks.length; index += 1) {
        const text = checks[index]!.of(cells[index]!);
        if (typeof text === 'object' && text !== null) return text;
        kept.push(text === null ? null : cells[index]!);
      }
      return kept;
    },
  };
}

const jsonColumnText = (cell: Json): string | null => (cell === null ? null : (jsonText(cell) ?? null));
