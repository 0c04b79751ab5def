import type { BatchSize } from './interval';

/** How a model becomes a relation; an `ephemeral` one becomes none, and is written into the queries that read it. */
export type Materialization = 'table' | 'view' | 'incremental' | 'materialized_view' | 'ephemeral';

/** How new rows reach a table that stands: beside the old ones, over them, in the place of those with the same keys, or of those of the same time. */
export type Strategy = 'append' | 'merge' | 'delete+insert' | 'microbatch';

/** What is done when the SELECT gives other columns than the table that stands has. */
export type OnSchemaChange = 'fail' | 'ignore' | 'append_new_columns' | 'sync_all_columns';

/** How an incremental model adds to its table. */
export interface Incremental {
  readonly strategy: Strategy;
  /** The columns by which a new row finds the old one; nulls are like each other. Empty: `append`. */
  readonly uniqueKey: readonly string[];
  /** Several new rows may have one key, which then names a group of rows: the group is replaced. */
  readonly keepsRepeated: boolean;
  /** Of `merge`: the columns that an old row takes over. Absent: all but the key. */
  readonly updates?: readonly string[];
  /** Of `merge`: the columns that an old row keeps. */
  readonly keeps: readonly string[];
  /** SQL conditions on the old rows that are looked at. */
  readonly predicates: readonly string[];
  readonly onSchemaChange: OnSchemaChange;
  /** Of `microbatch`. */
  readonly batches?: BatchRule;
}

/** How a model is built in batches of time. */
export interface BatchRule {
  /** The column of its own that says when a row happened. */
  readonly eventTime: string;
  /** Where its first batch begins, in milliseconds since 1970. */
  readonly begin: number;
  readonly size: BatchSize;
  /** How many batches before the latest are built again each time. */
  readonly lookback: number;
}

/** An index of a table or a materialized view. */
export interface Index {
  readonly columns: readonly string[];
  readonly unique: boolean;
  /** `btree`, `gin` …; absent: the engine's own choice. */
  readonly type?: string;
  /** Absent: made of the table's and the columns' names. */
  readonly name?: string;
}
