import type { Location } from './diagnostic';
import type { FoundColumn } from './loader';
import type { LineMap, NodeId } from './node';
import type { Around } from './around';
import type { Relation } from './relation';
import type { StepResult } from './run';
import type { FreshnessRule } from './freshness';
import type { SeedFacts } from './seed';
import type { Auditing, Check, Together } from './check';
import type { Statement } from './statement';
import type { Addition, Batches } from './addition';

export type { Statement } from './statement';
export type { Addition, Batches, TableColumn } from './addition';
export type { Around } from './around';

interface StepBase {
  readonly id: NodeId;
  readonly name: string;
  /** The steps of this plan that must have succeeded before. */
  readonly after: readonly NodeId[];
  /** It would give what is there already; says since when. Then nothing is done. */
  readonly unchanged?: string;
  /** What its latest build read (`before`, null when that was of another definition), and what it would read `now`: when they are equal, nothing is done. */
  readonly compare?: Statement;
  /** Why it is done, where that was asked: a clause such as `its SQL changed`. */
  readonly because?: string;
}

/** Ask the API, land the raw responses. */
export interface ExtractStep extends StepBase {
  readonly kind: 'extract';
  /** Of an incremental resource: what is filled from it, which says where its window begins. */
  readonly fills?: readonly Filled[];
  /** How far (`table_name`, `cursor_path`, `cursor_value`) the filled tables have come; absent where nothing was ever written about it. */
  readonly committed?: Statement;
}

/** A table that is filled from an incremental resource. */
export interface Filled {
  readonly table: string;
  /** Its rows are added and never compared, so none may come twice. */
  readonly appends: boolean;
  /** There is none that stands, or it is made anew: what was loaded before does not count. */
  readonly anew: boolean;
}

/** Landed responses → CSV dataset. */
export interface DatasetStep extends StepBase {
  readonly kind: 'dataset';
}

/**
 * Fill a table from its dataset: `build`, copy the rows into `candidate`, `finish` (keys, or the rows' way into the standing table), audits,
 * `publish`; all in one transaction.
 */
export interface LoadStep extends StepBase, Around {
  readonly kind: 'load';
  readonly relation: Relation;
  readonly candidate: Relation;
  readonly columns: readonly string[];
  /** A dataset with fewer rows fails the load. */
  readonly minRows?: number;
  /** The table in which is written which datasets were added to `relation`: each is added once, however often the step runs. */
  readonly ledger?: Relation;
  /** Where is written, in the same transaction, how far the cursors of these (incremental) resources have come in `relation`. */
  readonly cursors?: Filled & { readonly relation: Relation; readonly resources: readonly string[] };
  /** Where is written, in the same transaction, when the data were received; absent where nobody asks. */
  readonly received?: Relation;
  readonly build: readonly Statement[];
  readonly finish: readonly Statement[];
  readonly audits: readonly Check[];
  readonly auditing?: Auditing;
  readonly publish: readonly Statement[];
  /** Writes down what the table was made of, by a hash of its data. */
  readonly recorded?: (hash: string) => readonly Statement[];
  /** Where the table may get columns that only its dataset knows. */
  readonly growth?: Growth;
}

/** How a load makes room for columns that nobody declared: what they are is known when the dataset is read, what is done about them is fixed. */
export interface Growth {
  /** A query that returns no rows but the columns of the standing table, for a load that adds to it. */
  readonly describe?: Statement;
  /** What takes the place of the step's own, for these columns beside the declared ones; `standing` are those that `describe` told. */
  readonly for: (found: readonly FoundColumn[], standing: readonly string[]) => Grown;
}

export interface Grown extends Pick<LoadStep, 'columns' | 'finish' | 'publish'> {
  /** Sent after the step's `build`, before the rows. */
  readonly widen: readonly Statement[];
}

/** Fill a table from the file of a seed, as a `LoadStep` does from a dataset. Where `facts` hold no content there is nothing to do: the table stands as the file would make it. */
export interface SeedStep
  extends StepBase, Around, Pick<LoadStep, 'relation' | 'candidate' | 'build' | 'finish' | 'audits' | 'auditing' | 'publish'> {
  readonly kind: 'seed';
  readonly facts: SeedFacts;
}

