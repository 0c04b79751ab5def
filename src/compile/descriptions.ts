import type { Column, ModelNode, Node, NodeId } from '../core/node';
import type { Graph } from '../graph/graph';

/**
 * The models whose columns can do with a description of a column that they are, with those descriptions. A column without one takes that of the
 * column of its name in the nearest parents that describe one; where these differ, it stays without. dbt has only asked for this (#2995, #4312).
 */
export function describedByParents(nodes: ReadonlyMap<NodeId, Node>, graph: Graph): readonly ModelNode[] {
  const known = new Map<NodeId, ReadonlyMap<string, Column>>();
  const changed: ModelNode[] = [];
  for (const id of graph.order()) {
    const node = nodes.get(id)!;
    if (!('columns' in node)) continue;
    const inherits = node.kind === 'model' && node.config['inherit_descriptions'] !== false && node.columns.some(isBare);
    const columns = inherits ? node.columns.map((column) => (isBare(column) ? inherited(column, id, known, graph) : column)) : node.columns;
    known.set(id, new Map(columns.map((column) => [column.name, column])));
    if (inherits) changed.push({ ...node, columns });
  }
  return changed;
}

const isBare = ({ description }: Column): boolean => description === '';

/**
 * The column with the description that it inherits. Parents are looked at one step up at a time; one that declares the column has been looked at
 * before, so the search goes on only above those that do not.
 */
function inherited(column: Column, id: NodeId, known: ReadonlyMap<NodeId, ReadonlyMap<string, Column>>, graph: Graph): Column {
  const seen = new Set<NodeId>();
  for (let layer = graph.parents(id); layer.length > 0;) {
    const above: NodeId[] = [];
    const found = new Map<string, NodeId>();
    for (const parent of layer) {
      if (seen.size === seen.add(parent).size) continue;
      const declared = known.get(parent)?.get(column.name);
      if (declared === undefined) above.push(...graph.parents(parent));
      else if (!isBare(declared)) found.set(declared.description, declared.inheritedFrom ?? parent);
    }
    const [first, second] = [...found];
    if (second !== undefined) return column;
    if (first !== undefined) return { ...column, description: first[0], inheritedFrom: first[1] };
    layer = above;
  }
  return column;
}
