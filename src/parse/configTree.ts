import { diagnose, type Location, type Report } from '../core/diagnostic';
import { asMap, isNothing } from './shape';
import {
  MODEL_CONFIG_KEYS,
  mergedConfig,
  readModelConfig,
  readTestConfig,
  TEST_CONFIG_KEYS,
  type ModelConfig,
  type TestConfig,
} from './config';
import { readSeedConfig, SEED_CONFIG_KEYS, type SeedConfig } from './seedConfig';
import { readSnapshotConfig, SNAPSHOT_CONFIG_KEYS, type SnapshotConfig } from './snapshotConfig';
import type { YamlEntry, YamlNode } from './yamlNode';

/** The config that `project.yaml` gives by folder: `+` marks a config key, every other key is a folder. */
export interface ConfigTree<C> {
  readonly config: C;
  readonly folders: ReadonlyMap<string, ConfigTree<C>>;
  /** Where the folder is named. */
  readonly at: Location;
}

/** Reads `models:` of `project.yaml`. */
export const readModelTree = (node: YamlNode, key: string, report: Report): ConfigTree<ModelConfig> | undefined =>
  readTree(node, key, node.at, { keys: MODEL_CONFIG_KEYS, read: readModelConfig, key }, report);

/** Reads `seeds:` of `project.yaml`. */
export const readSeedTree = (node: YamlNode, key: string, report: Report): ConfigTree<SeedConfig> | undefined =>
  readTree(node, key, node.at, { keys: SEED_CONFIG_KEYS, read: readSeedConfig, key }, report);

/** Reads `snapshots:` of `project.yaml`. */
export const readSnapshotTree = (node: YamlNode, key: string, report: Report): ConfigTree<SnapshotConfig> | undefined =>
  readTree(node, key, node.at, { keys: SNAPSHOT_CONFIG_KEYS, read: readSnapshotConfig, key }, report);

/** Reads `tests:` of `project.yaml`. */
export const readTestTree = (node: YamlNode, key: string, report: Report): ConfigTree<TestConfig> | undefined =>
  readTree(node, key, node.at, { keys: TEST_CONFIG_KEYS, read: readTestConfig, key }, report);

/**
 * The config of what lies in `folders` (below `models/`, `seeds/`, `snapshots/` or `tests/`) of the project: deeper folders win, tags and meta add up.
 * What stands at the top of the tree holds for every project, as in dbt.
 */
export function folderConfig<C extends ModelConfig | SeedConfig | SnapshotConfig | TestConfig>(
  tree: ConfigTree<C>,
  project: string,
  folders: readonly string[],
): C {
  let { config } = tree;
  let below = tree.folders.get(project);
  for (let depth = 0; below !== undefined; depth += 1) {
    config = mergedConfig(config, below.config);
    const folder = folders[depth];
    below = folder === undefined ? undefined : below.folders.get(folder);
  }
  return config;
}

interface Kind<C> {
  readonly keys: readonly string[];
  readonly read: (node: YamlNode, where: string, report: Report) => C;
  readonly key: string;
}

function readTree<C>(node: YamlNode, key: string, at: Location, kind: Kind<C>, report: Report): ConfigTree<C> | undefined {
  const map = isNothing(node) ? undefined : asMap(node, key, report);
  if (map === undefined) return undefined;
  const config: YamlEntry[] = [];
  const folders = new Map<string, ConfigTree<C>>();
  for (const entry of map.entries) {
    if (entry.key.startsWith('+')) config.push({ ...entry, key: entry.key.slice(1) });
    else if (kind.keys.includes(entry.key) && entry.value.kind !== 'map') reportMissingPlus(entry, report);
    else {
      const folder = readTree(entry.value, entry.key, entry.keyAt, kind, report);
      if (folder !== undefined) folders.set(entry.key, folder);
    }
  }
  return { config: kind.read({ kind: 'map', entries: config, at: map.at }, `the config under \`${key}\``, report), folders, at };
}

function reportMissingPlus(entry: YamlEntry, report: Report): void {
  const problem = `\`${entry.key}\` stands where a folder is expected`;
  report(diagnose('config.invalid', { problem, hint: `config keys are marked by a plus: \`+${entry.key}\`` }, entry.keyAt));
}
