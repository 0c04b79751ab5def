import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import type { TextFile } from '../core/project';
import { quote, type Relation } from '../core/relation';
import { mergedConfig, readModelConfig, type ModelConfig } from '../parse/config';
import { folderConfig } from '../parse/configTree';
import { isBlankTemplate } from '../parse/blank';
import { frontMatterOf } from '../parse/frontMatter';
import { nameProblem } from '../parse/names';
import type { ModelProperties } from '../parse/properties';
import type { Settings } from '../parse/settings';
import { parseTemplate, type Template } from '../parse/template';
import { parseYaml } from '../parse/yaml';
import { configCallsOf } from './configCall';
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
  readonly relation: Relation;
  readonly properties?: ModelProperties;
}

export interface DraftContext {
  readonly settings: Settings;
  readonly schema: string;
  readonly properties: ReadonlyMap<string, ModelProperties>;
  /** What the arguments of `config(…)` may use: variables, the environment, the target. */
  readonly scope: Scope;
  readonly report: Report;
}

/** Reads one file of `models/`: front matter, template, config by dbt's precedence. Undefined for a model that is switched off. */
export function modelDraft(file: TextFile, context: DraftContext): ModelDraft | undefined {
  const { settings, properties, report } = context;
  const folders = file.path.split('/').slice(1, -1);
  const name = file.path.slice(file.path.lastIndexOf('/') + 1, -'.sql'.length);
  const at = { file: file.path, line: 1, column: 1 };
  const problem = nameProblem(name, 'part');
  if (problem !== undefined) report(diagnose('name.invalid', { name, problem }, at));

  const front = frontMatterOf(file.text);
  const template = parseTemplate({ file: file.path, text: file.text, start: front?.bodyOffset ?? 0 }, report);
  if (template.valid && isBlankTemplate(template)) {
    report(diagnose('config.invalid', { problem: 'the model is empty', hint: 'write one SELECT' }, at));
  }
  const own = properties.get(name);
  const frontNode = front && parseYaml({ path: file.path, text: front.yaml }, report, 2);
  const config = [
    folderConfig(settings.models, settings.name, folders),
    own?.config ?? {},
    frontNode === undefined ? {} : readModelConfig(frontNode, 'the front matter', report),
    ...configCallsOf(template, context.scope, report).map((call) => readModelConfig(call, '`config(…)`', report)),
  ].reduce((lower, higher) => mergedConfig(lower, higher));
  if (config.enabled === false) return undefined;
  const relation = { schema: config.schema ?? context.schema, name: config.alias ?? name };
  return { id: `model.${name}`, name, file, folders, at, template, config, relation, ...(own && { properties: own }) };
}

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
