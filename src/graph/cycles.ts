import { Graph as Digraph } from 'graphlib';
import type { NodeId } from '../core/node';
import type { Neighbours } from './graph';

/**
 * The cycles of the nodes that are not in `order`, as `Graph.cycles` promises them.
 *
 * What is on no cycle is peeled off until every node left has a parent and a child; then walking from parent to parent must come to a
 * cycle. It is reported and its edges are taken out, and so on until nothing is left: one wrong reference in a large project is one
 * cycle, however many ways lead round it. Nothing here is recursive, so that the depth of a project does not matter.
 */
export function cyclesAmong(ids: readonly NodeId[], children: Neighbours, order: readonly number[]): readonly (readonly NodeId[])[] {
  const ordered = new Set(order);
  const suspects = [...ids.keys()].filter((node) => !ordered.has(node));
  const rest = new Digraph({ directed: true });
  for (const node of suspects) for (const child of children[node]!) if (!ordered.has(child)) rest.setEdge(ids[node]!, ids[child]!);
  peel(rest, rest.nodes());

  const cycles: (readonly NodeId[])[] = [];
  for (const node of suspects) {
    const id = ids[node]!;
    while (rest.hasNode(id)) {
      const cycle = shortestCycle(rest, onCycle(rest, id));
      cycle.forEach((from, index) => rest.removeEdge(from, cycle[(index + 1) % cycle.length]!));
      peel(rest, cycle);
      cycles.push(closed(cycle));
    }
  }
  return cycles.sort((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1));
}

/** Takes out, starting with `suspects`, every node that has no parent or no child left. */
function peel(rest: Digraph, suspects: readonly string[]): void {
  const queue = [...suspects];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (!rest.hasNode(id)) continue;
    const parents = rest.predecessors(id) ?? [];
    const children = rest.successors(id) ?? [];
    if (parents.length > 0 && children.length > 0) continue;
    rest.removeNode(id);
    queue.push(...parents, ...children);
  }
}

/** The smallest id of a cycle that leads to `start`; every node of `rest` has a parent. */
function onCycle(rest: Digraph, start: string): string {
  const steps = new Map<string, number>();
  let at = start;
  while (!steps.has(at)) {
    steps.set(at, steps.size);
    at = smallest(rest.predecessors(at)!);
  }
  return smallest([...steps.keys()].slice(steps.get(at)!));
}

/** A shortest cycle through `start`, from parent to child; `start` is on a cycle. */
function shortestCycle(rest: Digraph, start: string): string[] {
  const cameFrom = new Map<string, string>();
  let layer = [start];
  while (!cameFrom.has(start)) {
    const beyond: string[] = [];
    for (const id of layer) {
      for (const child of rest.successors(id)!.sort()) {
        if (cameFrom.has(child)) continue;
        cameFrom.set(child, id);
        beyond.push(child);
      }
    }
    layer = beyond;
  }
  const cycle: string[] = [];
  for (let at = cameFrom.get(start)!; at !== start; at = cameFrom.get(at)!) cycle.push(at);
  return [start, ...cycle.reverse()];
}

/** The cycle turned so that it begins at its smallest id, which is repeated at its end. */
function closed(cycle: readonly string[]): readonly NodeId[] {
  const at = cycle.indexOf(smallest(cycle));
  return Object.freeze([...cycle.slice(at), ...cycle.slice(0, at + 1)] as NodeId[]);
}

function smallest(ids: readonly string[]): string {
  return ids.reduce((least, id) => (id < least ? id : least));
}
