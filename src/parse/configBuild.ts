import { diagnose } from '../core/diagnostic';
import { BATCH_SIZES, timeOf } from '../core/interval';
import type { Index, OnSchemaChange, Strategy } from '../core/materialization';
import { listOf, mapping, optional, required, wrongType, type Fields, type Reader, type Shaped } from './shape';
import { anyText, boolean, integer, oneOf, plainName, texts } from './shapeValues';

const STRATEGIES: readonly Strategy[] = ['append', 'merge', 'delete+insert', 'microbatch'];
const ON_SCHEMA_CHANGE: readonly OnSchemaChange[] = ['fail', 'ignore', 'append_new_columns', 'sync_all_columns'];

const knownStrategy = oneOf(STRATEGIES);

/** One that dbt has and no engine of etlx can carry out is told apart from one that nobody has. */
const strategy: Reader<Strategy> = (node, key, report) => {
  if (node.kind !== 'scalar' || node.value !== 'insert_overwrite') return knownStrategy(node, key, report);
  const problem = '`insert_overwrite` replaces partitions, which neither PostgreSQL nor PGlite nor DuckDB has';
  const hint = "`delete+insert` with `duplicate_keys: keep` replaces all rows of the batch's keys";
  report(diagnose('config.invalid', { problem, hint }, node.at));
  return undefined;
};

const INDEX_FIELDS = {
  columns: required(texts),
  unique: optional(boolean, false),
  type: optional(plainName('identifier')),
  name: optional(plainName('identifier')),
} satisfies Fields;

const index: Reader<Index> = mapping('an index', INDEX_FIELDS);

/** A time in UTC, as it is written. */
const time: Reader<string> = (node, key, report) =>
  node.kind === 'scalar' && timeOf(node.text) !== undefined
    ? node.text
    : wrongType(node, key, 'a time in UTC, such as `2026-01-31` or `2026-01-31T12:00:00`', report);

/** The column that says when a row happened, of whatever relation. */
export const EVENT_TIME = { event_time: optional(plainName('identifier')) } satisfies Fields;

/** The keys that only models built in batches have a use for, under dbt's names. */
const BATCH_FIELDS = {
  begin: optional(time),
  batch_size: optional(oneOf(BATCH_SIZES)),
  lookback: optional(integer(0)),
  concurrent_batches: optional(boolean),
} satisfies Fields;

export const BATCH_KEYS = Object.keys(BATCH_FIELDS) as readonly (keyof typeof BATCH_FIELDS)[];

/** The keys that only incremental models have a use for, under dbt's names; `duplicate_keys` is etlx's own. */
const INCREMENTAL_FIELDS = {
  incremental_strategy: optional(strategy),
  unique_key: optional(texts),
  merge_update_columns: optional(texts),
  merge_exclude_columns: optional(texts),
  incremental_predicates: optional(listOf(anyText)),
  on_schema_change: optional(oneOf(ON_SCHEMA_CHANGE)),
  duplicate_keys: optional(oneOf(['error', 'keep'] as const)),
  ...BATCH_FIELDS,
} satisfies Fields;

export const INCREMENTAL_KEYS = Object.keys(INCREMENTAL_FIELDS) as readonly (keyof typeof INCREMENTAL_FIELDS)[];

/** How a model is built, beside its materialization. */
export const BUILD_FIELDS = {
  ...INCREMENTAL_FIELDS,
  ...EVENT_TIME,
  full_refresh: optional(boolean),
  indexes: optional(listOf(index)),
} satisfies Fields;

export type BuildConfig = Partial<Shaped<typeof BUILD_FIELDS>>;
