import type { Manifest } from '../core/manifest';
import type { ModelNode, Node, RelationNode, RunnableNode, NodeId, SourceNode } from '../core/node';
import type { Check } from '../core/check';
import type { ModelStep, Plan, Statement, Step } from '../core/plan';
import type { Catalog, Dialect } from '../core/ports';
import type { SeedFacts } from '../core/seed';
import { literal, quote, relationKey } from '../core/relation';
import type { Graph } from '../graph/graph';
import { testGates } from '../graph/testGates';
import { attaching, lessDeclared } from './attached';
import { auditsOf, sharingScans, withAudits } from './audits';
import { checkOf, type CheckSetting } from './checks';
import { intervalTables, isBegun, NO_BATCHES, withBatches, type BatchSetting } from './batches';
import { cursorTables, withCursors } from './cursors';
import { dependentsOf } from './dependents';
import { doBlock } from './doBlock';
import { checkBuildable } from './buildable';
import { receivedTables, withReceived } from './freshness';
import { checkKeptTypes } from './keptTypes';
import { addsTo, ledgerTable, loadStep } from './load';
import { locked } from './lock';
import { isKept, materializations } from './materialize';
import { inOrder, nearestAncestors } from './order';
import type { Standing } from './publish';
import { seedLedgers, seedStep } from './seed';
import { plannedState, stateless, type StateSetting } from './state';
import { checkSnapshots, isKeptSnapshot, snapshotStep } from './snapshot';
import { scratchOf, unitGates, unitTestStep } from './unitTest';

/** How long readers may keep a relation from being replaced, unless the target says otherwise. */
const PUBLISH_SECONDS = 60;

/** Which kinds of steps a command takes. */
export interface PlanMode {
  /** Extracts, datasets and the tables loaded from them. */
  readonly load: boolean;
  readonly seeds: boolean;
  readonly snapshots: boolean;
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
  /** What is known of each seed that is chosen. */
  readonly seeds?: ReadonlyMap<NodeId, SeedFacts>;
  /** Others may build the same relations at the same time: each is locked first, waiting so long for it at a time, in milliseconds. */
  readonly lockWait?: number;
  /** Tables that a load would add to are made anew. */
  readonly fullRefresh?: boolean;
  /** Warnings of tests are failures. */
  readonly warnError?: boolean;
  /** What is written down in the target; without it nothing is, and nothing is left out. */
  readonly state?: StateSetting;
  /** What decides which batches are built of the models that are built in batches; without it none is. */
  readonly batching?: BatchSetting;
  /** What is done before the first step and behind the last one, where any step works on the database. */
  readonly operations?: Pick<Plan, 'first' | 'last'>;
}

/** What a run of the chosen nodes does: every step in topological order, every statement fixed. Throws EtlxError `type.unkept`, `model.unbuildable`, `snapshot.in-the-way`. */
export function planOf({
  manifest,
  graph,
  chosen,
  catalog,
  dialect,
  mode,
  seeds = new Map(),
  lockWait,
  fullRefresh = false,
  warnError = false,
  state: setting,
  batching = NO_BATCHES,
  operations = {},
}: Planned): Plan {
  const { nodes, target } = manifest;
  const adds = (node: Node): boolean => isBegun(node, catalog, batching) || keepsStanding(node, catalog, fullRefresh);
  const taken = [...chosen].flatMap((id) => nodes.get(id) ?? []).filter((node) => isTaken(node, mode));
  const state = setting === undefined ? stateless : plannedState({ ...setting, manifest, graph, taken, catalog, seeds, fullRefresh });
  const checking: CheckSetting = { strict: warnError, kindOf: (relation) => catalog.get(relationKey(relation))?.kind };
  const audits = mode.audits
    ? auditsOf(
        taken.filter(
          (node) => (node.kind !== 'seed' || seeds.get(node.id)?.content !== undefined) && state.verdict(node.id)?.kind !== 'unchanged',
        ),
        nodes,
        adds,
        checking,
      )
    : new Map<NodeId, readonly Check[]>();
  const audited = new Set([...audits.values()].flat().map((check) => check.id));
  const units = taken.filter((node) => node.kind === 'unit_test');
  const stepped = taken.filter((node) => !audited.has(node.id) && node.kind !== 'unit_test');
  checkKeptTypes(stepped, dialect);
  checkBuildable(stepped, dialect);
  checkSnapshots(stepped, catalog, adds);
  const planned = new Set(stepped.map((node) => node.id));
  // An audit gates through the step that it is part of; the other tests are steps of their own.
  const gates = mode.audits ? testGates(graph, nodes, planned) : new Map<NodeId, readonly NodeId[]>();
  const nearest = nearestAncestors(graph, planned);
  const asked = mode.audits ? unitGates(units) : new Map<NodeId, readonly NodeId[]>();
  const after = new Map(
    [...planned].map((id) => [id, [...(nearest.get(id) ?? []), ...(gates.get(id) ?? []), ...(asked.get(id) ?? [])].sort()]),
  );
  const ids = inOrder([...units.map(({ id }) => id), ...graph.order().filter((id) => planned.has(id))], after);
  const rebuilt = new Set(stepped.flatMap((node) => (node.kind === 'model' ? [relationKey(node.relation)] : [])));
  const standing = (node: RelationNode): Standing => ({
    entry: lessDeclared(catalog.get(relationKey(node.relation)), node),
    later: dependentsOf(node.relation, catalog).filter((key) => rebuilt.has(key)),
    dialect,
    patience: 1000 * ((target.type === 'postgres' && target.timeouts?.publish) || PUBLISH_SECONDS),
  });
  // a table that this plan does not load keeps its rows, whatever the flags say
  const keeps = (table: SourceNode): boolean =>
    planned.has(table.id) ? adds(table) : addsTo(table, catalog.get(relationKey(table.relation)), false);
  const steps = ids
    .map((id) => stepOf(nodes.get(id) as RunnableNode, after.get(id) ?? [], audits.get(id) ?? [], standing, adds, seeds, checking, nodes))
    .map(withBatches(nodes, standing, adds, batching))
    .map(withCursors(nodes, catalog, keeps))
    .map(withReceived(nodes))
    .map(withAudits(nodes, dialect, checking, adds))
    .map(attaching(nodes, dialect, adds))
    .map(state.withState);
  return {
    prepare: [
      ...schemasOf(taken, state.schemas, dialect),
      ...ledgersOf(stepped),
      ...seedLedgers(stepped),
      ...intervalTables(stepped),
      ...cursorTables(stepped, nodes),
      ...receivedTables(stepped),
      ...state.prepare,
    ],
    steps: sharingScans(lockWait === undefined ? steps : steps.map((step) => locked(step, lockWait)), nodes),
    ...(units.length > 0 && { scratch: scratchOf(units, nodes, graph.order(), dialect) }),
    ...(stepped.length > 0 && { first: operations.first, last: operations.last }),
  };
}

