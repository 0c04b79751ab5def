import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { NodeRetry } from '../core/manifest';
import type { Materialization } from '../core/materialization';
import { ACCESS_FIELDS, type AccessConfig } from './configAccess';
import { ATTACHED_FIELDS, mergedAttached, withHookKeys, type AttachedConfig } from './configAttached';
import { BUILD_FIELDS, type BuildConfig } from './configBuild';
import { FRESHNESS_KEYS, type FreshnessKeys } from './freshness';
import { isNothing, mapping, mappingWith, optional, required, wrongType, type Fields, type Reader, type Text } from './shape';
import { anyText, boolean, integer, located, nameBy, oneOf, plainName, seconds, texts, values } from './shapeValues';
import type { YamlNode } from './yamlNode';

type Meta = Readonly<Record<string, TemplateValue>>;

/** What a model can be configured with, wherever it is said: only the keys that are there. docs/project.md lists them. */
export interface ModelConfig extends AccessConfig, AttachedConfig, BuildConfig, FreshnessKeys {
  readonly materialized?: Materialization;
  readonly schema?: string;
  readonly alias?: string;
  readonly tags?: readonly string[];
  readonly meta?: Meta;
  readonly enabled?: boolean;
  readonly contract?: { readonly enforced: boolean };
  readonly retries?: Partial<NodeRetry>;
  /** Whether the table's own tests run on it before it is put in place (the default), or, as in dbt, afterwards. */
  readonly publish?: 'after_tests' | 'before_tests';
}

/** What a test can be configured with, under dbt's names: only the keys that are there. The conditions are like `!= 0`, `> 10`. */
export interface TestConfig {
  readonly name?: Text;
  readonly severity?: 'error' | 'warn';
  readonly warn_if?: string;
  readonly error_if?: string;
  readonly fail_calc?: string;
  /** Restricts the rows of the table under test. */
  readonly where?: Text;
  readonly limit?: number;
  /** Whether the rows that are wrong are kept, in the relation of the test's name in `schema`; `store_failures_as` goes before `store_failures`. */
  readonly store_failures?: boolean;
  readonly store_failures_as?: 'table' | 'view' | 'ephemeral';
  readonly schema?: string;
  readonly tags?: readonly string[];
  readonly meta?: Meta;
  readonly enabled?: boolean;
}

export const MATERIALIZATIONS: readonly Materialization[] = ['table', 'view', 'incremental', 'materialized_view', 'ephemeral'];

const materialization: Reader<Materialization> = (node, key, report) => {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return wrongType(node, key, 'the name of a materialization', report);
  const found = MATERIALIZATIONS.find((each) => each === node.value);
  if (found === undefined) {
    report(
      diagnose(
        'model.materialization',
        { value: node.text, known: MATERIALIZATIONS, closest: closest(node.text, MATERIALIZATIONS) },
        node.at,
      ),
    );
  }
  return found;
};

const factor: Reader<number> = (node, key, report) =>
  node.kind === 'scalar' && typeof node.value === 'number' && node.value >= 1 && Number.isFinite(node.value)
    ? node.value
    : wrongType(node, key, 'a number from 1', report);

/** How often a failed node is tried again, after how many seconds; what is not said comes from a more general place. */
export const retries: Reader<Partial<NodeRetry>> = mapping('`retries`', {
  max: optional(integer(0)),
  delay: optional(seconds),
  backoff: optional(factor),
  max_delay: optional(seconds),
});

const MODEL_FIELDS = {
  materialized: optional(materialization),
  schema: optional(plainName('identifier')),
  alias: optional(plainName('identifier')),
  tags: optional(texts),
  meta: optional(values),
  enabled: optional(boolean),
  contract: optional(mapping('`contract`', { enforced: required(boolean) })),
  retries: optional(retries),
  publish: optional(oneOf(['after_tests', 'before_tests'] as const)),
  ...ACCESS_FIELDS,
  ...BUILD_FIELDS,
  ...FRESHNESS_KEYS,
  ...ATTACHED_FIELDS,
} satisfies Fields;

const TEST_FIELDS = {
  // it becomes the name of a file in `target/compiled`
  name: optional(nameBy('part')),
  severity: optional(oneOf(['error', 'warn'] as const, true)),
  warn_if: optional(anyText),
  error_if: optional(anyText),
  fail_calc: optional(anyText),
  where: optional(located),
  limit: optional(integer(1)),
  store_failures: optional(boolean),
  store_failures_as: optional(oneOf(['table', 'view', 'ephemeral'] as const, true)),
  schema: optional(plainName('identifier')),
  tags: optional(texts),
  meta: optional(values),
  enabled: optional(boolean),
} satisfies Fields;

/** The keys of a model's config, and of a test's, for messages and for telling them from folders and arguments. */
export const MODEL_CONFIG_KEYS: readonly string[] = Object.keys(MODEL_FIELDS);
export const TEST_CONFIG_KEYS: readonly string[] = Object.keys(TEST_FIELDS);

const readModelFields = mappingWith(MODEL_FIELDS);
const readTestFields = mappingWith(TEST_FIELDS);

/** Reads a model's config from YAML; what is wrong is reported and left out. `where` names it in messages: `the config of a model`. */
export function readModelConfig(node: YamlNode, where: string, report: Report): ModelConfig {
  return isNothing(node) ? {} : (readModelFields(withHookKeys(node), 'config', where, report) ?? {});
}

/** Where each key of a config is said. */
export type ConfigPlaces = Readonly<Record<string, Location>>;

export const configPlaces = (given: YamlNode): ConfigPlaces => {
  const node = withHookKeys(given);
  return node.kind === 'map' ? Object.fromEntries(node.entries.map(({ key, keyAt }) => [key, keyAt])) : {};
};

/** Reads a test's config from YAML, as `readModelConfig` does. */
export function readTestConfig(node: YamlNode, where: string, report: Report): TestConfig {
  return isNothing(node) ? {} : (readTestFields(node, 'config', where, report) ?? {});
}

/** `lower` under `higher`: tags, meta and hooks add up, grants as they say, as in dbt; of everything else the higher one stands. */
export function mergedConfig<C extends Pick<ModelConfig, 'tags' | 'meta'> & AttachedConfig>(lower: C, higher: C): C {
  // most nodes have nothing to say of their own
  if (Object.keys(higher).length === 0) return lower;
  return {
    ...lower,
    ...higher,
    ...(lower.tags && higher.tags && { tags: [...new Set([...lower.tags, ...higher.tags])] }),
    ...(lower.meta && higher.meta && { meta: { ...lower.meta, ...higher.meta } }),
    ...mergedAttached(lower, higher),
  };
}
