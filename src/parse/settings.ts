import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Lake, NodeRetry, Target } from '../core/manifest';
import type { TextFile } from '../core/project';
import { retries, type ModelConfig, type TestConfig } from './config';
import { readModelTree, readTestTree, type ConfigTree } from './configTree';
import { nameProblem } from './names';
import { mapping, mappingWith, optional, required, wrongType, type Fields, type Reader } from './shape';
import { lake } from './settingsLake';
import { POSTGRES_FIELDS } from './settingsPostgres';
import { integer, located, nameBy, oneOf, plainName, text, values } from './shapeValues';
import { parseYaml } from './yaml';
import type { YamlEntry, YamlMap, YamlNode } from './yamlNode';

/** `project.yaml`, read and with its defaults. */
export interface Settings {
  readonly name: string;
  readonly defaultTarget: string;
  readonly targets: ReadonlyMap<string, TargetSettings>;
  readonly lake: Lake;
  readonly vars: Vars;
  readonly retries: NodeRetry;
  readonly models: ConfigTree<ModelConfig>;
  readonly tests: ConfigTree<TestConfig>;
}

/** A target, and what it lays over the project's variables and retries. */
export interface TargetSettings {
  readonly target: Target;
  readonly vars: Vars;
  readonly retries: Partial<NodeRetry>;
  readonly at: Location;
}

type Vars = Readonly<Record<string, TemplateValue>>;

/** One more attempt after at most five seconds: what the shop's first scheduler did. */
const DEFAULT_RETRIES: NodeRetry = { max: 1, delay: 5, backoff: 2, max_delay: 60 };
const DEFAULT_LAKE: Lake = { url: '.etlx/lake' };
const DEFAULT_THREADS = 4;
const TARGET_TYPES = ['pglite', 'postgres', 'duckdb'] as const;

const COMMON_TARGET_FIELDS = {
  type: required(oneOf(TARGET_TYPES)),
  schema: optional(plainName('identifier')),
  threads: optional(integer(1), DEFAULT_THREADS),
  vars: optional(values, {}),
  retries: optional(retries, {}),
} satisfies Fields;

/** PGlite, DuckDB: a database in the process, kept in a folder or a file. */
const readEmbedded = mappingWith({ ...COMMON_TARGET_FIELDS, path: optional(text) });
const readPostgres = mappingWith({ ...COMMON_TARGET_FIELDS, ...POSTGRES_FIELDS });
/** For a type that is none: only what no target has is wrong besides. */
const readUnknown = mappingWith({ ...COMMON_TARGET_FIELDS, path: optional(text), ...POSTGRES_FIELDS });

/** Keeps the node, for what can only be read once the rest is known. */
const asNode: Reader<YamlNode> = (node) => node;

const readProject = mapping('`project.yaml`', {
  name: required(nameBy('project')),
  default_target: optional(located),
  targets: required(asNode),
  lake: optional(lake, DEFAULT_LAKE),
  vars: optional(values, {}),
  retries: optional(retries, {}),
  models: optional(readModelTree),
  tests: optional(readTestTree),
});

/** Reads `project.yaml`. Undefined when it is no use without corrections; every problem of it goes to `report`. */
export function settingsOf(file: TextFile, report: Report): Settings | undefined {
  const node = parseYaml(file, report);
  if (node === undefined) return undefined;
  const project = readProject(node, file.path, report);
  if (project === undefined) return undefined;
  const targets = readTargets(project.targets, project.name.text, report);
  const defaultTarget = targets && defaultTargetOf(project.default_target, project.targets, targets, report);
  if (targets === undefined || defaultTarget === undefined) return undefined;
  const nothing = { config: {}, folders: new Map<string, never>(), at: node.at };
  return {
    name: project.name.text,
    defaultTarget,
    targets,
    lake: project.lake,
    vars: project.vars,
    retries: { ...DEFAULT_RETRIES, ...project.retries },
    models: project.models ?? nothing,
    tests: project.tests ?? nothing,
  };
}

function readTargets(node: YamlNode, project: string, report: Report): ReadonlyMap<string, TargetSettings> | undefined {
  if (node.kind !== 'map' || node.entries.length === 0) return wrongType(node, 'targets', 'a mapping of at least one target', report);
  const targets = new Map<string, TargetSettings>();
  for (const entry of node.entries) {
    const problem = nameProblem(entry.key, 'part');
    if (problem !== undefined) report(diagnose('name.invalid', { name: entry.key, problem }, entry.keyAt));
    const target = readTarget(entry, project, report);
    if (target !== undefined) targets.set(entry.key, target);
  }
  // A target that is wrong was reported; leaving it out must not look as if it had never been declared.
  return targets.size === node.entries.length ? targets : undefined;
}

function readTarget({ key: name, keyAt: at, value: node }: YamlEntry, project: string, report: Report): TargetSettings | undefined {
  const where = `the target \`${name}\``;
  switch (typeOf(node)) {
    case 'pglite': {
      const read = readEmbedded(node, name, where, report);
      if (read === undefined) return undefined;
      const { schema = project, threads, path = `.etlx/${name}`, vars, retries } = read;
      return { target: { name, type: 'pglite', schema, threads, path }, vars, retries, at };
    }
    case 'duckdb': {
      const read = readEmbedded(node, name, where, report);
      if (read === undefined) return undefined;
      const { schema = project, threads, path = `.etlx/${name}.duckdb`, vars, retries } = read;
      return { target: { name, type: 'duckdb', schema, threads, path }, vars, retries, at };
    }
    case 'postgres': {
      const read = readPostgres(node, name, where, report);
      if (read === undefined) return undefined;
      const { schema = project, vars, retries, ...connection } = read;
      return { target: { ...connection, name, type: 'postgres', schema }, vars, retries, at };
    }
    default:
      readUnknown(node, name, where, report);
      return undefined;
  }
}

function typeOf(node: YamlNode): string | undefined {
  const type = node.kind === 'map' ? node.entries.find((entry) => entry.key === 'type')?.value : undefined;
  return type?.kind === 'scalar' ? type.text : undefined;
}

function defaultTargetOf(
  given: { readonly text: string; readonly at: Location } | undefined,
  node: YamlNode,
  targets: ReadonlyMap<string, TargetSettings>,
  report: Report,
): string | undefined {
  const known = [...targets.keys()];
  if (given === undefined) {
    if (known.length === 1) return known[0];
    report(diagnose('config.missing-key', { key: 'default_target', where: 'a project with several targets' }, (node as YamlMap).at));
    return undefined;
  }
  if (targets.has(given.text)) return given.text;
  report(diagnose('target.unknown', { target: given.text, known, closest: closest(given.text, known) }, given.at));
  return undefined;
}
