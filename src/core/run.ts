import type { Diagnostic } from './diagnostic';
import type { RowCounts } from './loader';
import type { NodeId } from './node';
import type { Step } from './plan';

/** dbt's words. `pass`, `warn` and `fail` are for tests, `success` for everything else. */
export type Status = 'success' | 'pass' | 'warn' | 'fail' | 'error' | 'skipped';

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
  /** Tests only. */
  readonly failures?: number;
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

export interface RunResult {
  readonly run: string;
  readonly command: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** Every step of the plan once, in the order in which they ended; audits of a step stand before it. */
  readonly results: readonly StepResult[];
}

/** Whether everything of `result` went well (warnings are well). */
export function succeeded(result: RunResult): boolean {
  return result.results.every((each) => each.status === 'success' || each.status === 'pass' || each.status === 'warn');
}
