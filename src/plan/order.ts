import type { NodeId } from '../core/node';
import type { Graph } from '../graph/graph';

const none: ReadonlySet<NodeId> = new Set();

/**
 * For each node of `planned` the nearest ones among its ancestors in `planned`: those reached without passing another planned node, less those
 * that another of them waits for itself. Order holds through nodes that are not planned, as in dbt. One pass down the topological order.
 */
export function nearestAncestors(graph: Graph, planned: ReadonlySet<NodeId>): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const nearest = new Map<NodeId, ReadonlySet<NodeId>>();
  // What each node hands down to its children: itself when it is planned, else what it got.
  const handed = new Map<NodeId, ReadonlySet<NodeId>>();
  for (const id of graph.order()) {
    const got = merged(
      graph.parents(id).map((parent) => handed.get(parent) ?? none),
      nearest,
    );
    if (planned.has(id)) nearest.set(id, got);
    handed.set(id, planned.has(id) ? new Set([id]) : got);
  }
  return nearest;
}

/** The union of `sets`, less what others in it wait for; one of the sets itself when the others add nothing, so that chains share one. */
function merged(sets: readonly ReadonlySet<NodeId>[], nearest: ReadonlyMap<NodeId, ReadonlySet<NodeId>>): ReadonlySet<NodeId> {
  const different = [...new Set(sets)].filter((set) => set.size > 0);
  if (different.length < 2) return different[0] ?? none;
  const all = new Set(different.flatMap((set) => [...set]));
  // Without this the sets of a deep graph with few planned nodes would grow with every layer.
  const waitedFor = [...all].flatMap((id) => [...(nearest.get(id) ?? none)]);
  for (const id of waitedFor) all.delete(id);
  return all;
}

/** `ids` so that each comes after everything it waits for; otherwise in the order given. */
export function inOrder(ids: readonly NodeId[], after: ReadonlyMap<NodeId, readonly NodeId[]>): readonly NodeId[] {
  const awaited = new Map(ids.map((id) => [id, after.get(id)?.length ?? 0]));
  const waiting = new Map<NodeId, NodeId[]>();
  for (const id of ids) {
    for (const parent of after.get(id) ?? []) {
      const siblings = waiting.get(parent);
      if (siblings === undefined) waiting.set(parent, [id]);
      else siblings.push(id);
    }
  }
  const ordered = ids.filter((id) => awaited.get(id) === 0);
  for (const id of ordered) {
    for (const child of waiting.get(id) ?? []) {
      const left = awaited.get(child)! - 1;
      awaited.set(child, left);
      if (left === 0) ordered.push(child);
    }
  }
  return ordered;
}
