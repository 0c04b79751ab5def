import { fitBoolean, fitJson, fitText, fitUuid } from './fitText';
import { fitDecimal, fitFloat, fitInteger } from './fitNumber';
import { fitDate, fitTimestamp } from './fitTime';

/** A declared column type that etlx understands, so that it can say before loading whether a value fits it. */
export type ColumnType =
  | { readonly kind: 'integer'; readonly bytes: 2 | 4 | 8 }
  /** Without `precision`: any number of digits. */
  | { readonly kind: 'decimal'; readonly precision?: number; readonly scale?: number }
  | { readonly kind: 'float'; readonly bytes: 4 | 8 }
  /** `length` in characters (code points); absent: unlimited. `padded`: CHAR, filled up with blanks. */
  | { readonly kind: 'text'; readonly length?: number; readonly padded: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'date' }
  /** `precision`: digits after the second. */
  | { readonly kind: 'timestamp'; readonly zone: boolean; readonly precision: number }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'json'; readonly binary: boolean };

/** Why a text cannot be stored in a column exactly as it stands; undefined when it can. */
export type Fit = (text: string) => string | undefined;

/** A type's meaning, given the numbers in its parentheses; undefined when it does not take them. */
type Reading = (numbers: readonly number[]) => ColumnType | undefined;

const plain =
  (type: ColumnType): Reading =>
  (numbers) =>
    numbers.length === 0 ? type : undefined;

/** PostgreSQL's limits: https://www.postgresql.org/docs/current/datatype.html */
const MAX_LENGTH = 10_485_760;
const MAX_PRECISION = 1000;
const MAX_SECOND_DIGITS = 6;

const decimal: Reading = (numbers) => {
  const [precision, scale = 0] = numbers;
  if (precision === undefined) return { kind: 'decimal' };
  return numbers.length <= 2 && precision >= 1 && precision <= MAX_PRECISION && scale <= precision
    ? { kind: 'decimal', precision, scale }
    : undefined;
};

const character =
  (padded: boolean, otherwise?: number): Reading =>
  (numbers) => {
    const [length = otherwise] = numbers;
    if (length === undefined) return { kind: 'text', padded };
    return numbers.length <= 1 && length >= 1 && length <= MAX_LENGTH ? { kind: 'text', length, padded } : undefined;
  };

const timestamp =
  (zone: boolean): Reading =>
  (numbers) => {
    const [precision = MAX_SECOND_DIGITS] = numbers;
    return numbers.length <= 1 && precision <= MAX_SECOND_DIGITS ? { kind: 'timestamp', zone, precision } : undefined;
  };

/** SQL's `FLOAT(p)`: `p` binary digits. */
const float: Reading = (numbers) => {
  const [digits = 53] = numbers;
  return numbers.length <= 1 && digits >= 1 && digits <= 53 ? { kind: 'float', bytes: digits <= 24 ? 4 : 8 } : undefined;
};

const READINGS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ...['SMALLINT', 'INT2'].map((name) => [name, plain({ kind: 'integer', bytes: 2 })] as const),
  ...['INTEGER', 'INT', 'INT4'].map((name) => [name, plain({ kind: 'integer', bytes: 4 })] as const),
  ...['BIGINT', 'INT8'].map((name) => [name, plain({ kind: 'integer', bytes: 8 })] as const),
  ...['DECIMAL', 'NUMERIC', 'DEC'].map((name) => [name, decimal] as const),
  ...['REAL', 'FLOAT4'].map((name) => [name, plain({ kind: 'float', bytes: 4 })] as const),
  ...['DOUBLE PRECISION', 'FLOAT8'].map((name) => [name, plain({ kind: 'float', bytes: 8 })] as const),
  ['FLOAT', float],
  ['TEXT', plain({ kind: 'text', padded: false })],
  ...['VARCHAR', 'CHARACTER VARYING', 'CHAR VARYING'].map((name) => [name, character(false)] as const),
  ...['CHAR', 'CHARACTER'].map((name) => [name, character(true, 1)] as const),
  ...['BOOLEAN', 'BOOL'].map((name) => [name, plain({ kind: 'boolean' })] as const),
  ['DATE', plain({ kind: 'date' })],
  ...['TIMESTAMP', 'TIMESTAMP WITHOUT TIME ZONE'].map((name) => [name, timestamp(false)] as const),
  ...['TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE'].map((name) => [name, timestamp(true)] as const),
  ['UUID', plain({ kind: 'uuid' })],
  ['JSON', plain({ kind: 'json', binary: false })],
  ['JSONB', plain({ kind: 'json', binary: true })],
]);

/** The names that `parseType` understands, for messages. */
export const TYPE_NAMES: readonly string[] = [...READINGS.keys()];

const DECLARATION = /^([A-Z][A-Z0-9 ]*?) ?(?:\( ?(\d{1,9}) ?(?:, ?(\d{1,9}) ?)?\) ?([A-Z ]*))?$/;

/**
 * What a declared SQL type means: `INT`, `varchar(255)`, `DECIMAL(10,2)`, `timestamp(3) with time zone`.
 * Undefined for a name, or a number in its parentheses, that PostgreSQL's built-in types do not have.
 */
export function parseType(declared: string): ColumnType | undefined {
  const match = DECLARATION.exec(declared.trim().replace(/\s+/g, ' ').toUpperCase());
  if (match === null) return undefined;
  const [, name = '', first, second, after] = match;
  const numbers = [first, second].filter((each) => each !== undefined).map(Number);
  return READINGS.get(after ? `${name} ${after}` : name)?.(numbers);
}

/** The check of a column, made once and then called for each of its values; it never rounds, cuts or guesses. */
export function fitterOf(type: ColumnType): Fit {
  switch (type.kind) {
    case 'integer':
      return fitInteger(type.bytes);
    case 'decimal':
      return fitDecimal(type.precision, type.scale);
    case 'float':
      return fitFloat(type.bytes);
    case 'text':
      return fitText(type.length);
    case 'boolean':
      return fitBoolean;
    case 'date':
      return fitDate;
    case 'timestamp':
      return fitTimestamp(type.zone, type.precision);
    case 'uuid':
      return fitUuid;
    case 'json':
      return fitJson(type.binary);
  }
}

/** Why `text` does not fit `type` exactly, or undefined; for many values of one type use `fitterOf`. */
export function misfit(type: ColumnType, text: string): string | undefined {
  return fitterOf(type)(text);
}
