import type { Hook } from '../core/attached';
import type { ModelNode, Node, NodeId, RelationNode, SeedNode, SnapshotNode } from '../core/node';
import type { Around, Statement, Step } from '../core/plan';
import type { CatalogEntry, Dialect } from '../core/ports';
import { statementsIn } from '../core/statementsIn';
import { documented, isDeclared } from './documents';
import { granted } from './grants';

type Attachable = ModelNode | SeedNode | SnapshotNode;

const isAttachable = (node: Node | undefined): node is Attachable =>
  node?.kind === 'model' || node?.kind === 'seed' || node?.kind === 'snapshot';

/** What stands of a node's relation, less the comments and grants which its config replaces anyway. */
export function lessDeclared(entry: CatalogEntry | undefined, node: RelationNode): CatalogEntry | undefined {
  if (entry === undefined || !isAttachable(node)) return entry;
  const { comments, hasGrants, ...rest } = entry;
  const declared = isDeclared(node);
  const kept = comments?.filter((comment) => !declared(comment)) ?? [];
  return {
    ...rest,
    ...(kept.length > 0 && { comments: kept }),
    ...(hasGrants && node.attached?.grants === undefined && { hasGrants }),
  };
}

/** Steps with what their nodes attach to them: hooks in dbt's order, grants, comments. `adds` tells which nodes add to what stands. */
export function attaching(nodes: ReadonlyMap<NodeId, Node>, dialect: Dialect, adds: (node: Node) => boolean): (step: Step) => Step {
  return (step) => {
    const node = nodes.get(step.id);
    if (!isAttachable(node) || (step.kind !== 'model' && step.kind !== 'seed' && step.kind !== 'snapshot')) return step;
    return { ...step, ...around(node, dialect, adds(node)) };
  };
}

function around(node: Attachable, dialect: Dialect, again: boolean): Around {
  const { before = [], after = [], grants } = node.attached ?? {};
  const { closing: comments = [], remarks } = documented(node, kindOf(node), dialect);
  const hooks = (list: readonly Hook[], transaction: boolean): readonly Statement[] =>
    list.filter((hook) => hook.transaction === transaction).flatMap((hook) => hookStatements(hook, again));
  return {
    ...given('before', hooks(before, false)),
    ...given('opening', hooks(before, true)),
    ...given('closing', [...hooks(after, true), ...(grants === undefined ? [] : [granted(node.relation, grants)]), ...comments]),
    ...(remarks && { remarks }),
    ...given('afterwards', hooks(after, false)),
  };
}

const given = (key: keyof Around, statements: readonly Statement[]): Around => (statements.length === 0 ? {} : { [key]: statements });

/** A hook may hold several statements; one that came to nothing is none. */
const hookStatements = ({ sql, again = sql, at }: Hook, isAgain: boolean): readonly Statement[] =>
  statementsIn(isAgain ? again : sql).map((each) => ({ sql: each, at }));

/** What `comment on` calls the node's relation. */
function kindOf(node: Attachable): string {
  if (node.kind !== 'model') return 'table';
  if (node.materialized === 'materialized_view') return 'materialized view';
  return node.materialized === 'view' ? 'view' : 'table';
}
