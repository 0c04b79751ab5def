import type { CursorType } from './cursor';
import type { Location } from './diagnostic';
import type { TemplateValue } from './macro';
import type { Secret } from './secret';

/** How one resource is asked for, page by page. Keys follow dlt's REST vocabulary. */
export interface Resource {
  readonly name: string;
  readonly at: Location;
  /** Joined to `path`; `http(s)://…` for a live API, `recorded:<folder>` for responses kept in the project. */
  readonly baseUrl: string;
  /** May hold placeholders, `{resources.<parent>.<field>}`, like the texts of `params` and `json`. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, Secret>>;
  readonly params: Readonly<Record<string, Secret>>;
  /** The body of a POST. */
  readonly json?: TemplateValue;
  readonly auth?: Auth;
  /** Where the list of records is in a body: dotted path; empty for the body itself. Of JSON bodies only. */
  readonly dataSelector: string;
  /** Absent: what the response's content type says, else JSON. */
  readonly format?: BodyFormat;
  readonly paginator: Paginator;
  /** The fields (dotted paths) that tell records apart; used to compare distinct records with `total`. */
  readonly primaryKey: readonly string[];
  readonly responseActions: readonly ResponseAction[];
  readonly retry: HttpRetry;
  readonly timeout: Timeout;
  /** Requests to this resource's host that may be under way at once. */
  readonly concurrency: number;
  readonly rateLimit?: RateLimit;
  /** The largest body, in bytes, its compression undone. */
  readonly maxBytes: number;
  /** Hosts beside the one of `baseUrl` that links and redirects may lead to; they get none of its secrets. */
  readonly allowHosts: readonly string[];
  /** A public address may lead to a private one. */
  readonly allowPrivate: boolean;
  /** The resource whose records fill the placeholders: there is a series of pages for each of them. */
  readonly parent?: ParentLink;
  /** Where its responses land, under the lake: `raw` for `raw/<source>/<name>/load_id=…/`. */
  readonly land: string;
  /** A TypeScript loader, instead of HTTP: the project's own module, relative to the project folder. */
  readonly module?: string;
  /** Only what came since the last load is asked for; `path`, `params` and `json` may hold `{incremental.start_value}`. */
  readonly incremental?: Incremental;
}

/** How records tell whether they are new; dlt's words. */
export interface Incremental {
  /** The field (dotted path) that grows from record to record. */
  readonly cursorPath: string;
  /** What its values are, as the initial one says. */
  readonly type: CursorType;
  /** Where the first load begins: the least value that counts. */
  readonly initialValue: string;
  /** The least value that does not count any more. */
  readonly endValue?: string;
  /** How far before the last value a load begins, for records that come late: in seconds for times, else in the cursor's own unit. */
  readonly lag: number;
  /** The order in which the API gives records; then paging ends where the rest cannot count. */
  readonly rowOrder?: 'asc' | 'desc';
  /** What becomes of a record without a value. */
  readonly onMissing: 'raise' | 'include' | 'exclude';
}

export type BodyFormat = 'json' | 'ndjson' | 'csv';

/** dlt's kinds, and `session`: a login whose answer holds a token. Tokens are kept in memory only. */
export type Auth =
  | { readonly type: 'bearer'; readonly token: Secret }
  | { readonly type: 'api_key'; readonly name: string; readonly apiKey: Secret; readonly location: 'header' | 'query' }
  | { readonly type: 'http_basic'; readonly username: Secret; readonly password: Secret }
  /** RFC 6749 §4.4, the client's credentials in the body as dlt sends them. */
  | {
      readonly type: 'oauth2_client_credentials';
      readonly tokenUrl: string;
      readonly clientId: Secret;
      readonly clientSecret: Secret;
      /** Further fields of the token request: `scope`, `audience`. */
      readonly data: Readonly<Record<string, Secret>>;
      /** Seconds that a token holds when the answer does not say. */
      readonly expiresIn: number;
    }
  | {
      readonly type: 'session';
      /** Joined to `baseUrl`; asked by POST with `json`. */
      readonly path: string;
      readonly json: Readonly<Record<string, Secret>>;
      readonly tokenPath: string;
      /** Seconds; absent: until the API refuses it. */
      readonly expiresIn?: number;
    };

/** What becomes of a response with this status and this text in its body (what is absent matches all); the first that matches counts. */
export interface ResponseAction {
  readonly statusCode?: number;
  readonly content?: string;
  readonly action: 'ignore' | 'retry' | 'fail';
}

/** At most `requests` in any `per` seconds. */
export interface RateLimit {
  readonly requests: number;
  readonly per: number;
}

