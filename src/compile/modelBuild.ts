import { diagnose, type Location, type Report } from '../core/diagnostic';
import { timeOf } from '../core/interval';
import type { BatchRule, Materialization } from '../core/materialization';
import type { ModelNode } from '../core/node';
import type { ConfigPlaces, ModelConfig } from '../parse/config';
import { BATCH_KEYS, INCREMENTAL_KEYS } from '../parse/configBuild';
import type { Constraint } from '../parse/propertiesColumns';

interface Draft {
  readonly name: string;
  readonly at: Location;
  readonly config: ModelConfig;
  readonly places: ConfigPlaces;
}

/** What each materialization is called in a sentence. */
const WORDS: Readonly<Record<Materialization, string>> = {
  table: 'table',
  view: 'view',
  incremental: 'incremental model',
  materialized_view: 'materialized view',
  ephemeral: 'ephemeral model',
};

const KEEPS_CONSTRAINTS: ReadonlySet<Materialization> = new Set(['table', 'incremental']);
const KEEPS_INDEXES: ReadonlySet<Materialization> = new Set(['table', 'incremental', 'materialized_view']);

/** How a model is built beyond its materialization. Keys that contradict each other are reported where they are said. */
export function buildOf(draft: Draft, report: Report): Pick<ModelNode, 'incremental' | 'indexes' | 'fullRefresh'> {
  const { config, places } = draft;
  const { materialized = 'table', indexes, full_refresh: fullRefresh } = config;
  const tell = (key: string, problem: string, hint: string): void =>
    report(diagnose('config.invalid', { problem, hint }, places[key] ?? draft.at));
  const what = `the ${WORDS[materialized]} \`${draft.name}\``;
  if (places['indexes'] !== undefined && !KEEPS_INDEXES.has(materialized))
    tell('indexes', `${what} cannot have indexes`, 'build it as a table or a materialized view');
  if (places['contract'] !== undefined && config.contract?.enforced && materialized === 'ephemeral')
    tell('contract', `${what} has no columns of its own that a contract could fix`, 'put the contract on the models that read it');
  if (materialized !== 'incremental') {
    for (const key of INCREMENTAL_KEYS) {
      if (places[key] === undefined) continue;
      tell(
        key,
        `\`${key}\` is for incremental models, and \`${draft.name}\` is not one`,
        'write `materialized: incremental`, or take it out',
      );
    }
  }
  return {
    ...(indexes && KEEPS_INDEXES.has(materialized) && { indexes }),
    ...(fullRefresh !== undefined && { fullRefresh }),
    ...(materialized === 'incremental' && { incremental: incrementalOf(draft, tell) }),
  };
}

type Tell = (key: string, problem: string, hint: string) => void;

/** The strategy is dbt-postgres's unless one is named: `delete+insert` with a key, `append` without. */
function incrementalOf({ config, places }: Draft, tell: Tell): NonNullable<ModelNode['incremental']> {
  const {
    unique_key: uniqueKey = [],
    incremental_strategy: strategy = uniqueKey.length > 0 ? 'delete+insert' : 'append',
    merge_update_columns: updates,
    merge_exclude_columns: keeps = [],
    incremental_predicates: predicates = [],
    on_schema_change: onSchemaChange = 'fail',
    duplicate_keys: repeated = 'error',
  } = config;
  if (strategy === 'append' && uniqueKey.length > 0)
    tell('incremental_strategy', '`append` looks at no key, but a `unique_key` is given', 'use `merge` or `delete+insert`, or take it out');
  if (strategy === 'microbatch' && uniqueKey.length > 0)
    tell(
      'unique_key',
      '`microbatch` looks at times and at no key, but a `unique_key` is given',
      'take it out; a `primary_key` keeps keys apart',
    );
  if (strategy !== 'append' && strategy !== 'microbatch' && uniqueKey.length === 0)
    tell('incremental_strategy', `\`${strategy}\` needs a \`unique_key\``, 'name the columns by which a new row finds the old one');
  if (updates !== undefined && keeps.length > 0)
    tell('merge_exclude_columns', '`merge_update_columns` and `merge_exclude_columns` cannot both be given', 'keep one of them');
  for (const [key, isWanted] of [
    ['merge_update_columns', strategy === 'merge'],
    ['merge_exclude_columns', strategy === 'merge'],
    ['incremental_predicates', strategy !== 'append' && strategy !== 'microbatch'],
    ['duplicate_keys', strategy === 'delete+insert'],
    ...BATCH_KEYS.map((key) => [key, strategy === 'microbatch'] as const),
  ] as const) {
    if (places[key] !== undefined && !isWanted) tell(key, `\`${key}\` means nothing to the strategy \`${strategy}\``, 'take it out');
  }
  if (config.contract?.enforced && (onSchemaChange === 'ignore' || onSchemaChange === 'sync_all_columns'))
    tell('on_schema_change', `\`${onSchemaChange}\` contradicts the contract`, 'under a contract it is `fail` or `append_new_columns`');
  const batches = strategy === 'microbatch' ? batchesOf(config, tell) : undefined;
  return {
    strategy,
    uniqueKey,
    keepsRepeated: repeated === 'keep',
    ...(updates && { updates }),
    keeps,
    predicates,
    onSchemaChange,
    ...(batches && { batches }),
  };
}

function batchesOf({ event_time: eventTime, begin, batch_size: size, lookback = 1 }: ModelConfig, tell: Tell): BatchRule | undefined {
  if (eventTime !== undefined && begin !== undefined && size !== undefined) return { eventTime, begin: timeOf(begin)!, size, lookback };
  for (const [key, value, hint] of [
    ['event_time', eventTime, 'name the column of the model that says when a row happened'],
    ['begin', begin, 'say when its first batch begins: `begin: 2026-01-01`'],
    ['batch_size', size, 'say how long a batch is: `hour`, `day`, `month` or `year`'],
  ] as const) {
    if (value === undefined) tell('incremental_strategy', `\`microbatch\` needs \`${key}\``, hint);
  }
  return undefined;
}

/** Reports the first constraint of a model that is no table. */
export function checkConstraints(
  { name, config }: Pick<Draft, 'name' | 'config'>,
  constraints: readonly Constraint[],
  report: Report,
): void {
  const materialized = config.materialized ?? 'table';
  const [first] = constraints;
  if (first === undefined || KEEPS_CONSTRAINTS.has(materialized)) return;
  const problem = `the ${WORDS[materialized]} \`${name}\` cannot keep constraints`;
  report(diagnose('config.invalid', { problem, hint: 'build it as a table, or declare data tests instead' }, first.at));
}
