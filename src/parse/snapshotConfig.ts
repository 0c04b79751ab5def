import type { Report } from '../core/diagnostic';
import { HARD_DELETES, META_COLUMNS, type HardDeletes, type MetaColumns } from '../core/snapshot';
import type { TemplateValue } from '../core/macro';
import type { NodeRetry } from '../core/manifest';
import { retries } from './config';
import { ATTACHED_FIELDS, withHookKeys, type AttachedConfig } from './configAttached';
import { EVENT_TIME } from './configBuild';
import { isNothing, mapping, mappingWith, optional, type Fields, type Reader } from './shape';
import { anyText, boolean, oneOf, plainName, texts, values } from './shapeValues';
import type { YamlNode } from './yamlNode';

/** What a snapshot can be configured with, under dbt's names: only the keys that are there. */
export interface SnapshotConfig extends AttachedConfig {
  readonly schema?: string;
  readonly alias?: string;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, TemplateValue>>;
  readonly enabled?: boolean;
  readonly retries?: Partial<NodeRetry>;
  readonly publish?: 'after_tests' | 'before_tests';
  readonly full_refresh?: boolean;
  readonly unique_key?: readonly string[];
  readonly strategy?: 'timestamp' | 'check';
  readonly updated_at?: string;
  readonly check_cols?: 'all' | readonly string[];
  readonly hard_deletes?: HardDeletes;
  readonly event_time?: string;
  /** SQL. */
  readonly dbt_valid_to_current?: string;
  readonly snapshot_meta_column_names?: Partial<MetaColumns>;
}

const checkCols: Reader<'all' | readonly string[]> = (node, key, report) =>
  node.kind === 'scalar' && node.value === 'all' ? 'all' : texts(node, key, report);

const metaColumns: Reader<Partial<MetaColumns>> = mapping(
  '`snapshot_meta_column_names`',
  Object.fromEntries(META_COLUMNS.map((name) => [name, optional(plainName('identifier'))])),
);

const SNAPSHOT_FIELDS = {
  schema: optional(plainName('identifier')),
  alias: optional(plainName('identifier')),
  tags: optional(texts),
  meta: optional(values),
  enabled: optional(boolean),
  retries: optional(retries),
  publish: optional(oneOf(['after_tests', 'before_tests'] as const)),
  full_refresh: optional(boolean),
  unique_key: optional(texts),
  strategy: optional(oneOf(['timestamp', 'check'] as const)),
  updated_at: optional(plainName('identifier')),
  check_cols: optional(checkCols),
  hard_deletes: optional(oneOf(HARD_DELETES)),
  dbt_valid_to_current: optional(anyText),
  snapshot_meta_column_names: optional(metaColumns),
  ...EVENT_TIME,
  ...ATTACHED_FIELDS,
} satisfies Fields;

/** The keys of a snapshot's config, for messages and for telling them from folders. */
export const SNAPSHOT_CONFIG_KEYS: readonly string[] = Object.keys(SNAPSHOT_FIELDS);

const readSnapshotFields = mappingWith(SNAPSHOT_FIELDS);

/** Reads a snapshot's config from YAML; what is wrong is reported and left out. `where` names it in messages: `the config of a snapshot`. */
export function readSnapshotConfig(node: YamlNode, where: string, report: Report): SnapshotConfig {
  return isNothing(node) ? {} : (readSnapshotFields(withHookKeys(node), 'config', where, report) ?? {});
}
