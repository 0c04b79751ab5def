import { literal, quote } from '../core/relation';

/** The arguments of a generic test, rendered: names, texts, numbers, lists of them. */
export type TestArguments = Readonly<Record<string, unknown>>;

/** What a generic test is asked of. */
export interface Subject {
  /** The relation under test (or a sub-select of it), as SQL. */
  readonly model: string;
  readonly engine: 'postgres' | 'duckdb';
}

/** What a generic test finds wrong, as SQL. */
export type Wrong =
  /** Each row for which `row` is true; the rows with one value of `by` count once. */
  | { readonly row: string; readonly by?: string }
  /** The table, or each group of `by`, for whose totals `table` is true; `figure` is what it was judged by. */
  | { readonly table: string; readonly figure: string; readonly by: readonly string[] }
  /** Each row of a query. */
  | { readonly sql: string };

/** What a generic test is: the arguments that it takes, and what is wrong by it. */
export interface GenericTest {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** It may stand under a column, whose name is then the argument `column_name`. */
  readonly ofColumn: boolean;
  /** Arguments that are expressions: `ref('users_table')`. */
  readonly relations?: readonly string[];
  /** Names that packages have for an argument: theirs → ours. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** At least one of these has to be given. */
  readonly anyOf?: readonly string[];
  /** What an argument may be, where that is one of a few words. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  readonly wrong: (args: TestArguments, subject: Subject) => Wrong;
}

/** A test of one column that takes these arguments. */
export const ofColumn = (wrong: GenericTest['wrong'], required: readonly string[] = [], optional: readonly string[] = []): GenericTest => ({
  required: ['column_name', ...required],
  optional,
  ofColumn: true,
  wrong,
});

/** A test of a whole table that takes these arguments. */
export const ofTable = (wrong: GenericTest['wrong'], required: readonly string[], optional: readonly string[] = []): GenericTest => ({
  required,
  optional,
  ofColumn: false,
  wrong,
});

/** An argument as it is written into SQL. */
export const text = (value: unknown): string => String(value);

export const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The columns that an argument names, quoted. */
export const columns = (value: unknown): readonly string[] => list(value).map((name) => quote(text(name)));

/** The column under test, quoted. */
export const column = (args: TestArguments): string => quote(text(args['column_name']));

/** Values as an SQL list: numbers and booleans as they are, texts quoted unless the test says `quote: false`. */
export const valueList = (args: TestArguments): string =>
  list(args['values'])
    .map((value) => (typeof value === 'string' && args['quote'] !== false ? literal(value) : text(value)))
    .join(', ');

/**
 * What is true of `measure` when it lies outside of what is allowed: `min_value` and `max_value` (SQL), themselves allowed unless `inclusive` is
 * false, and `value`, the only one that is. Never true of a null.
 */
export function outside(measure: string, { min_value: min, max_value: max, value, inclusive }: TestArguments): string {
  const [below, above] = inclusive === false ? ['<=', '>='] : ['<', '>'];
  const conditions = [
    ...(min === undefined ? [] : [`${measure} ${below} ${text(min)}`]),
    ...(max === undefined ? [] : [`${measure} ${above} ${text(max)}`]),
    ...(value === undefined ? [] : [`${measure} <> ${text(value)}`]),
  ];
  return conditions.join(' or ') || 'false';
}

/** The parts of a date that an interval is counted in. */
export const DATEPARTS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];

/** `interval` times a part of a date; PostgreSQL knows no quarters. */
export const span = (interval: unknown, datepart: unknown): string =>
  `${text(interval)} * interval ${datepart === 'quarter' ? "'3 month'" : literal(`1 ${text(datepart)}`)}`;
