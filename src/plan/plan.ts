import type { Manifest } from '../core/manifest';
import type { ModelNode, Node, NodeId, RelationNode, TestNode } from '../core/node';
import type { Check, ModelStep, Plan, Statement, Step } from '../core/plan';
import type { Catalog, Dialect } from '../core/ports';
import { literal, quote, relationKey, type Relation } from '../core/relation';
import type { Graph } from '../graph/graph';
import { testGates } from '../graph/testGates';
import { auditOf, checkOf } from './checks';
import { dependentsOf } from './dependents';
import { doBlock } from './doBlock';
import { checkKeptTypes } from './keptTypes';
import { addsTo, ledgerTable, loadStep } from './load';
import { locked } from './lock';
import { materializations } from './materialize';
import { candidateOf } from './names';
import { inOrder, nearestAncestors } from './order';
import { publishOf, type Standing } from './publish';

/** How long readers may keep a relation from being replaced, unless the target says otherwise. */
const PUBLISH_SECONDS = 60;

/** Which kinds of steps a command takes. */
export interface PlanMode {
  /** Extracts, datasets and the tables loaded from them. */
  readonly load: boolean;
  readonly models: boolean;
  readonly tests: boolean;
  /** Tests decide what is published: those that read a single new table run on it beforehand, the others hold back what reads all they read. */
  readonly audits: boolean;
}

export interface Planned {
  readonly manifest: Manifest;
  readonly graph: Graph;
  readonly chosen: ReadonlySet<NodeId>;
  readonly catalog: Catalog;
  readonly dialect: Dialect;
  readonly mode: PlanMode;
  /** Others may build the same relations at the same time: each is locked first, waiting so long for it at a time, in milliseconds. */
  readonly lockWait?: number;
  /** Tables that a load would add to are made anew. */
  readonly fullRefresh?: boolean;
}

/** What a run of the chosen nodes does: every step in topological order, every statement fixed. Throws EtlxError `type.unkept`. */
export function planOf({
  manifest: { nodes, target },
  graph,
  chosen,
  catalog,
  dialect,
  mode,
  lockWait,
  fullRefresh = false,
}: Planned): Plan {
  const adds = (node: Node): boolean => node.kind === 'source' && addsTo(node, catalog.get(relationKey(node.relation)), fullRefresh);
  const taken = [...chosen].flatMap((id) => nodes.get(id) ?? []).filter((node) => isTaken(node, mode));
  const audits = mode.audits ? auditsOf(taken, nodes, adds) : new Map<NodeId, readonly Check[]>();
  const audited = new Set([...audits.values()].flat().map((check) => check.id));
  const stepped = taken.filter((node) => !audited.has(node.id));
  checkKeptTypes(stepped, dialect);
  const planned = new Set(stepped.map((node) => node.id));
  // An audit gates through the step that it is part of; the other tests are steps of their own.
  const gates = mode.audits ? testGates(graph, nodes, planned) : new Map<NodeId, readonly NodeId[]>();
  const nearest = nearestAncestors(graph, planned);
  const after = new Map([...planned].map((id) => [id, [...(nearest.get(id) ?? []), ...(gates.get(id) ?? [])].sort()]));
  const ids = inOrder(
    graph.order().filter((id) => planned.has(id)),
    after,
  );
  const rebuilt = new Set(stepped.flatMap((node) => (node.kind === 'model' ? [relationKey(node.relation)] : [])));
  const standing = (relation: Relation): Standing => ({
    entry: catalog.get(relationKey(relation)),
    later: dependentsOf(relation, catalog).filter((key) => rebuilt.has(key)),
    dialect,
    patience: 1000 * ((target.type === 'postgres' && target.timeouts?.publish) || PUBLISH_SECONDS),
  });
  const steps = ids.map((id) => stepOf(nodes.get(id)!, after.get(id) ?? [], audits.get(id) ?? [], standing, adds));
  return {
    prepare: [...schemasOf(stepped, dialect), ...ledgersOf(stepped)],
    steps: lockWait === undefined ? steps : steps.map((step) => locked(step, lockWait)),
  };
}

