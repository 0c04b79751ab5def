import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import type { TextFile } from '../core/project';
import { quote, type Relation } from '../core/relation';
import { configPlaces, mergedConfig, readModelConfig, type ConfigPlaces, type ModelConfig } from '../parse/config';
import { folderConfig } from '../parse/configTree';
import { isBlankTemplate } from '../parse/blank';
import { frontMatterOf } from '../parse/frontMatter';
import { nameProblem } from '../parse/names';
import type { ModelVersion } from '../core/version';
import type { ModelProperties } from '../parse/properties';
import type { Settings } from '../parse/settings';
import { parseTemplate, type Template } from '../parse/template';
import { parseYaml } from '../parse/yaml';
import { configCallsOf } from './configCall';
import { ephemeralName } from './ephemeral';
import type { DeclaredColumn } from './names';
import type { SchemaOf } from './naming';
import type { Scope } from './renderScope';

/** A model that is read and configured, but not yet linked: enough to know what its name means. */
export interface ModelDraft {
  readonly id: NodeId;
  readonly name: string;
  readonly file: TextFile;
  readonly folders: readonly string[];
  readonly at: Location;
  readonly template: Template;
  readonly config: ModelConfig;
  /** Of what is said of this model alone, not of its folders. */
  readonly places: ConfigPlaces;
  readonly relation: Relation;
  /** How queries call it, where that is not its relation's name. */
  readonly text?: string;
  /** The column that says when a row happened. */
  readonly eventTime?: string;
  /** Those that its properties declare. */
  readonly columns: readonly DeclaredColumn[];
  readonly properties?: ModelProperties;
  /** Absent: there is one of it alone. */
  readonly version?: ModelVersion;
}

export interface DraftContext {
  readonly settings: Settings;
  readonly schemaOf: SchemaOf;
  /** By the names of the models' files. */
  readonly properties: ReadonlyMap<string, ModelProperties>;
  /** What the arguments of `config(…)` may use: variables, the environment, the target. */
  readonly scope: Scope;
  readonly report: Report;
}

/** Reads one file of `models/`: front matter, template, config by dbt's precedence. Undefined for a model that is switched off. */
export function modelDraft(file: TextFile, context: DraftContext): ModelDraft | undefined {
  const { settings, properties, report } = context;
  const folders = file.path.split('/').slice(1, -1);
  const stem = stemOf(file);
  const own = properties.get(stem);
  const { version } = own ?? {};
  const name = version === undefined ? stem : own!.name;
  const at = { file: file.path, line: 1, column: 1 };
  const problem = nameProblem(version?.model ?? name, 'part');
  if (problem !== undefined) report(diagnose('name.invalid', { name, problem }, at));

  const front = frontMatterOf(file.text);
  const template = parseTemplate({ file: file.path, text: file.text, start: front?.bodyOffset ?? 0 }, report);
  if (template.valid && isBlankTemplate(template)) {
    report(diagnose('config.invalid', { problem: 'the model is empty', hint: 'write one SELECT' }, at));
  }
  const frontNode = front && parseYaml({ path: file.path, text: front.yaml }, report, 2);
  const inFile = [
    ...(frontNode === undefined ? [] : [{ node: frontNode, where: 'the front matter' }]),
    ...configCallsOf(template, context.scope, report).map((node) => ({ node, where: '`config(…)`' })),
  ];
  const config = [
    folderConfig(settings.models, settings.name, folders),
    own?.config ?? {},
    ...inFile.map(({ node, where }) => readModelConfig(node, where, report)),
  ].reduce((lower, higher) => mergedConfig(lower, higher));
  const places = inFile.reduce<ConfigPlaces>((all, { node }) => ({ ...all, ...configPlaces(node) }), own?.places ?? {});
  if (config.enabled === false) return undefined;
  const relation = { schema: context.schemaOf(config.schema), name: config.alias ?? (version ? `${version.model}_v${version.v}` : name) };
  const text = config.materialized === 'ephemeral' ? ephemeralName(name) : undefined;
  return {
    id: `model.${name}`,
    name,
    file,
    folders,
    at,
    template,
    config,
    places,
    relation,
    ...(text && { text }),
    ...(config.event_time !== undefined && { eventTime: config.event_time }),
    columns: own?.columns ?? [],
    ...(own && { properties: own }),
    ...(version && { version }),
  };
}

/** `models/shop/users.sql` → `users`. */
export const stemOf = ({ path }: TextFile): string => path.slice(path.lastIndexOf('/') + 1, -'.sql'.length);

/** Reports the drafts whose name another model has; the first of each name stands. */
export function byName(drafts: readonly ModelDraft[], report: Report): ReadonlyMap<string, ModelDraft> {
  const models = new Map<string, ModelDraft>();
  for (const draft of drafts) {
    const other = models.get(draft.name);
    if (other === undefined) models.set(draft.name, draft);
    else report(diagnose('name.duplicate', { name: draft.name, kind: 'model', other: other.file.path }, draft.at));
  }
  return models;
}

/** Reports nodes that would build the same relation; `relation` is shown as SQL names it. */
export function reportSharedRelations(
  nodes: Iterable<{ readonly id: string; readonly relation: Relation; readonly at: Location }>,
  report: Report,
): void {
  const owners = new Map<string, string>();
  for (const { id, relation, at } of nodes) {
    const key = `${quote(relation.schema)}.${quote(relation.name)}`;
    const other = owners.get(key);
    if (other === undefined) owners.set(key, id);
    else report(diagnose('relation.duplicate', { relation: `\`${key}\``, node: id, other }, at));
  }
}
