import type { LineMap, NodeId, TestNode } from './node';
import type { Relation } from './relation';

/** One SQL statement, fixed. */
export interface Statement {
  readonly sql: string;
  /** Offset in `sql` at which the node's own compiled SQL begins: maps an error's position back to the source file. */
  readonly bodyAt?: number;
  /** Its row count is the node's row count. */
  readonly counts?: true;
  /** It takes the lock of the step's relation; this query tells who has it (`pid`, `application`, `since`) when it could not be had. */
  readonly holder?: string;
}

interface StepBase {
  readonly id: NodeId;
  readonly name: string;
  /** The steps of this plan that must have succeeded before. */
  readonly after: readonly NodeId[];
}

/** Ask the API, land the raw responses. */
export interface ExtractStep extends StepBase {
  readonly kind: 'extract';
}

/** Landed responses → CSV dataset. */
export interface DatasetStep extends StepBase {
  readonly kind: 'dataset';
}

/**
 * Fill a table from its dataset: `build`, copy the rows into `candidate`, `finish` (keys, or the rows' way into the standing table), audits,
 * `publish`; all in one transaction.
 */
export interface LoadStep extends StepBase {
  readonly kind: 'load';
  readonly relation: Relation;
  readonly candidate: Relation;
  readonly columns: readonly string[];
  /** A dataset with fewer rows fails the load. */
  readonly minRows?: number;
  /** The table in which is written which datasets were added to `relation`: each is added once, however often the step runs. */
  readonly ledger?: Relation;
  readonly build: readonly Statement[];
  readonly finish: readonly Statement[];
  readonly audits: readonly Check[];
  readonly publish: readonly Statement[];
}

/** Build a model under a helper name, test it, put it in place: one transaction. */
export interface ModelStep extends StepBase {
  readonly kind: 'model';
  readonly materialized: string;
  readonly relation: Relation;
  /** A query that returns no rows but the columns of the SELECT, compared with `columns` before anything is built; absent without a contract. */
  readonly describe?: Statement;
  readonly columns?: readonly string[];
  readonly build: readonly Statement[];
  readonly audits: readonly Check[];
  readonly publish: readonly Statement[];
  readonly lines: LineMap;
}

/** A test on published tables. */
export interface TestStep extends StepBase {
  readonly kind: 'test';
  readonly check: Check;
}

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
}

export type Step = ExtractStep | DatasetStep | LoadStep | ModelStep | TestStep;

/** What a run does: in topological order, every SQL statement fixed. Printed by `--dry-run`, executed otherwise. */
export interface Plan {
  /** Run once, before the first step: the schemas. */
  readonly prepare: readonly Statement[];
  readonly steps: readonly Step[];
}
