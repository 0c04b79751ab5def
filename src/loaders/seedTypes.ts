import type { SeedColumn } from '../core/seed';
import { fitterOf, parseType, type Fit } from '../core/types';
import type { SeedCell } from './seedRow';

/** A type that a column may turn out to have. */
interface Candidate {
  readonly type: string;
  /** The type that its values have in JSON; in CSV all are texts. */
  readonly of: 'text' | 'number' | 'boolean' | 'json';
  fits(text: string): boolean;
}

/** Numbers as a database writes them: no zero or plus in front, no exponent, no thousands. Everything else is somebody's code, and stays a text. */
const NUMBER = /^(?!-0$)-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** What every engine keeps exactly. */
const MOST_DIGITS = 38;

const typed = (type: string, of: Candidate['of'], form?: RegExp): Candidate => {
  const misfit = fitterOf(parseType(type)!);
  return { type, of, fits: (text) => (form?.test(text) ?? true) && misfit(text) === undefined };
};

/** The narrowest first. */
const CANDIDATES: readonly Candidate[] = [
  { type: 'BOOLEAN', of: 'boolean', fits: (text) => /^(?:true|false)$/i.test(text) },
  typed('INTEGER', 'number', NUMBER),
  typed('BIGINT', 'number', NUMBER),
  { type: 'NUMERIC', of: 'number', fits: (text) => NUMBER.test(text) && text.length <= MOST_DIGITS },
  typed('DATE', 'text'),
  typed('TIMESTAMP', 'text'),
  typed('TIMESTAMPTZ', 'text'),
  { type: 'JSONB', of: 'json', fits: () => true },
];

/** Finds the type of a column from its values, one after the other. */
export interface Inference {
  see(cell: SeedCell): void;
  /** The narrowest type that every value fits; `TEXT` where there is none, or no value. */
  result(): Omit<SeedColumn, 'name'>;
}

export function inference(): Inference {
  let left = CANDIDATES;
  let seen = false;
  let scale = 0;
  return {
    see(cell) {
      // an empty text says no more than a null: whoever puts quotes round everything puts them round nothing too
      if (cell === null || cell === '' || left.length === 0) return;
      const text = typeof cell === 'string' ? cell : cell.text;
      const fits = (each: Candidate): boolean => (typeof cell === 'string' ? each.of !== 'json' : each.of === cell.as) && each.fits(text);
      // after the first value each type that is left holds the values of the one before it
      if (!seen || !fits(left[0]!)) left = left.filter(fits);
      seen = true;
      if (left[0]?.of === 'number') scale = Math.max(scale, text.length - 1 - `${text}.`.indexOf('.'));
    },
    result() {
      const [narrowest] = seen ? left : [];
      if (narrowest === undefined) return { type: 'TEXT' };
      return narrowest.type === 'NUMERIC' ? { type: 'NUMERIC', scale } : { type: narrowest.type };
    },
  };
}

/** PostgreSQL's words for truth, which not every engine knows. */
const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word) => [word, 'true'] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word) => [word, 'false'] as const),
]);

/** How the values of a column of `type` are written for the database. An empty text is a text only where texts are; elsewhere it is null. */
export function writerOf(type: string): (cell: SeedCell) => string | null {
  const kind = parseType(type)?.kind;
  return (cell) => {
    if (cell === null || (cell === '' && kind !== 'text')) return null;
    const text = typeof cell === 'string' ? cell : cell.text;
    if (kind === 'boolean') return BOOLEANS.get(text.toLowerCase()) ?? text;
    return kind === 'json' && typeof cell !== 'string' && cell.as === 'text' ? JSON.stringify(text) : text;
  };
}

/** What keeps a written value from being stored in a column of `type` as it stands; types that only an engine knows are left to it. */
export function checkOfType(type: string): Fit {
  const known = parseType(type);
  return fitterOf(known ?? { kind: 'text', padded: false });
}
