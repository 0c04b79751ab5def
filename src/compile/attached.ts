import type { Hook } from '../core/attached';
import { diagnose, type Report } from '../core/diagnostic';
import type { Config, ModelNode, NodeId, SeedNode, SnapshotNode } from '../core/node';
import type { Relation } from '../core/relation';
import type { Call } from '../parse/calls';
import type { ConfigPlaces } from '../parse/config';
import { mergedGrants, type AttachedConfig, type HookConfig } from '../parse/configAttached';
import { parseTemplate, type Template } from '../parse/template';
import { checkNames } from '../parse/templateNames';
import { linksOf } from './links';
import type { Names } from './names';
import { rendered } from './rendered';
import type { Scope } from './renderScope';

export interface AttachedContext {
  readonly names: Names;
  readonly helpers: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly callsOf: (template: Template) => readonly Call[];
  /** What the hooks of a node may use. */
  readonly scopeOf: (relation: Relation, isIncremental: () => boolean) => Scope;
  readonly report: Report;
}

/** The kinds of nodes whose relations the project makes by a config. */
type Attachable = ModelNode | SeedNode | SnapshotNode;

/** `node` with what its `config` attaches to its relation; it depends on what its hooks name as on what its query does. */
export function withAttached<N extends Attachable>(node: N, config: AttachedConfig, context: AttachedContext): N {
  const { pre_hook: before = [], post_hook: after = [], grants, persist_docs: documents } = config;
  if (before.length + after.length === 0 && grants === undefined && documents === undefined) return node;
  const read = (hooks: readonly HookConfig[]) => hooks.map((hook) => hookOf(hook, node.relation, context));
  const [first, last] = [read(before), read(after)];
  const isGranted = grants !== undefined && Object.keys(grants.roles).length > 0;
  const named = [...first, ...last].flatMap(({ dependsOn }) => dependsOn);
  return {
    ...node,
    config: shownConfig(node.config, config),
    // a hook may name the table that it stands at
    dependsOn: [...new Set([...node.dependsOn, ...named.filter((id) => id !== node.id)])],
    attached: {
      before: first.map(({ hook }) => hook),
      after: last.map(({ hook }) => hook),
      ...(isGranted && { grants: mergedGrants(undefined, grants) }),
      documents: { relation: true, columns: true, ...documents },
    },
  };
}

function hookOf(
  { sql: { text, at }, transaction }: HookConfig,
  relation: Relation,
  { names, helpers, variables, callsOf, scopeOf, report }: AttachedContext,
): { readonly hook: Hook; readonly dependsOn: readonly NodeId[] } {
  const template = parseTemplate({ file: at.file, text, origin: at }, report);
  checkNames(template, { helpers, variables }, report);
  let asked = false;
  const ask = (): boolean => {
    asked = true;
    return false;
  };
  const { sql } = rendered(template, scopeOf(relation, ask), report);
  const again = asked
    ? rendered(
        template,
        scopeOf(relation, () => true),
        report,
      ).sql
    : undefined;
  return { hook: { sql, ...(again !== undefined && { again }), transaction, at }, dependsOn: linksOf(callsOf(template), names, report) };
}

/** Reports what is attached to an ephemeral model itself: there is no relation, and nothing is run. */
export function checkNothingAttached(name: string, places: ConfigPlaces, report: Report): void {
  for (const key of ['pre_hook', 'post_hook', 'grants']) {
    if (places[key] === undefined) continue;
    const problem = `\`${key}\` means nothing to the ephemeral model \`${name}\`, which is never built`;
    report(diagnose('config.invalid', { problem, hint: 'put it on a model that reads it' }, places[key]));
  }
}

/** The config as selectors and artifacts know it: hooks under dbt's names, and no places in it. */
function shownConfig(whole: Config, { pre_hook: before, post_hook: after, grants }: AttachedConfig): Config {
  const shown = (hooks: readonly HookConfig[]) => hooks.map(({ sql, transaction }) => ({ sql: sql.text, transaction, index: null }));
  return {
    ...Object.fromEntries(Object.entries(whole).filter(([key]) => key !== 'pre_hook' && key !== 'post_hook')),
    ...(before && { 'pre-hook': shown(before) }),
    ...(after && { 'post-hook': shown(after) }),
    ...(grants && { grants: mergedGrants(undefined, grants).roles }),
  };
}
