import type { LineMap, NodeId, TestNode } from './node';
import type { Statement } from './statement';

/** A test as one query that returns one row: `failures`, `should_warn`, `should_error` (dbt's wrapper). */
export interface Check {
  readonly id: NodeId;
  readonly name: string;
  readonly path: string;
  readonly statement: Statement;
  readonly severity: TestNode['severity'];
  readonly warnIf: string;
  readonly errorIf: string;
  readonly lines?: LineMap;
  /** A warning is a failure. */
  readonly strict?: true;
  /** A few of the rows that are wrong, asked when there are any. */
  readonly sample: Statement;
  /** Keeps all the rows that are wrong; `statement` and `sample` then read them where they are kept. */
  readonly store?: readonly Statement[];
  /** Writes down that it passed, for runs that leave out what would give nothing new. */
  readonly record?: Statement;
  /** Takes that back, when it does not pass any more. */
  readonly forget?: Statement;
  /** `"schema"."name"` of where they can be read after the run, also when the test failed. */
  readonly keptIn?: string;
}

/**
 * Checks of one table as one query, which scans it once: `failures_1`, `should_warn_1`, `should_error_1`, and the same for each further member.
 * A member with `perValue` has to be asked alone unless its number is 0.
 */
export interface Together {
  readonly statement: Statement;
  readonly members: readonly { readonly id: NodeId; readonly perValue: boolean; readonly bodyAt: number }[];
  /** In a transaction: what is sent before the query and, if it fails, after it, so that the members can be asked alone; absent where an engine has no savepoints. */
  readonly savepoint?: readonly [set: Statement, back: Statement];
}

/** What the audits of a step need beside themselves. */
export interface Auditing {
  readonly together?: Together;
  /** Views of the rows that are wrong, made when the candidate has its name. */
  readonly views?: readonly Statement[];
  /** Takes the candidate away when an audit failed, so that the transaction can be kept for the wrong rows in it; absent where it is rolled back. */
  readonly abandon?: readonly Statement[];
}
