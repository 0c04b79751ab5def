import type { NodeId } from '../core/node';
import type { Graph } from '../graph/graph';

const none: ReadonlySet<NodeId> = new Set();

/**
 * For each node of `planned` the nearest ones among its ancestors in `planned`: those reached without passing another planned node. Order holds
 * through nodes that are not planned, as in dbt. One pass down the topological order; an unplanned node shares its parent's set where it can.
 */
export function nearestAncestors(graph: Graph, planned: ReadonlySet<NodeId>): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const nearest = new Map<NodeId, ReadonlySet<NodeId>>();
  // What each node hands down to its children: itself when it is planned, else what it got.
  const handed = new Map<NodeId, ReadonlySet<NodeId>>();
  for (const id of graph.order()) {
    const got = union(graph.parents(id).map((parent) => handed.get(parent) ?? none));
    if (planned.has(id)) nearest.set(id, got);
    handed.set(id, planned.has(id) ? new Set([id]) : got);
  }
  return nearest;
}

/** The union of `sets`; one of them itself when the others add nothing. */
function union(sets: readonly ReadonlySet<NodeId>[]): ReadonlySet<NodeId> {
  let all = none;
  let own: Set<NodeId> | undefined;
  for (const set of sets) {
    if (set === all || set.size === 0) continue;
    if (all.size === 0) {
      all = set;
      continue;
    }
    for (const id of set) {
      if (all.has(id)) continue;
      all = own ??= new Set(all);
      own.add(id);
    }
  }
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
