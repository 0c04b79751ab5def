import type { Relation } from './relation';

export type Row = Readonly<Record<string, unknown>>;

/** Differences between engines are data, not subclasses. What is said here is what a plan has to know; the records are in `adapters/dialects.ts`. */
export interface Dialect {
  readonly name: string;
  /** A standing view keeps reading a replaced table's old contents, so the views on it have to be rebuilt with it. */
  readonly viewsBindTables: boolean;
  /** It runs blocks of PL/pgSQL, which ask before they act. */
  readonly runsBlocks: boolean;
  /** A query that failed can be taken back without its transaction. */
  readonly hasSavepoints: boolean;
  /** Constraints have names, unique in the schema; otherwise the engine names them after their table, also when that is renamed. */
  readonly namesConstraints: boolean;
  /** A filled table takes a unique constraint; otherwise a unique index does the work, on a table that will not be renamed any more. */
  readonly addsUniqueConstraints: boolean;
  /** A primary key that is added to a filled table refuses nulls; otherwise its columns have to be told. */
  readonly keysRefuseNulls: boolean;
  /** A text type with a length refuses longer texts; otherwise a check has to. */
  readonly limitsTexts: boolean;
  /** Averages and quotients of decimals are binary floats, which lie beside the decimal that was meant: 284.835 rounds down. */
  readonly dividesInBinary: boolean;
  /** A new table is read with a poor plan before `analyze`. */
  readonly needsAnalyze: boolean;
  /** A relation can be renamed when it has indexes, and so can they. */
  readonly renamesIndexed: boolean;
  /** An index is of a type that can be named; otherwise there is one type. */
  readonly indexTypes: boolean;
  readonly materializedViews: boolean;
  /** It has roles, who can be granted privileges. */
  readonly hasRoles: boolean;
  /** `is not distinct from` joins two tables as fast as `=` does. */
  readonly joinsNulls: boolean;
  /** The query for the columns of a table: rows of `name`, `type`, `required`, in their order. */
  columnsQuery(table: Relation): string;
  /**
   * The query for everything in `schemas` (at least one) with its columns, a row each: `database`, `schema`, `name`, `type` (`BASE TABLE`, `VIEW` …), `owner`, `comment`,
   * and `column_name`, `column_type`, `column_index`, `column_comment`, which are null where a relation has no column.
   */
  describedQuery(schemas: readonly string[]): string;
  /** About how many rows the tables of `schemas` hold, without counting them: rows of `schema`, `name`, `rows` (negative where nobody knows). */
  estimatesQuery(schemas: readonly string[]): string;
  /** How the engine writes a declared column type; the reason when it has none that keeps the same values. A type nobody knows stays as it is. */
  columnType(declared: string): { readonly type: string } | { readonly problem: string };
}

/** What stands in the database: one read per run. Keys are `relationKey`s. */
export type Catalog = ReadonlyMap<string, CatalogEntry>;

export interface CatalogEntry {
  readonly relation: Relation;
  readonly kind: 'table' | 'view' | 'materialized_view' | 'other';
  /** Some view depends on it. */
  readonly hasDependents: boolean;
  /** The `relationKey`s of the views that read it, wherever they are. */
  readonly dependents?: readonly string[];
  /** Triggers, row security, grants on columns or an owner other than the session's user hang on it, and have to outlive its replacement. */
  readonly hasAttachments?: boolean;
  /** So do grants on the relation. */
  readonly hasGrants?: boolean;
  /** So do comments: the relation's, and its columns'. */
  readonly comments?: readonly { readonly column?: string; readonly text: string }[];
  /** Of a materialized view that etlx made: the hash of what it was made of. */
  readonly definition?: string;
  /** Of a materialized view: readers need not wait while it is refreshed. */
  readonly refreshesConcurrently?: boolean;
}

/** The columns of a query's answer, and its rows. */
export interface QueryResult {
  readonly columns: readonly string[];
  /** The columns of numbers that a JavaScript number could not hold exactly (bigint, numeric): their values are texts. */
  readonly exactNumbers: ReadonlySet<string>;
  readonly rows: readonly Row[];
}

/** One connection inside one transaction. */
export interface Session {
  /** Values come as text where a JavaScript number would lose digits (bigint, numeric). */
  query(sql: string): Promise<QueryResult>;
  /** Sends all statements in one round trip where the engine can; answers each one's row count (null when it has none). Throws DatabaseError. */
  execute(statements: readonly string[]): Promise<readonly (number | null)[]>;
  /** Bulk load of CSV (RFC 4180, no header, an unquoted empty field is null) into `columns`; answers the number of rows. Throws DatabaseError. */
  copy(relation: Relation, columns: readonly string[], csv: AsyncIterable<Uint8Array>): Promise<number>;
}

export interface Adapter {
  readonly dialect: Dialect;
  /** How many transactions can really run at once. */
  readonly maxConcurrency: number;
  query(sql: string, signal?: AbortSignal): Promise<QueryResult>;
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws (or `signal` aborts). */
  transaction<T>(work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T>;
  catalog(schemas: readonly string[]): Promise<Catalog>;
  close(): Promise<void>;
}

/** What a database said no to. */
export class DatabaseError extends Error {
  /** SQLSTATE, or the network error's code. */
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  /** Index of the statement in the call of `execute`, 0 for `query` and `copy`. */
  readonly statement: number;
  /** Offset of the error in that statement's text, in characters from 0. */
  readonly offset?: number;
  /** Which row of a COPY, which function: PostgreSQL's CONTEXT. */
  readonly where?: string;
  /** Trying again may help: a lost connection, a deadlock, a full connection list. */
  readonly transient: boolean;

  constructor(message: string, facts: Partial<Omit<DatabaseError, keyof Error>> & { readonly transient: boolean }, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.code = facts.code;
    this.detail = facts.detail;
    this.hint = facts.hint;
    this.statement = facts.statement ?? 0;
    this.offset = facts.offset;
    this.where = facts.where;
    this.transient = facts.transient;
  }
}

/** Objects under keys with `/`, relative to the lake's root. Every method throws EtlxError `lake.error`. */
export interface Store {
  /** For messages: `.etlx/lake`, `s3://bucket/prefix`. */
  readonly location: string;
  /**
   * Visible whole or not at all. Answers what was written: size in bytes and SHA-256 in hex. With `fresh` an object that stands there already
   * stays, and that is an error, wherever the store can tell (servers that know no conditional writes cannot).
   */
  put(key: string, body: AsyncIterable<Uint8Array> | Uint8Array, options?: { readonly fresh?: boolean }): Promise<Stored>;
  get(key: string): AsyncIterable<Uint8Array>;
  /** Every key under `prefix`, in ascending order of code units. */
  list(prefix: string): AsyncIterable<string>;
  /** The same with sizes and ages. */
  objects(prefix: string): AsyncIterable<StoredObject>;
  /** What writers left behind that were interrupted: unfinished files, parts of uploads. No reader sees it. */
  leftovers(): AsyncIterable<Leftover>;
  remove(key: string): Promise<void>;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modified: Date;
}

export interface Leftover {
  /** For messages. */
  readonly name: string;
  /** Absent where the store does not say. */
  readonly bytes?: number;
  readonly begun: Date;
  remove(): Promise<void>;
}

export interface Stored {
  readonly bytes: number;
  readonly sha256: string;
}

/** Time, identity and chance, given from outside so that runs can be repeated in tests. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
