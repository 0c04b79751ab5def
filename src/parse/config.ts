import { closest } from '../core/closest';
import { diagnose, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { NodeRetry } from '../core/manifest';
import type { Materialization } from '../core/node';
import { isNothing, mapping, mappingWith, optional, required, wrongType, type Fields, type Reader, type Text } from './shape';
import { anyText, boolean, integer, located, nameBy, oneOf, plainName, seconds, texts, values } from './shapeValues';
import type { YamlNode } from './yamlNode';

type Meta = Readonly<Record<string, TemplateValue>>;

/** What a model can be configured with, wherever it is said: only the keys that are there. docs/project.md lists them. */
export interface ModelConfig {
  readonly materialized?: Materialization;
  readonly schema?: string;
  readonly alias?: string;
  readonly tags?: readonly string[];
  readonly meta?: Meta;
  readonly enabled?: boolean;
  readonly contract?: { readonly enforced: boolean };
  readonly retries?: Partial<NodeRetry>;
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
  readonly tags?: readonly string[];
  readonly enabled?: boolean;
}

export const MATERIALIZATIONS: readonly Materialization[] = ['table', 'view'];

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
  tags: optional(texts),
  enabled: optional(boolean),
} satisfies Fields;

/** The keys of a model's config, and of a test's, for messages and for telling them from folders and arguments. */
export const MODEL_CONFIG_KEYS: readonly string[] = Object.keys(MODEL_FIELDS);
export const TEST_CONFIG_KEYS: readonly string[] = Object.keys(TEST_FIELDS);

const readModelFields = mappingWith(MODEL_FIELDS);
const readTestFields = mappingWith(TEST_FIELDS);

/** Reads a model's config from YAML; what is wrong is reported and left out. `where` names it in messages: `the config of a model`. */
export function readModelConfig(node: YamlNode, where: string, report: Report): ModelConfig {
  return isNothing(node) ? {} : (readModelFields(node, 'config', where, report) ?? {});
}

/** Reads a test's config from YAML, as `readModelConfig` does. */
export function readTestConfig(node: YamlNode, where: string, report: Report): TestConfig {
  return isNothing(node) ? {} : (readTestFields(node, 'config', where, report) ?? {});
}

/** `lower` under `higher`: tags and meta add up, as in dbt; of everything else the higher one stands. */
export function mergedConfig<C extends { readonly tags?: readonly string[]; readonly meta?: Meta }>(lower: C, higher: C): C {
  // most nodes have nothing to say of their own
  if (Object.keys(higher).length === 0) return lower;
  return {
    ...lower,
    ...higher,
    ...(lower.tags && higher.tags && { tags: [...new Set([...lower.tags, ...higher.tags])] }),
    ...(lower.meta && higher.meta && { meta: { ...lower.meta, ...higher.meta } }),
  };
}
