import type { Column, ModelNode, Node, NodeId } from '../core/node';
import type { Graph } from '../graph/graph';

/** A description, and the node that it is written at. */
interface Written {
  readonly text: string;
  readonly at: NodeId;
}

/** Where the columns of one name are. */
interface Namesakes {
  readonly described: Map<NodeId, Written>;
  /** Of models that inherit. */
  readonly bare: NodeId[];
}

/**
 * The models whose columns can do with descriptions from above, with those descriptions. A column without one takes that of the nearest columns
 * of its name among the model's ancestors; where they differ, it stays without. dbt's users have long asked for this (dbt-core #2995, #4312).
 */
export function describedByParents(nodes: ReadonlyMap<NodeId, Node>, graph: Graph): readonly ModelNode[] {
  const order = new Map(graph.order().map((id, index) => [id, index]));
  const found = new Map<NodeId, Map<string, Written>>();
  for (const [name, namesakes] of namesakesIn(nodes.values())) {
    if (namesakes.described.size === 0 || namesakes.bare.length === 0) continue;
    const known = writtenAbove(namesakes, order, graph);
    for (const id of namesakes.bare) {
      const written = known.get(id);
      if (written === undefined) continue;
      const ofModel = found.get(id);
      if (ofModel === undefined) found.set(id, new Map([[name, written]]));
      else ofModel.set(name, written);
    }
  }
  return [...found].map(([id, ofModel]) => {
    const model = nodes.get(id) as ModelNode;
    return { ...model, columns: model.columns.map((column) => inheriting(column, ofModel.get(column.name))) };
  });
}

const inheriting = (column: Column, written: Written | undefined): Column =>
  written === undefined ? column : { ...column, description: written.text, inheritedFrom: written.at };

function namesakesIn(nodes: Iterable<Node>): ReadonlyMap<string, Namesakes> {
  const names = new Map<string, Namesakes>();
  for (const node of nodes) {
    if (!('columns' in node)) continue;
    const inherits = node.kind === 'model' && node.config['inherit_descriptions'] !== false;
    for (const { name, description } of node.columns) {
      const known = names.get(name) ?? { described: new Map<NodeId, Written>(), bare: [] };
      names.set(name, known);
      if (description !== '') known.described.set(node.id, { text: description, at: node.id });
      else if (inherits) known.bare.push(node.id);
    }
  }
  return names;
}

/** What each node passes on of a column: what is written at it, else what its parents pass on, if they agree. Every node is looked at once. */
function writtenAbove({ described, bare }: Namesakes, order: ReadonlyMap<NodeId, number>, graph: Graph): ReadonlyMap<NodeId, Written> {
  const reached = new Set(bare);
  for (const id of reached) if (!described.has(id)) for (const parent of graph.parents(id)) reached.add(parent);
  const known = new Map<NodeId, Written>();
  for (const id of [...reached].sort((a, b) => order.get(a)! - order.get(b)!)) {
    const passed = described.get(id) ?? agreed(graph.parents(id).flatMap((parent) => known.get(parent) ?? []));
    if (passed !== undefined) known.set(id, passed);
  }
  return known;
}

/** The first of `written` when all say the same. */
function agreed([first, ...others]: readonly Written[]): Written | undefined {
  return others.every(({ text }) => text === first?.text) ? first : undefined;
}
