import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Lake, NodeRetry, Target } from '../core/manifest';
import type { TextFile } from '../core/project';
import { retries, type ModelConfig, type TestConfig } from './config';
import { readModelTree, readSeedTree, readSnapshotTree, readTestTree, type ConfigTree } from './configTree';
import { nameProblem } from './names';
import { naming, type Naming, type SchemaRule } from './naming';
import type { SeedConfig } from './seedConfig';
import type { SnapshotConfig } from './snapshotConfig';
import { mapping, mappingWith, optional, required, wrongType, type Fields, type Reader, type Text } from './shape';
import { lake } from './settingsLake';
import { POSTGRES_FIELDS } from './settingsPostgres';
import { integer, located, nameBy, names, oneOf, plainName, text, values } from './shapeValues';
import { vars, type VarDeclaration } from './vars';
import { parseYaml } from './yaml';
import type { YamlEntry, YamlMap, YamlNode } from './yamlNode';

/** `project.yaml`, read and with its defaults. */
export interface Settings {
  readonly name: string;
  readonly defaultTarget: string;
  readonly targets: ReadonlyMap<string, TargetSettings>;
  readonly lake: Lake;
  /** What they are unless the target or the call says otherwise. */
  readonly vars: Vars;
  readonly declaredVars: ReadonlyMap<string, VarDeclaration>;
  readonly schemaRule: SchemaRule;
  readonly retries: NodeRetry;
  readonly models: ConfigTree<ModelConfig>;
  readonly seeds: ConfigTree<SeedConfig>;
  readonly snapshots: ConfigTree<SnapshotConfig>;
  readonly tests: ConfigTree<TestConfig>;
  /** Templates of SQL, with their places. */
  readonly onRunStart: readonly Text[];
  readonly onRunEnd: readonly Text[];
  /** What `etlx clean` removes: paths relative to the project. */
  readonly clean: readonly Text[];
  /** A template; `false`: statements carry no comment; absent: one of etlx's own. */
  readonly queryComment?: false | Text;
}

/** A target, and what it lays over the project's variables, retries and names. */
export interface TargetSettings {
  readonly target: Target;
  readonly vars: Vars;
  readonly schemaRule?: SchemaRule;
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
  naming: optional(naming),
  retries: optional(retries, {}),
} satisfies Fields;

/** PGlite, DuckDB: a database in the process, kept in a folder or a file. */
const readEmbedded = mappingWith({ ...COMMON_TARGET_FIELDS, path: optional(text) });
const readPostgres = mappingWith({ ...COMMON_TARGET_FIELDS, ...POSTGRES_FIELDS });
/** For a type that is none: only what no target has is wrong besides. */
const readUnknown = mappingWith({ ...COMMON_TARGET_FIELDS, path: optional(text), ...POSTGRES_FIELDS });

/** Keeps the node, for what can only be read once the rest is known. */
const asNode: Reader<YamlNode> = (node) => node;

const queryComment: Reader<false | Text> = (node, key, report) =>
  node.kind === 'scalar' && node.value === false ? false : located(node, key, report);

const readProject = mapping('`project.yaml`', {
  name: required(nameBy('project')),
  default_target: optional(located),
  targets: required(asNode),
  lake: optional(lake, DEFAULT_LAKE),
  vars: optional(vars, { values: {}, declared: new Map<string, never>() }),
  naming: optional(naming),
  retries: optional(retries, {}),
  models: optional(readModelTree),
  seeds: optional(readSeedTree),
  snapshots: optional(readSnapshotTree),
  tests: optional(readTestTree),
  'on-run-start': optional(names, []),
  'on-run-end': optional(names, []),
  clean: optional(names),
  query_comment: optional(queryComment),
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
    vars: project.vars.values,
    declaredVars: project.vars.declared,
    schemaRule: project.naming?.schema ?? 'as_given',
    retries: { ...DEFAULT_RETRIES, ...project.retries },
    models: project.models ?? nothing,
    seeds: project.seeds ?? nothing,
    snapshots: project.snapshots ?? nothing,
    tests: project.tests ?? nothing,
    onRunStart: project['on-run-start'],
    onRunEnd: project['on-run-end'],
    clean: project.clean ?? [{ text: 'target', at: node.at }],
    ...(project.query_comment !== undefined && { queryComment: project.query_comment }),
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
      const { schema = project, threads, path = `.etlx/${name}` } = read;
      return { target: { name, type: 'pglite', schema, threads, path }, ...laidOver(read), at };
    }
    case 'duckdb': {
      const read = readEmbedded(node, name, where, report);
      if (read === undefined) return undefined;
      const { schema = project, threads, path = `.etlx/${name}.duckdb` } = read;
      return { target: { name, type: 'duckdb', schema, threads, path }, ...laidOver(read), at };
    }
    case 'postgres': {
      const read = readPostgres(node, name, where, report);
      if (read === undefined) return undefined;
      const { schema = project, vars, retries, naming, ...connection } = read;
      return { target: { ...connection, name, type: 'postgres', schema }, ...laidOver({ vars, retries, naming }), at };
    }
    default:
      readUnknown(node, name, where, report);
      return undefined;
  }
}

/** What a target says over the project. */
const laidOver = ({ vars, retries, naming }: Pick<TargetSettings, 'vars' | 'retries'> & { readonly naming: Naming | undefined }) => ({
  vars,
  retries,
  ...(naming?.schema && { schemaRule: naming.schema }),
});

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
