import type { Node, NodeId } from '../core/node';
import type { Graph } from './graph';

/** A bit per test: as many tests are answered in one pass over the graph as a number has bits. */
const TESTS_PER_PASS = 32;

/**
 * Which tests each node waits for in a build: node → tests, both among `chosen`, nodes that wait for none left out.
 *
 * dbt's rule: a node waits for a test when everything that the test reads is above the node (strictly); so a test never closes a cycle, and
 * a node that reads only one of a test's two tables does not wait for it. Only the nearest such nodes are answered: what lies below them
 * waits through them, provided that a step waits for its chosen ancestors also where nodes between them were not chosen. A test that reads
 * nothing gates nothing.
 *
 * 32 tests are propagated at a time down the topological order, as bits, so that the work is edges × tests / 32 operations on integers.
 */
export function testGates(
  graph: Graph,
  nodes: ReadonlyMap<NodeId, Node>,
  chosen: ReadonlySet<NodeId>,
): ReadonlyMap<NodeId, readonly NodeId[]> {
  const line = lineOf(graph, nodes, chosen);
  const tests = [...chosen]
    .map((id) => ({ id, parents: [...new Set(nodes.get(id)?.dependsOn)].map((parent) => line.at.get(parent) ?? -1) }))
    .filter((test) => nodes.get(test.id)?.kind === 'test' && test.parents.length > 0 && !test.parents.includes(-1))
    // Tests with as many parents, low in the graph, share a pass: it needs fewer planes, and begins further down.
    .sort((a, b) => a.parents.length - b.parents.length || Math.min(...a.parents) - Math.min(...b.parents) || (a.id < b.id ? -1 : 1));
  const gates = new Map<NodeId, NodeId[]>();
  for (let first = 0; first < tests.length; first += TESTS_PER_PASS) addGates(tests.slice(first, first + TESTS_PER_PASS), line, gates);
  for (const waits of gates.values()) waits.sort();
  return gates;
}

/** The nodes that are no tests, in topological order, by position. */
interface Line {
  readonly ids: readonly NodeId[];
  readonly at: ReadonlyMap<NodeId, number>;
  /** The parents of `n` stand at `from[n]` up to `from[n + 1]`: flat, since every pass reads them all. */
  readonly parents: Int32Array;
  readonly from: Int32Array;
  readonly chosen: readonly boolean[];
}

interface Gate {
  readonly id: NodeId;
  readonly parents: readonly number[];
}

function lineOf(graph: Graph, nodes: ReadonlyMap<NodeId, Node>, chosen: ReadonlySet<NodeId>): Line {
  const ids = graph.order().filter((id) => nodes.get(id)?.kind !== 'test');
  const at = new Map(ids.map((id, index) => [id, index]));
  const parents: number[] = [];
  const from = new Int32Array(ids.length + 1);
  ids.forEach((id, n) => {
    for (const parent of graph.parents(id)) if (at.has(parent)) parents.push(at.get(parent)!);
    from[n + 1] = parents.length;
  });
  return { ids, at, parents: Int32Array.from(parents), from, chosen: ids.map((id) => chosen.has(id)) };
}

/** Adds to `gates` what waits for `tests`, at most as many as fit into the bits of a number. */
function addGates(tests: readonly Gate[], line: Line, gates: Map<NodeId, NodeId[]>): void {
  const { parents, from } = line;
  const size = line.ids.length;
  // planes[k][n]: the tests whose parent number k is `n` or above it; a test with fewer parents repeats its last one.
  const planes = Array.from({ length: Math.max(...tests.map((test) => test.parents.length)) }, () => new Int32Array(size));
  tests.forEach((test, bit) => planes.forEach((plane, k) => (plane[test.parents[Math.min(k, test.parents.length - 1)]!]! |= 1 << bit)));
  // held[n]: the tests that `n` or a node above it waits for.
  const held = new Int32Array(size);

  for (let n = Math.min(...tests.map((test) => Math.min(...test.parents))); n < size; n += 1) {
    const [begin, end] = [from[n]!, from[n + 1]!];
    let above = -1;
    for (const plane of planes) {
      let bits = 0;
      for (let edge = begin; edge < end; edge += 1) bits |= plane[parents[edge]!]!;
      plane[n]! |= bits;
      above &= bits;
    }
    if (above === 0) continue;
    let heldAbove = 0;
    for (let edge = begin; edge < end; edge += 1) heldAbove |= held[parents[edge]!]!;
    const fresh = line.chosen[n] ? above & ~heldAbove : 0;
    held[n] = heldAbove | fresh;
    if (fresh !== 0)
      note(
        line.ids[n]!,
        tests.filter((_, bit) => (fresh & (1 << bit)) !== 0),
        gates,
      );
  }
}

function note(id: NodeId, tests: readonly Gate[], gates: Map<NodeId, NodeId[]>): void {
  const waits = gates.get(id) ?? [];
  for (const test of tests) waits.push(test.id);
  gates.set(id, waits);
}
