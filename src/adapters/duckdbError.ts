import { DatabaseError } from '../core/ports';

/** DuckDB's words for an error, of `errors_as_json`. https://duckdb.org/docs/stable/configuration/overview */
interface Words {
  readonly exception_type: string;
  readonly exception_message: string;
  readonly error_subtype?: string;
  /** In bytes of UTF-8, from the start of the text that was sent. */
  readonly position?: string;
  /** What is missing: `Table`, `Scalar Function`. */
  readonly type?: string;
}

/** What DuckDB says, in the terms of PostgreSQL's SQLSTATE: first the kind of error, then what its message must match. The first that fits counts. */
const STATES: readonly (readonly [type: RegExp, message: RegExp, code: string])[] = [
  [/^Parser/, /./, '42601'],
  [/^Binder/, /^Referenced (column|table)/, '42703'],
  [/^Catalog/, /^Table with name .* does not exist/, '42P01'],
  [/^Catalog/, /Function with name .* does not exist/, '42883'],
  [/^Catalog/, /already exists/, '42P07'],
  [/^Catalog/, /^Could not drop/, '2BP01'],
  [/^Dependency/, /./, '2BP01'],
  [/^Constraint/, /^NOT NULL/, '23502'],
  [/^Constraint/, /^CHECK/, '23514'],
  [/foreign key/i, /./, '23503'],
  [/./, /(^Duplicate key|PRIMARY KEY or UNIQUE constraint violation)/, '23505'],
  [/^(Conversion|Out of Range)/, /out of range/i, '22003'],
  [/^Conversion/, /./, '22P02'],
  [/^INTERRUPT/, /./, '57014'],
  [/^Permission/, /./, '42501'],
  [/^Out of Memory/, /./, '53200'],
  [/^Invalid Input/, /./, '22000'],
  [/^IO/, /no space left/i, '53100'],
  [/^IO/, /./, '58030'],
  [/^TransactionContext/, /conflict/i, '40001'],
  [/^TransactionContext/, /aborted/i, '25P02'],
];

/** Transactions that met on one entry of the catalog or one row: one of them went on. */
const TRANSIENT = new Set(['40001']);

/** What DuckDB proposes from its own catalog helps nobody. */
const OWN_NAMES = /^(pg_|duckdb_|sqlite_)/;

/** `error` of DuckDB, raised by `sql`, statement `statement` of its call, as the DatabaseError of the port. */
export function duckdbErrorOf(error: unknown, sql: string, statement = 0): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const words = wordsOf(text);
  const [message = text, ...more] = (words?.exception_message ?? text).replace(/^Failed to commit: /, '').split('\n');
  const csv = csvErrorOf([message, ...more]);
  const code = STATES.find(([type, said]) => type.test(words?.exception_type ?? '') && said.test(message))?.[2] ?? csv?.code;
  return new DatabaseError(
    csv?.message ?? message,
    {
      code: csv?.code ?? code,
      hint: csv === undefined ? hintOf(more) : undefined,
      where: csv?.where,
      statement,
      offset: csv !== undefined || words?.position === undefined ? undefined : offsetOf(sql, Number(words.position)),
      transient: code !== undefined && TRANSIENT.has(code),
    },
    { cause: error },
  );
}

/** Some kinds stand before the JSON once more: `Parser Error: {…}`. */
function wordsOf(text: string): Words | undefined {
  const start = text.indexOf('{"exception_type"');
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start)) as Words;
  } catch {
    return undefined;
  }
}

function hintOf(lines: readonly string[]): string | undefined {
  const name = /^Did you mean "(.*)"\?$/.exec(lines[0] ?? '')?.[1];
  return name === undefined || OWN_NAMES.test(name) ? undefined : `did you mean \`${name}\`?`;
}

interface CsvError {
  readonly message: string;
  readonly code: string;
  readonly where: string;
}

/** DuckDB's report on a CSV row, of which a line says what is wrong and the rest how to read worse files. Its first row is the header that etlx skips. */
function csvErrorOf([first = '', _original, problem = '', ...more]: readonly string[]): CsvError | undefined {
  const line = /^CSV Error on Line: (\d+)$/.exec(first)?.[1];
  if (line === undefined) return undefined;
  const place = `row ${Number(line) - 1}`;
  const value = /^Error when converting column "(.*)"\. (.*)$/.exec(problem);
  if (value === null) return { message: [problem, ...more].find((each) => each !== '') ?? first, code: '22P04', where: place };
  const text = /^Could not convert string "(.*)" to /.exec(value[2]!)?.[1];
  return { message: value[2]!, code: '22P02', where: `${place}, column ${value[1]}${text === undefined ? '' : `: "${text}"`}` };
}

/** The place in a JavaScript string of the byte at `position` of its UTF-8. */
function offsetOf(text: string, position: number): number {
  return Buffer.from(text).subarray(0, position).toString('utf8').length;
}
