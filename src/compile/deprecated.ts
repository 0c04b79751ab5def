import { diagnose, type Diagnostic } from '../core/diagnostic';
import type { Node, NodeId } from '../core/node';
import type { Graph } from '../graph/graph';

/** A warning for each model that nobody should read any more on the day `today` (`2026-12-31`), with those that do. */
export function deprecatedModels(nodes: ReadonlyMap<NodeId, Node>, graph: Graph, today: string): readonly Diagnostic[] {
  return [...nodes.values()].flatMap((node) => {
    if (node.kind !== 'model' || node.deprecationDate === undefined || node.deprecationDate >= today) return [];
    const readers = graph.children(node.id).map((id) => nodes.get(id)!);
    const named = readers.filter(({ kind }) => kind !== 'test' && kind !== 'unit_test').map(({ name }) => name);
    return [diagnose('model.deprecated', { model: node.name, date: node.deprecationDate, readers: named }, node.at)];
  });
}
