import type { ModelNode, Node, NodeId, TestNode } from '../core/node';

/** Nodes for the tests of this folder: names → names of what they read. A name that begins with `test_` is a test, all others are models. */
export function nodesOf(edges: Readonly<Record<string, readonly string[]>>): ReadonlyMap<NodeId, Node> {
  return new Map(
    Object.entries(edges).map(([name, parents]) => [
      idOf(name),
      name.startsWith('test_') ? testNode(name, parents.map(idOf)) : modelNode(name, parents.map(idOf)),
    ]),
  );
}

export function idOf(name: string): NodeId {
  return name.startsWith('test_') ? `test.${name}` : `model.${name}`;
}

/** What models and tests that are only a name have in common. */
export const base = (name: string, dependsOn: readonly NodeId[]) => ({
  name,
  package: 'shop',
  fqn: ['shop', name],
  path: `models/${name}.sql`,
  at: { file: `models/${name}.sql`, line: 1, column: 1 },
  description: '',
  tags: [],
  meta: {},
  config: {},
  dependsOn,
});

export function modelNode(name: string, dependsOn: readonly NodeId[], more: Partial<ModelNode> = {}): ModelNode {
  return {
    ...base(name, dependsOn),
    id: `model.${name}`,
    kind: 'model',
    relation: { schema: 'shop', name },
    materialized: 'table',
    columns: [],
    primaryKey: [],
    contract: false,
    raw: 'select 1',
    sql: 'select 1',
    lines: { file: `models/${name}.sql`, marks: [[0, 0]] },
    ...more,
  };
}

export function testNode(name: string, dependsOn: readonly NodeId[], more: Partial<TestNode> = {}): TestNode {
  return {
    ...base(name, dependsOn),
    id: `test.${name}`,
    kind: 'test',
    testType: 'singular',
    sql: 'select 1',
    severity: 'error',
    warnIf: '!= 0',
    errorIf: '!= 0',
    failCalc: 'count(*)',
    ...more,
  };
}

/** A stream of numbers in [0, 1) that is the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** `count` nodes `n0`, `n1` …, each reading up to `most` of those before it. */
export function randomEdges(count: number, most: number, seed: number): Readonly<Record<string, readonly string[]>> {
  const random = randomOf(seed);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const parents = Array.from({ length: index === 0 ? 0 : Math.floor(random() * (most + 1)) }, () => `n${Math.floor(random() * index)}`);
      return [`n${index}`, [...new Set(parents)]];
    }),
  );
}

export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = randomOf(seed);
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map((each) => each.item);
}