function isTaken(node: Node, mode: PlanMode): node is RunnableNode {
  switch (node.kind) {
    case 'extract':
    case 'dataset':
      return mode.load;
    case 'source':
      return mode.load && node.loaded;
    case 'seed':
      return mode.seeds;
    case 'snapshot':
      return mode.snapshots;
    case 'model':
      return mode.models && node.materialized !== 'ephemeral';
    case 'test':
    case 'unit_test':
      return mode.tests;
    case 'exposure':
      return false;
  }
}

function stepOf(
  node: RunnableNode,
  after: readonly NodeId[],
  audits: readonly Check[],
  standing: (node: RelationNode) => Standing,
  adds: (node: Node) => boolean,
  seeds: ReadonlyMap<NodeId, SeedFacts>,
  checking: CheckSetting,
  nodes: Manifest['nodes'],
): Step {
  const head = { id: node.id, name: node.name, after };
  switch (node.kind) {
    case 'extract':
    case 'dataset':
      return { kind: node.kind, ...head };
    case 'source':
      return { ...head, ...loadStep(node, standing(node), adds(node)), audits };
    case 'seed':
      return { ...head, ...seedStep(node, seeds.get(node.id)!, standing(node)), audits };
    case 'snapshot':
      return { ...head, ...snapshotStep(node, standing(node), adds(node)), audits };
    case 'model':
      return modelStep(node, after, audits, standing(node), adds(node));
    case 'test':
      return { kind: 'test', ...head, check: checkOf(node, checking) };
    case 'unit_test': {
      const model = nodes.get(node.model) as ModelNode;
      return unitTestStep(node, model, after, standing(model).dialect);
    }
  }
}

function modelStep(model: ModelNode, after: readonly NodeId[], audits: readonly Check[], standing: Standing, keeps: boolean): ModelStep {
  // an ephemeral model is never taken
  const { anew, kept = anew } = materializations[model.materialized as keyof typeof materializations];
  return {
    id: model.id,
    name: model.name,
    after,
    kind: 'model',
    materialized: model.materialized,
    relation: model.relation,
    ...(keeps ? kept : anew)(model, standing),
    audits,
  };
}

/** Whether what stands of a node is added to, or brought up to date, where it is; otherwise something new takes its place. */
function keepsStanding(node: Node, catalog: Catalog, fullRefresh: boolean): boolean {
  if (node.kind === 'source') return addsTo(node, catalog.get(relationKey(node.relation)), fullRefresh);
  if (node.kind === 'snapshot') return isKeptSnapshot(node, catalog.get(relationKey(node.relation)), fullRefresh);
  return node.kind === 'model' && isKept(node, catalog.get(relationKey(node.relation)), fullRefresh);
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
function schemasOf(taken: readonly Node[], others: readonly string[], { runsBlocks }: Dialect): readonly Statement[] {
  const schemas = taken.flatMap((node) =>
    'relation' in node ? [node.relation.schema] : node.kind === 'test' && node.stored ? [node.stored.relation.schema] : [],
  );
  return [...new Set([...schemas, ...others])].sort().map((schema) => ({
    sql: runsBlocks
      ? doBlock(` begin if to_regnamespace(${literal(quote(schema))}) is null then create schema ${quote(schema)}; end if; end `)
      : `create schema if not exists ${quote(schema)}`,
  }));
}
