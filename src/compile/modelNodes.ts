import { diagnose, type Report } from '../core/diagnostic';
import type { ModelNode } from '../core/node';
import type { Call } from '../parse/calls';
import type { ModelProperties } from '../parse/properties';
import { checkNames } from '../parse/templateNames';
import type { Template } from '../parse/template';
import { linksOf } from './links';
import type { ModelDraft } from './modelDrafts';
import type { Names } from './names';
import { rendered } from './rendered';
import type { Scope } from './renderScope';
import { columnsOf } from './sourceNodes';

export interface ModelContext {
  readonly project: string;
  readonly names: Names;
  readonly helpers: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly callsOf: (template: Template) => readonly Call[];
  readonly scopeOf: (draft: ModelDraft) => Scope;
  readonly report: Report;
}

/** A draft, linked and rendered. What is wrong is reported; the node then holds what could be made of it. */
export function modelNode(draft: ModelDraft, { project, names, helpers, variables, callsOf, scopeOf, report }: ModelContext): ModelNode {
  const { template, config, properties, file } = draft;
  checkNames(template, { helpers, variables }, report);
  const { sql, lines } = rendered(template, scopeOf(draft), report);
  const contract = config.contract?.enforced === true;
  if (contract) checkContract(draft.name, properties, draft, report);
  const constraints = properties?.constraints ?? [];
  if (config.materialized === 'view' && constraints[0] !== undefined) {
    const problem = `the view \`${draft.name}\` cannot keep constraints`;
    report(diagnose('config.invalid', { problem, hint: 'build it as a table, or declare data tests instead' }, constraints[0].at));
  }
  const namesOf = (type: string) => constraints.filter((each) => each.type === type).map(({ columns }) => columns.map(({ text }) => text));
  return {
    kind: 'model',
    id: draft.id,
    name: draft.name,
    package: project,
    fqn: [project, ...draft.folders, draft.name],
    path: file.path,
    ...(properties && { patchPath: properties.at.file }),
    at: draft.at,
    description: properties?.description ?? '',
    tags: config.tags ?? [],
    meta: config.meta ?? {},
    config: { enabled: true, materialized: 'table', ...config },
    dependsOn: linksOf(callsOf(template), names, report),
    relation: draft.relation,
    materialized: config.materialized ?? 'table',
    columns: columnsOf(properties?.columns ?? []),
    primaryKey: properties?.primaryKey ?? [],
    uniqueKeys: namesOf('unique'),
    contract,
    raw: file.text,
    sql,
    lines,
  };
}

/** A contract is complete: at least one column, each with its type. */
function checkContract(name: string, properties: ModelProperties | undefined, { at }: ModelDraft, report: Report): void {
  if (properties === undefined || properties.columns.length === 0) {
    const hint = 'list its columns, each with a `data_type`, in the YAML beside it';
    report(diagnose('config.invalid', { problem: `the contract of \`${name}\` is enforced, but no columns are declared`, hint }, at));
    return;
  }
  for (const column of properties.columns) {
    if (column.dataType !== undefined) continue;
    const problem = `the contract of \`${name}\` is enforced, but \`${column.name}\` has no \`data_type\``;
    report(diagnose('config.invalid', { problem, hint: 'give the column its type' }, column.at));
  }
}