function isTaken(node: Node, mode: PlanMode): boolean {
  switch (node.kind) {
    case 'extract':
    case 'dataset':
      return mode.load;
    case 'source':
      return mode.load && node.loaded;
    case 'model':
      return mode.models;
    case 'test':
      return mode.tests;
  }
}

/** The tests that are asked of a candidate, by the node that builds it: those whose only parent is built in this plan. */
function auditsOf(taken: readonly Node[], nodes: Manifest['nodes'], adds: (node: Node) => boolean): ReadonlyMap<NodeId, readonly Check[]> {
  const built = new Set(taken.filter((node) => node.kind !== 'test').map((node) => node.id));
  const audits = new Map<NodeId, Check[]>();
  for (const test of taken.filter((node): node is TestNode => node.kind === 'test')) {
    const [parent, ...others] = new Set(test.dependsOn);
    if (parent === undefined || others.length > 0 || !built.has(parent)) continue;
    const node = nodes.get(parent) as RelationNode;
    const { relation } = node;
    // what is added to is asked itself: its new rows are in it by then, and go when the test fails
    const check = auditOf(test, relation, adds(node) ? relation : candidateOf(relation));
    if (check === undefined) continue;
    const checks = audits.get(parent);
    if (checks === undefined) audits.set(parent, [check]);
    else checks.push(check);
  }
  for (const checks of audits.values()) checks.sort((a, b) => (a.id < b.id ? -1 : 1));
  return audits;
}

function stepOf(
  node: Node,
  after: readonly NodeId[],
  audits: readonly Check[],
  standing: (relation: Relation) => Standing,
  adds: (node: Node) => boolean,
): Step {
  const head = { id: node.id, name: node.name, after };
  switch (node.kind) {
    case 'extract':
    case 'dataset':
      return { kind: node.kind, ...head };
    case 'source':
      return { ...head, ...loadStep(node, standing(node.relation), adds(node)), audits };
    case 'model':
      return modelStep(node, after, audits, standing(node.relation));
    case 'test':
      return { kind: 'test', ...head, check: checkOf(node) };
  }
}

function modelStep(model: ModelNode, after: readonly NodeId[], audits: readonly Check[], standing: Standing): ModelStep {
  const { build, describe, columns, publication } = materializations[model.materialized](
    model,
    candidateOf(model.relation),
    standing.dialect,
  );
  return {
    id: model.id,
    name: model.name,
    after,
    kind: 'model',
    materialized: model.materialized,
    relation: model.relation,
    ...(describe !== undefined && { describe, columns }),
    build,
    audits,
    publish: publishOf(publication, standing),
    lines: model.lines,
  };
}

/** The ledgers of the schemas that something is appended in. */
const ledgersOf = (stepped: readonly Node[]): readonly Statement[] =>
  [...new Set(stepped.flatMap((node) => (node.kind === 'source' && node.disposition === 'append' ? [node.relation.schema] : [])))]
    .sort()
    .map(ledgerTable);

/**
 * The schemas that the plan writes to. PostgreSQL asks for the right to create schemas before it looks whether one exists, and a user who was
 * given a schema of his own seldom has it; so the question comes first.
 */
function schemasOf(stepped: readonly Node[], { runsBlocks }: Dialect): readonly Statement[] {
  const schemas = stepped.flatMap((node) => (node.kind === 'model' || node.kind === 'source' ? [node.relation.schema] : []));
  return [...new Set(schemas)].sort().map((schema) => ({
    sql: runsBlocks
      ? doBlock(` begin if to_regnamespace(${literal(quote(schema))}) is null then create schema ${quote(schema)}; end if; end `)
      : `create schema if not exists ${quote(schema)}`,
  }));
}
