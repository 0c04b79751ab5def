import type { Manifest } from '../core/manifest';
import type { Node, NodeId, RelationNode, TestNode } from '../core/node';
import type { Auditing, Check, Together } from '../core/check';
import type { Step, TestStep } from '../core/plan';
import type { Dialect } from '../core/ports';
import { relationName, type Relation } from '../core/relation';
import { isBatched } from './batches';
import { auditOf, type CheckSetting } from './checks';
import { candidateOf } from './names';
import { storing } from './storing';
import { SAVEPOINT, togetherOf } from './together';

/**
 * The tests that are asked of a candidate, by the node that builds it: those whose only parent is built in this plan, unless its config says
 * that it is published before.
 */
export function auditsOf(
  taken: readonly Node[],
  nodes: Manifest['nodes'],
  adds: (node: Node) => boolean,
  setting: CheckSetting,
): ReadonlyMap<NodeId, readonly Check[]> {
  const built = new Set(taken.filter((node) => node.kind !== 'test').map((node) => node.id));
  const audits = new Map<NodeId, Check[]>();
  for (const test of taken.filter((node): node is TestNode => node.kind === 'test')) {
    const [parent, ...others] = new Set(test.dependsOn);
    if (parent === undefined || others.length > 0 || !built.has(parent)) continue;
    const node = nodes.get(parent) as RelationNode;
    if (node.config['publish'] === 'before_tests') continue;
    // what is added to is asked itself: its new rows are in it by then, and go when the test fails; of a batch only its own rows are asked
    const check = auditOf(test, node.relation, adds(node) && !isBatched(node) ? node.relation : candidateOf(node.relation), setting);
    if (check === undefined) continue;
    const checks = audits.get(parent);
    if (checks === undefined) audits.set(parent, [check]);
    else checks.push(check);
  }
  for (const checks of audits.values()) checks.sort((a, b) => (a.id < b.id ? -1 : 1));
  return audits;
}

/** What a candidate is dropped as, where that is not a table. */
const KINDS: Readonly<Record<string, string>> = { view: 'view', materialized_view: 'materialized view' };

/** What the audits of a step need beside themselves: the scan that they share, the views of their wrong rows, and an end for when one fails. */
export function withAudits(
  nodes: Manifest['nodes'],
  { hasSavepoints }: Dialect,
  { kindOf }: CheckSetting,
  adds: (node: Node) => boolean,
): (step: Step) => Step {
  return (step) => {
    if (!('audits' in step) || step.audits.length === 0) return step;
    const node = nodes.get(step.id) as RelationNode;
    const tests = new Map(step.audits.map(({ id }) => [id, nodes.get(id) as TestNode]));
    const candidate = candidateOf(step.relation);
    const table = relationName(adds(node) && !isBatched(node) ? step.relation : candidate);
    const together = togetherOf(step.audits, ({ id }) => tests.get(id)!, table, hasSavepoints ? SAVEPOINT : undefined);
    const views = [...tests.values()].flatMap(({ stored, sql }) =>
      stored?.as === 'view' ? storing(stored, sql, kindOf(stored.relation)) : [],
    );
    const stores = step.audits.some(({ store }) => store !== undefined);
    const apart = buildsApart(node, adds);
    const kind = KINDS[step.kind === 'model' ? step.materialized : 'table'] ?? 'table';
    const auditing: Auditing = {
      ...(together && { together }),
      ...(views.length > 0 && { views }),
      ...(stores && apart && { abandon: [{ sql: `drop ${kind} ${relationName(candidate)}` }] }),
    };
    // what is undone with a failed step is kept nowhere
    const audits = apart ? step.audits : step.audits.map(({ keptIn: _, ...check }) => check);
    return { ...step, audits, ...(Object.keys(auditing).length > 0 && { auditing }) };
  };
}

/** Whether a step changes nothing but its candidate until it publishes it. */
function buildsApart(node: RelationNode, adds: (node: Node) => boolean): boolean {
  // what was appended to a table is written down before the table is replaced
  if (adds(node) || isBatched(node) || (node.kind === 'source' && node.disposition === 'append')) return false;
  // what a hook has changed is taken back with the rest
  return node.kind === 'source' || !node.attached?.before.some(({ transaction }) => transaction);
}

/**
 * Tests on published tables, those of one table sharing a scan. Where there are only tests, the first of each scan come first: the others of
 * it would only wait for the same answer, and keep a slot from another table.
 */
export function sharingScans(steps: readonly Step[], nodes: Manifest['nodes']): readonly Step[] {
  const byTable = new Map<NodeId, TestStep[]>();
  for (const step of steps) {
    const test = nodes.get(step.id);
    if (step.kind !== 'test' || test?.kind !== 'test' || test.inScan === undefined || test.attachedTo === undefined) continue;
    const others = byTable.get(test.attachedTo);
    if (others === undefined) byTable.set(test.attachedTo, [step]);
    else others.push(step);
  }
  const scans = new Map<NodeId, Together>();
  const followers = new Set<NodeId>();
  for (const [id, sharing] of byTable) {
    const { relation } = nodes.get(id) as { readonly relation: Relation };
    const together = togetherOf(
      sharing.map(({ check }) => check),
      ({ id: test }) => nodes.get(test) as TestNode,
      relationName(relation),
    );
    together?.members.forEach((member, index) => {
      scans.set(member.id, together);
      if (index > 0) followers.add(member.id);
    });
  }
  const shared = steps.map((step) => (scans.has(step.id) ? { ...step, together: scans.get(step.id)! } : step));
  if (followers.size === 0 || steps.some(({ kind }) => kind !== 'test')) return shared;
  return [...shared.filter(({ id }) => !followers.has(id)), ...shared.filter(({ id }) => followers.has(id))];
}