/** Build a model under a helper name, test it, put it in place; or add its new rows to the table that stands, and test that. One transaction. */
export interface ModelStep extends StepBase, Around {
  readonly kind: 'model';
  readonly materialized: string;
  readonly relation: Relation;
  /** A query that returns no rows but the columns of the SELECT, compared with `columns` before anything is built; absent without a contract. */
  readonly describe?: Statement;
  readonly columns?: readonly string[];
  readonly build: readonly Statement[];
  /** How the rows that `build` made are added; absent when what it made takes the place of what stands. */
  readonly addition?: Addition;
  /** What follows when all this is done, a transaction for each; the audits are then asked of the rows of each batch. */
  readonly batches?: Batches;
  readonly audits: readonly Check[];
  readonly auditing?: Auditing;
  readonly publish: readonly Statement[];
  readonly lines: LineMap;
}

/** Take the rows of a snapshot's source, and the versions that begin and end with them into the table that stands; or make it. One transaction. */
export interface SnapshotStep extends Omit<ModelStep, 'kind' | 'describe' | 'columns' | 'lines'> {
  readonly kind: 'snapshot';
}

/** A test on published tables. */
export interface TestStep extends StepBase {
  readonly kind: 'test';
  readonly check: Check;
  /** Shared by the tests that are in it, of which the first asks. */
  readonly together?: Together;
}

/** A model asked what it makes of given rows: one transaction in the scratch database, rolled back at its end. */
export interface UnitTestStep extends StepBase {
  readonly kind: 'unit_test';
  /** What fills each table that the model reads: `insert` into the one that stands, `create` where none does, or where only `create` is there. */
  readonly given: readonly {
    readonly id: NodeId;
    readonly at: Location;
    readonly insert?: readonly Statement[];
    readonly create?: readonly Statement[];
  }[];
  readonly comparisons: readonly Comparison[];
  readonly lines: LineMap;
  readonly model: NodeId;
  /** Where the test is declared. */
  readonly at: Location;
}

/** What a query gives, and what it is to give. */
export interface Comparison {
  readonly at: Location;
  readonly cte?: string;
  /** The columns that are compared; absent: those of the expected rows. */
  readonly columns?: readonly string[];
  readonly actual: Statement;
  /** The expected rows, in the table that the scratch database keeps for those of this model; without `standing`, or without that table, in one of their own. */
  readonly standing?: Expectation;
  readonly apart: Expectation;
}

/** Statements that write rows into a table, and the query that reads them with the types that they have there. */
export interface Expectation {
  readonly write: readonly Statement[];
  readonly read: Statement;
}

/** An empty table of the scratch database, with the columns and types of the real one. */
export interface Scratch {
  readonly id: NodeId;
  readonly create: readonly Statement[];
}

/** How old the data of a table are: the query answers one row, `max_loaded_at` and `snapshotted_at` in seconds since 1970. */
export interface FreshnessStep extends StepBase {
  readonly kind: 'freshness';
  readonly relation: Relation;
  readonly statement: Statement;
  readonly rule: FreshnessRule;
}

/** Statements of the user's own before the first step, or after the last one: `on-run-start`, `on-run-end`. */
export interface OperationStep extends StepBase {
  readonly kind: 'operation';
  /** Throws EtlxError where they are made of how the run went, and that does not work. */
  readonly statements: () => readonly Statement[];
}

/** An operation that is told how the run went. */
export interface LastOperation {
  /** As it is written, for a plan that is read. */
  readonly text: string;
  readonly step: (results: readonly StepResult[]) => OperationStep;
}

export type Step =
  ExtractStep | DatasetStep | LoadStep | SeedStep | ModelStep | SnapshotStep | TestStep | UnitTestStep | FreshnessStep | OperationStep;

/** What a run does: in topological order, every SQL statement fixed. Printed by `--dry-run`, executed otherwise. */
export interface Plan {
  /** Run once, before the first step: the schemas. */
  readonly prepare: readonly Statement[];
  readonly steps: readonly Step[];
  /** What the unit tests of the plan read, parents first; absent without any. */
  readonly scratch?: readonly Scratch[];
  /** One after the other before the first step; when one fails, no step is run. */
  readonly first?: readonly OperationStep[];
  /** One after the other behind the last step, however the run went. */
  readonly last?: readonly LastOperation[];
}
