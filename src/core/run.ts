import type { Diagnostic } from './diagnostic';
import type { Interval } from './interval';
import type { Drift, RowCounts } from './loader';
import type { Freshness } from './freshness';
import type { NodeId } from './node';
import type { Step } from './plan';

/** dbt's words, and `unchanged` for what was left out because it would have given nothing new. `pass`, `warn` and `fail` are for tests, `success` for everything else. */
export type Status = 'success' | 'pass' | 'warn' | 'fail' | 'error' | 'skipped' | 'unchanged';

/** One shape, whether it went well or not. */
export interface StepResult {
  readonly id: NodeId;
  readonly kind: Step['kind'];
  readonly name: string;
  readonly status: Status;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Seconds. */
  readonly seconds: number;
  /** Of the node that it is about: `table`, `view`. */
  readonly materialized?: string;
  /** `"schema"."name"` for what has one. */
  readonly relation?: string;
  /** Rows in the table, or records received. */
  readonly rows?: number;
  /** Loads only: what became of every row. */
  readonly counts?: RowCounts;
  /** Datasets only: how the data differ from what is declared; absent when they do not. */
  readonly drift?: Drift;
  /** Of a question for it only: how old the data are. */
  readonly freshness?: Freshness;
  /** Of a model that is built in batches: how they ended; those that were not tried are in neither. */
  readonly batches?: { readonly successful: readonly Interval[]; readonly failed: readonly Interval[] };
  /** Tests only. */
  readonly failures?: number;
  /** Tests only: a few of the rows that are wrong, long texts cut. */
  readonly failingRows?: FailingRows;
  /** Unit tests only. */
  readonly differences?: readonly Difference[];
  /** Skipped: the step that it was skipped for. */
  readonly because?: NodeId;
  /** In a sentence: `Got 3 results, configured to fail if != 0`. */
  readonly message?: string;
  readonly diagnostics?: readonly Diagnostic[];
  /** Where the SQL that ran lies, relative to the project folder. */
  readonly compiledPath?: string;
  /** Attempts made, 1 when the first one did it. */
  readonly attempts: number;
  /** Which of the slots ran it, from 1. */
  readonly slot?: number;
}

/** How the rows of a unit test differ from the expected ones; cells as texts. */
export interface Difference {
  /** Of a CTE of the model; absent: of the model. */
  readonly cte?: string;
  readonly columns: readonly string[];
  /** A changed cell is `expected → actual`. */
  readonly rows: readonly { readonly change: 'changed' | 'missing' | 'unexpected'; readonly cells: readonly string[] }[];
  /** So many rows more. */
  readonly more?: number;
}

/** Rows for people to look at, by column. */
export interface FailingRows {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

export interface RunResult {
  readonly run: string;
  readonly command: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** Every step of the plan once, in the order in which they ended; audits of a step stand before it. */
  readonly results: readonly StepResult[];
}

const WELL: ReadonlySet<Status | undefined> = new Set<Status>(['success', 'pass', 'warn', 'unchanged']);

/** Whether a step ended well (warnings are well). */
export const endedWell = (status: Status | undefined): boolean => WELL.has(status);

/** Whether everything of `result` went well. */
export const succeeded = (result: RunResult): boolean => result.results.every(({ status }) => endedWell(status));
