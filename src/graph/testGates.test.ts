import type { NodeId } from '../core/node';
import { graphOf } from './graph';
import { idOf, nodesOf, randomEdges, randomOf } from './nodes.fixture';
import { testGates } from './testGates';

type Edges = Readonly<Record<string, readonly string[]>>;

const gatesOf = (edges: Edges, chosen: readonly string[] = Object.keys(edges)): Record<string, string[]> => {
  const nodes = nodesOf(edges);
  const gates = testGates(graphOf(nodes.values()), nodes, new Set(chosen.map(idOf)));
  return Object.fromEntries([...gates].map(([id, tests]) => [nodes.get(id)!.name, tests.map((test) => nodes.get(test)!.name)]));
};

// prettier-ignore
it.each<[string, Edges, readonly string[] | undefined, Record<string, string[]>]>([
  ['a test of one node holds its children', { a: [], b: ['a'], c: ['a'], d: ['b'], test_a: ['a'] }, undefined, { b: ['test_a'], c: ['test_a'] }],
  ['a test of two nodes holds only what descends from both', { a: [], b: [], c: ['a'], d: ['c', 'b'], e: ['d'], test_ab: ['a', 'b'] }, undefined, { d: ['test_ab'] }],
  // dbt's TestCircularRelationshipTestsBuild: a test between a node and its own parent must not hold the node.
  ['a test of a node and its parent holds what is below the lower one', { a: [], b: ['a'], c: ['b'], d: ['a'], test_ab: ['a', 'b'] }, undefined, { c: ['test_ab'] }],
  ['nothing below, nothing held', { a: [], b: [], test_ab: ['a', 'b'] }, undefined, {}],
  ['through nodes that were not chosen', { a: [], b: ['a'], c: ['b'], d: ['b'], test_a: ['a'] }, ['a', 'c', 'd', 'test_a'], { c: ['test_a'], d: ['test_a'] }],
  ['only the nearest', { a: [], b: ['a'], c: ['b', 'a'], test_a: ['a'] }, undefined, { b: ['test_a'] }],
  ['a test that was not chosen holds nothing', { a: [], b: ['a'], test_a: ['a'] }, ['a', 'b'], {}],
  ['a test of what was not chosen still holds', { a: [], b: ['a'], test_a: ['a'] }, ['b', 'test_a'], { b: ['test_a'] }],
  ['a test that reads nothing holds nothing', { a: [], b: ['a'], test_none: [] }, undefined, {}],
  ['of three', { a: [], b: [], c: [], d: ['a', 'b'], e: ['d', 'c'], f: ['e'], test_abc: ['a', 'b', 'c'] }, undefined, { e: ['test_abc'] }],
])('%s', (_, edges, chosen, expected) => {
  expect(gatesOf(edges, chosen)).toEqual(expected);
});

it('answers on random graphs what the rule says, and never more than is needed', () => {
  for (const seed of [1, 2, 3]) {
    const random = randomOf(seed + 10);
    const models = randomEdges(60, 2, seed);
    const tests = Object.fromEntries(
      Array.from({ length: 80 }, (_, index) => [
        `test_${index}`,
        Array.from({ length: 1 + Math.floor(random() * 3) }, () => `n${Math.floor(random() * 60)}`),
      ]),
    );
    const nodes = nodesOf({ ...models, ...tests });
    const chosen = new Set([...nodes.keys()].filter(() => random() < 0.7));
    const graph = graphOf(nodes.values());
    const gates = testGates(graph, nodes, chosen);
    for (const node of nodes.values()) {
      const above = graph.ancestors(node.id);
      const holds = (test: NodeId, ids: ReadonlySet<NodeId>): boolean =>
        chosen.has(test) && nodes.get(test)!.dependsOn.every((parent) => ids.has(parent));
      const held = [...nodes.values()].filter((test) => test.kind === 'test' && holds(test.id, above)).map((test) => test.id);
      const throughOthers = held.filter((test) => [...above].some((other) => chosen.has(other) && holds(test, graph.ancestors(other))));
      const expected = node.kind === 'test' || !chosen.has(node.id) ? [] : held.filter((test) => !throughOthers.includes(test));
      expect(gates.get(node.id) ?? []).toEqual(expected.sort());
    }
  }
});
