import { hashOf } from '../core/hash';
import { volatileWord } from '../core/volatile';
import type { Column, Node, NodeId, RelationNode, TestNode } from '../core/node';
import { relationName } from '../core/relation';
import { isBatched } from './batches';
import { normalisedSql } from './normalised';

/** What of a node can differ between two states of a project, each as a hash: the words of `state:modified.<facet>`. */
export interface Facets {
  /** As it is written. */
  readonly body: string;
  /** As it is executed, whatever its relations and those that it reads are called: two targets of one project agree. */
  readonly compiled: string;
  readonly configs: string;
  readonly relation: string;
  readonly persisted_descriptions: string;
  readonly contract: string;
}

/** What a node that was built depends on. */
export interface Fingerprint {
  /** Of everything that decides its contents, save the data it reads: the SQL that runs, its own and that of the views in between, and how it is built. */
  readonly hash: string;
  /** The nodes with data of their own that it reads, directly or through views. */
  readonly reads: readonly NodeId[];
  /** The word in its SQL, or in that of a view in between, that gives something else each time: `now`. */
  readonly volatile?: string;
}

/** Config that says nothing about what a table holds. */
const SILENT = new Set(['tags', 'meta', 'enabled', 'retries', 'group', 'access', 'docs', 'full_refresh', 'severity', 'publish']);

/** The fingerprints of models, loaded tables and tests, by id. `order` is topological, so that each node is looked at once. */
export function fingerprintsOf(nodes: ReadonlyMap<NodeId, Node>, order: readonly NodeId[]): ReadonlyMap<NodeId, Fingerprint> {
  const fingerprints = new Map<NodeId, Fingerprint>();
  // of a node and all that is above it: what may change which columns it has
  const lines = new Map<NodeId, string>();
  for (const id of order) {
    const node = nodes.get(id);
    if (node === undefined || !isBuilt(node)) continue;
    const through: Fingerprint[] = [];
    const reads = new Set<NodeId>();
    for (const parent of node.kind === 'source' ? [] : node.dependsOn) {
      const known = fingerprints.get(parent);
      if (known === undefined || holdsData(nodes.get(parent))) reads.add(parent);
      else {
        through.push(known);
        for (const read of known.reads) reads.add(read);
      }
    }
    const own = ownTextOf(node);
    const above = node.dependsOn.map((parent) => lines.get(parent) ?? '').sort();
    lines.set(id, hashOf([own, ...above].join('\n')));
    const volatile = volatileOf(node) ?? through.find((each) => each.volatile !== undefined)?.volatile;
    // `select *` of a view means the columns that there were when it was made
    const bound = node.kind === 'model' && node.materialized === 'view' ? above : [];
    fingerprints.set(id, {
      hash: hashOf([own, ...through.map((each) => each.hash).sort(), ...bound].join('\n')),
      reads: [...reads].sort(),
      ...(volatile !== undefined && { volatile }),
    });
  }
  return fingerprints;
}

/** The word that makes the answer of its SQL depend on more than tables, also in a run that adds to what stands. */
function volatileOf(node: Built): string | undefined {
  // which batches are due depends on the time
  if (isBatched(node)) return 'microbatch';
  if (!('sql' in node)) return undefined;
  return volatileWord(node.sql) ?? (node.kind === 'model' && node.again !== undefined ? volatileWord(node.again.sql) : undefined);
}

/** A view, or what is only written into its readers, has no data of its own. */
const holdsData = (node: Node | undefined): boolean =>
  node === undefined || node.kind !== 'model' || !['view', 'ephemeral'].includes(node.materialized);

/** What leaves something that a later run can find unchanged: a relation, or the knowledge that a test passed. */
export type Built = RelationNode | TestNode;

export const isBuilt = (node: Node): node is Built => 'relation' in node || node.kind === 'test';

function ownTextOf(node: Built): string {
  const config = Object.fromEntries(Object.entries(node.config).filter(([key]) => !SILENT.has(key)));
  if (node.kind === 'test')
    return stable([node.kind, normalisedSql(node.sql), node.warnIf, node.errorIf, node.failCalc, node.limit, config]);
  const { before = [], after = [] } = ('attached' in node ? node.attached : undefined) ?? {};
  const hooks = [...before, ...after].map(({ sql, again }) => [sql, again]);
  const common = [node.kind, node.relation, shapeOf(node), config, hooks, node.kind === 'snapshot' && normalisedSql(node.sql)];
  if (node.kind !== 'model') return stable(common);
  return stable([...common, node.materialized, normalisedSql(node.sql), node.again && normalisedSql(node.again.sql)]);
}

/** What is declared of the columns and has an effect on the table. */
const shapeOf = (node: RelationNode): unknown => {
  const isDeclared = node.kind !== 'model' || node.contract;
  const columns = isDeclared ? node.columns : node.columns.filter(({ notNull }) => notNull);
  return [
    columns.map(({ name, dataType, notNull }: Column) => [name, isDeclared && dataType, notNull]),
    node.primaryKey,
    node.uniqueKeys,
    node.checks,
    isDeclared,
  ];
};

/** The facets of one node; those that it does not have are hashes of nothing. */
export function facetsOf(node: Built, nodes: ReadonlyMap<NodeId, Node>): Facets {
  const sql = 'sql' in node ? node.sql : '';
  return {
    body: facetHash(node.kind === 'model' ? node.raw : sql),
    compiled: facetHash(normalisedSql(placeless(sql, node, nodes))),
    configs: facetHash(
      node.kind === 'test' ? [node.config, node.severity, node.warnIf, node.errorIf, node.failCalc, node.limit] : node.config,
    ),
    relation: facetHash('relation' in node ? node.relation : null),
    persisted_descriptions: facetHash([
      node.description,
      'columns' in node && node.columns.map((column) => [column.name, column.description]),
    ]),
    contract: facetHash(node.kind === 'test' ? null : shapeOf(node)),
  };
}

/** A hash of plain data, whatever the order of its keys. */
export const facetHash = (value: unknown): string => hashOf(stable(value));

/** `sql` with the ids of nodes in the place of their relations' names. */
function placeless(sql: string, node: Node, nodes: ReadonlyMap<NodeId, Node>): string {
  return [node.id, ...node.dependsOn].reduce((text, id) => {
    const named = nodes.get(id);
    return named !== undefined && 'relation' in named ? text.replaceAll(relationName(named.relation), `{${id}}`) : text;
  }, sql);
}

/** JSON in which the keys of objects come in one order. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
