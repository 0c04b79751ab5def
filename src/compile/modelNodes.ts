import { diagnose, type Report } from '../core/diagnostic';
import { asksBatch } from '../core/interval';
import type { ModelNode } from '../core/node';
import { checksOf } from '../parse/propertiesColumns';
import type { Call } from '../parse/calls';
import type { ModelProperties } from '../parse/properties';
import { checkNames } from '../parse/templateNames';
import type { Template } from '../parse/template';
import { checkNothingAttached, withAttached, type AttachedContext } from './attached';
import { batchFilters } from './batchFilters';
import { freshnessOf } from './freshness';
import type { Forbidden } from './groups';
import { linksOf } from './links';
import { buildOf, checkConstraints } from './modelBuild';
import type { ModelDraft } from './modelDrafts';
import type { Names } from './names';
import { rendered } from './rendered';
import type { Scope } from './renderScope';
import { columnsOf } from './sourceNodes';
import type { Owner } from './vocabulary';

export interface ModelContext {
  readonly project: string;
  readonly names: Names;
  readonly helpers: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly callsOf: (template: Template) => readonly Call[];
  readonly scopeOf: (draft: ModelDraft, of: Pick<Owner, 'isIncremental' | 'filters'>) => Scope;
  readonly attaching: AttachedContext;
  readonly forbidden: Forbidden;
  readonly report: Report;
}

/** A draft, linked and rendered. What is wrong is reported; the node then holds what could be made of it. */
export function modelNode(draft: ModelDraft, context: ModelContext): ModelNode {
  const { project, names, helpers, variables, callsOf, scopeOf, attaching, forbidden, report } = context;
  const { template, config, properties, file, version } = draft;
  const { materialized = 'table', group, access } = config;
  checkNames(template, { helpers, variables }, report);
  const contract = config.contract?.enforced === true && materialized !== 'ephemeral';
  if (contract) checkContract(draft.name, properties, draft, report);
  const constraints = properties?.constraints ?? [];
  checkConstraints(draft, constraints, report);
  const namesOf = (type: string) => constraints.filter((each) => each.type === type).map(({ columns }) => columns.map(({ text }) => text));
  const node: ModelNode = {
    kind: 'model',
    id: draft.id,
    name: draft.name,
    package: project,
    fqn: [project, ...draft.folders, ...(version === undefined ? [draft.name] : [version.model, `v${version.v}`])],
    path: file.path,
    ...(properties && { patchPath: properties.at.file }),
    at: draft.at,
    description: properties?.description ?? '',
    tags: config.tags ?? [],
    meta: config.meta ?? {},
    config: { enabled: true, materialized, ...config },
    dependsOn: linksOf(callsOf(template), names, report, (id, at) => forbidden({ name: draft.name, group }, id, at)),
    relation: draft.relation,
    materialized,
    columns: columnsOf(properties?.columns ?? []),
    primaryKey: properties?.primaryKey ?? [],
    uniqueKeys: namesOf('unique'),
    checks: checksOf(constraints),
    contract,
    ...(group !== undefined && { group }),
    ...(access !== undefined && { access }),
    ...(version && { version }),
    ...(properties?.deprecationDate !== undefined && { deprecationDate: properties.deprecationDate }),
    ...buildOf(draft, report),
    ...freshnessOf({}, config, { where: `the model \`${draft.name}\``, isLoaded: false, at: draft.at }, report),
    raw: file.text,
    ...queriesOf(draft, materialized === 'incremental', scopeOf, report),
  };
  if (node.incremental?.batches !== undefined && node.dependsOn.length > 0 && !asksBatch(node.sql)) reportUnfiltered(draft, report);
  if (materialized !== 'ephemeral') return withAttached(node, config, attaching);
  checkNothingAttached(draft.name, draft.places, report);
  return node;
}

/**
 * The SQL of a model, and, for one that may add to its table and whose template asks `is_incremental()` anywhere, that of a run that does. What is
 * rendered before the template first asks is the same in both, so whether it asks need not be read from its text.
 */
function queriesOf(
  draft: ModelDraft,
  mayAdd: boolean,
  scopeOf: ModelContext['scopeOf'],
  report: Report,
): Pick<ModelNode, 'sql' | 'lines' | 'again'> {
  let asked = false;
  const ask = (): boolean => {
    asked = true;
    return false;
  };
  const query = (isIncremental: () => boolean) => {
    if (!mayAdd || draft.config.incremental_strategy !== 'microbatch')
      return rendered(draft.template, scopeOf(draft, { isIncremental }), report);
    const filters = batchFilters();
    return filters.around(rendered(draft.template, scopeOf(draft, { isIncremental, filters }), report));
  };
  const first = query(ask);
  return mayAdd && asked ? { ...first, again: query(() => true) } : first;
}

/** Every batch of such a model would take all the rows there are. */
function reportUnfiltered({ name, at, places }: ModelDraft, report: Report): void {
  const problem = `\`${name}\` is built in batches, but nothing that it reads has an \`event_time\``;
  const hint = 'name the column that says when a row happened as `event_time` of what it reads';
  report(diagnose('config.invalid', { problem, hint }, places['incremental_strategy'] ?? at));
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