/** All in seconds. */
export interface Timeout {
  readonly connect: number;
  /** From sending the request to the first byte of the answer. */
  readonly firstByte: number;
  /** Between two pieces of the body. */
  readonly idle: number;
  /** The whole request, the body included. */
  readonly total: number;
}

export interface ParentLink {
  readonly resource: string;
  /** Fields of the parent (dotted paths) that the records get under these names. */
  readonly include: Readonly<Record<string, string>>;
}

export interface HttpRetry {
  /** Attempts at one request, the first included. */
  readonly maxAttempts: number;
  /** Seconds before the second attempt; doubles with each further one, with jitter. */
  readonly backoff: number;
  /** The longest wait, in seconds, also for `Retry-After`. */
  readonly maxDelay: number;
}

/** Where a paging value goes: a parameter of the query, or a dotted path in the JSON body. */
export type PagingPlace = { readonly param: string } | { readonly bodyPath: string };

export type Paginator =
  | { readonly type: 'single_page'; readonly totalPath?: string }
  | {
      readonly type: 'offset';
      readonly limit: number;
      readonly limitAt: PagingPlace;
      readonly offsetAt: PagingPlace;
      /** Where a body announces how many records there are in all; absent: paging ends at the first empty page. */
      readonly totalPath?: string;
    }
  | {
      readonly type: 'page_number';
      /** The number of the first page. */
      readonly base: number;
      readonly pageAt: PagingPlace;
      readonly totalPath?: string;
      /** Where a body announces how many pages there are. */
      readonly totalPagesPath?: string;
    }
  /** Ends when a body has no cursor (absent, null or empty). */
  | { readonly type: 'cursor'; readonly cursorPath: string; readonly cursorAt: PagingPlace; readonly totalPath?: string }
  /** The next page's address is in the body; ends when it is not. */
  | { readonly type: 'json_link'; readonly nextUrlPath: string; readonly totalPath?: string }
  /** The next page's address is in the `Link` header (RFC 8288). */
  | { readonly type: 'header_link'; readonly rel: string; readonly totalPath?: string };

/** Raw records → the rows of one table. The order is fixed: per input explode, filter, columns; then union, merge, filter. */
export interface Transform {
  readonly inputs: readonly TransformInput[];
  readonly merge?: Merge;
  /** A CEL expression over the columns of a merged row; rows for which it is not true are filtered out (and counted). */
  readonly filter?: Expression;
  readonly contract: SchemaContract;
}

/** What becomes of data that are not as declared; dlt's words. */
export interface SchemaContract {
  /** Of a field that nobody declared. Absent: it is left out, and counted apart from what a contract discards. */
  readonly columns?: FieldRule;
  /** Of a value that does not fit the type of its column: by column, and for those that have no rule of their own. */
  readonly dataType: { readonly columns: Readonly<Record<string, MisfitRule>>; readonly otherwise: MisfitRule };
}

/** A new column, a load that fails, a row that is set aside with the reason, a field that is left out and counted. */
export type FieldRule = 'evolve' | 'freeze' | 'discard_row' | 'discard_value';

/** A load that fails, a row that is set aside with the reason, a value that becomes null and is counted. */
export type MisfitRule = Exclude<FieldRule, 'evolve'>;

/** A column that a dataset has because of its data: a field that nobody declared, and the type that its values have. */
export interface FoundColumn {
  readonly name: string;
  readonly dataType: string;
}

/** How the data of one load differ from what is declared. */
export interface Drift {
  /** The columns that this load is the first to have. */
  readonly added: readonly FoundColumn[];
  /** Values that the contract has left out, by field or column; nulls are not counted. */
  readonly discarded: Readonly<Record<string, number>>;
  /** The same for fields that no contract speaks of. */
  readonly undeclared: Readonly<Record<string, number>>;
}

/** One input of the union; earlier inputs take precedence over later ones. */
export interface TransformInput {
  readonly from: string;
  readonly at: Location;
  /** Dotted path of an array: each of its elements becomes the record. */
  readonly explode?: string;
  /** With `explode`: a record without the field has no elements; else that is an error. */
  readonly explodeOptional?: boolean;
  /** With `explode`: fields of the parent (dotted paths) that the record gets under these names. */
  readonly includeFromParent: Readonly<Record<string, string>>;
  readonly filter?: Expression;
  readonly columns: Readonly<Record<string, ColumnSource>>;
  /** Fields that are known and left out. */
  readonly ignore?: readonly string[];
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

/** What a load does with the rows that stand in the table: all of them go, all of them stay, or those stay that have no new row of their key. */
export type WriteDisposition = 'replace' | 'append' | 'merge';

/** What became of the rows of one load. received = loaded + merged + filtered + rejected. */
export interface RowCounts {
  readonly received: number;
  readonly loaded: number;
  readonly merged: number;
  readonly filtered: number;
  readonly rejected: number;
}
