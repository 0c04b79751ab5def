import type { Location } from './diagnostic';
import type { Secret } from './secret';

/** How one resource is asked for, page by page. Keys follow dlt's REST vocabulary. */
export interface Resource {
  readonly name: string;
  readonly at: Location;
  /** Joined to `path`; `http(s)://…` for a live API, `recorded:<folder>` for responses kept in the project. */
  readonly baseUrl: string;
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, Secret>>;
  readonly params: Readonly<Record<string, Secret>>;
  /** Where the list of records is in a body: dotted path; empty for the body itself. */
  readonly dataSelector: string;
  readonly paginator: Paginator;
  /** The fields (dotted paths) that tell records apart; used to compare distinct records with `total`. */
  readonly primaryKey: readonly string[];
  readonly retry: HttpRetry;
  /** Seconds. */
  readonly timeout: number;
  /** Where its responses land, under the lake: `raw` for `raw/<source>/<name>/load_id=…/`. */
  readonly land: string;
  /** A TypeScript loader, instead of HTTP: the project's own module, relative to the project folder. */
  readonly module?: string;
}

export interface HttpRetry {
  /** Attempts at one request, the first included. */
  readonly maxAttempts: number;
  /** Seconds before the second attempt; doubles with each further one, with jitter. */
  readonly backoff: number;
  /** The longest wait, in seconds, also for `Retry-After`. */
  readonly maxDelay: number;
}

export type Paginator =
  | { readonly type: 'single_page' }
  | {
      readonly type: 'offset';
      readonly limit: number;
      readonly limitParam: string;
      readonly offsetParam: string;
      /** Where a body announces how many records there are in all; absent: paging ends at the first empty page. */
      readonly totalPath?: string;
    };

/** Raw records → the rows of one table. The order is fixed: per input explode, filter, columns; then union, merge, filter. */
export interface Transform {
  readonly inputs: readonly TransformInput[];
  readonly merge?: Merge;
  /** A CEL expression over the columns of a merged row; rows for which it is not true are filtered out (and counted). */
  readonly filter?: Expression;
  /** What happens to a row whose value does not fit the declared type: the load fails, or the row is set aside with the reason. */
  readonly onTypeMismatch: 'freeze' | 'discard_row';
}

/** One input of the union; earlier inputs take precedence over later ones. */
export interface TransformInput {
  readonly from: string;
  readonly at: Location;
  /** Dotted path of an array: each of its elements becomes the record. */
  readonly explode?: string;
  /** With `explode`: fields of the parent (dotted paths) that the record gets under these names. */
  readonly includeFromParent: Readonly<Record<string, string>>;
  readonly filter?: Expression;
  readonly columns: Readonly<Record<string, ColumnSource>>;
  /** A TypeScript function instead of `columns`: record → row or rows. `<file>#<export>`, relative to the project folder. */
  readonly module?: string;
}

/** Where a column's value comes from: a dotted path in the record (absent field: null) or a CEL expression over `record`. */
export type ColumnSource = { readonly path: string } | { readonly expr: Expression };

/** CEL source text, with its place for messages. */
export interface Expression {
  readonly text: string;
  readonly at: Location;
}

export type MergeRule = 'first' | 'last' | 'sum' | 'min' | 'max' | 'same';

/** Rows with one key become one row, by a declared rule per column; `first` follows the inputs' order of precedence. */
export interface Merge {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, MergeRule>>;
  /** For the columns that have no rule of their own. */
  readonly otherwise: MergeRule;
}

/** What became of the rows of one load. received = loaded + merged + filtered + rejected. */
export interface RowCounts {
  readonly received: number;
  readonly loaded: number;
  readonly merged: number;
  readonly filtered: number;
  readonly rejected: number;
}
