import { diagnose, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { NodeRetry } from '../core/manifest';
import { retries } from './config';
import { ATTACHED_FIELDS, withHookKeys, type AttachedConfig } from './configAttached';
import { EVENT_TIME } from './configBuild';
import { isNothing, mappingOf, mappingWith, optional, wrongType, type Fields, type Reader, type Text } from './shape';
import { boolean, located, plainName, text, texts, values } from './shapeValues';
import type { YamlNode } from './yamlNode';

/** What a seed can be configured with, under dbt's names: only the keys that are there. */
export interface SeedConfig extends AttachedConfig {
  readonly schema?: string;
  readonly alias?: string;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, TemplateValue>>;
  readonly enabled?: boolean;
  readonly delimiter?: string;
  readonly quote_columns?: boolean;
  /** Types by column, over the `data_type` of the columns. */
  readonly column_types?: Readonly<Record<string, Text>>;
  readonly retries?: Partial<NodeRetry>;
  readonly event_time?: string;
}

/** One character that does not mean anything else in CSV. */
const delimiter: Reader<string> = (node, key, report) => {
  const given = text(node, key, report);
  if (given === undefined || (given.length === 1 && !'"\r\n'.includes(given))) return given;
  const problem = `\`${key}\` is one character other than a quote or a line break`;
  report(diagnose('config.invalid', { problem, hint: 'a tab is written "\\t"' }, node.at));
  return undefined;
};

const columnTypes: Reader<Readonly<Record<string, Text>>> = (node, key, report) =>
  node.kind === 'map' ? mappingOf(located)(node, key, report) : wrongType(node, key, 'a mapping of columns to their types', report);

const SEED_FIELDS = {
  schema: optional(plainName('identifier')),
  alias: optional(plainName('identifier')),
  tags: optional(texts),
  meta: optional(values),
  enabled: optional(boolean),
  delimiter: optional(delimiter),
  quote_columns: optional(boolean),
  column_types: optional(columnTypes),
  retries: optional(retries),
  ...EVENT_TIME,
  ...ATTACHED_FIELDS,
} satisfies Fields;

/** The keys of a seed's config, for messages and for telling them from folders. */
export const SEED_CONFIG_KEYS: readonly string[] = Object.keys(SEED_FIELDS);

const readSeedFields = mappingWith(SEED_FIELDS);

/** Reads a seed's config from YAML; what is wrong is reported and left out. `where` names it in messages: `the config of a seed`. */
export function readSeedConfig(node: YamlNode, where: string, report: Report): SeedConfig {
  return isNothing(node) ? {} : (readSeedFields(withHookKeys(node), 'config', where, report) ?? {});
}
