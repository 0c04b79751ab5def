import type { NodeId } from '../core/node';
import { graphOf, type Graph } from './graph';
import { nodesOf, randomEdges, shuffled } from './nodes.fixture';

const graph = (edges: Readonly<Record<string, readonly string[]>>, seed?: number): Graph => {
  const nodes = [...nodesOf(edges).values()];
  return graphOf(seed === undefined ? nodes : shuffled(nodes, seed));
};
const id = (name: string): NodeId => `model.${name}`;
const names = (ids: Iterable<NodeId>): string[] => [...ids].map((each) => each.slice('model.'.length)).sort();
const line = (ids: Iterable<NodeId>): string => [...ids].map((each) => each.slice('model.'.length)).join(' ');

// a → b → d → e, a → c → d, f alone
const diamond = { a: [], b: ['a'], c: ['a'], d: ['b', 'c'], e: ['d'], f: [] };

describe('order', () => {
  it('has parents before children, the smallest id first among those that could come next', () => {
    expect(line(graph({ z: [], y: ['z'], x: [], w: ['x', 'y'], a: ['w'] }).order())).toBe('x z y w a');
  });

  it('is the same whatever the order of the nodes and of their dependencies', () => {
    const edges = randomEdges(200, 5, 7);
    const turned = Object.fromEntries(Object.entries(edges).map(([name, parents]) => [name, parents.toReversed()]));
    const expected = graph(edges).order();
    expect(expected).toHaveLength(200);
    for (const seed of [1, 2, 3]) expect(graph(turned, seed).order()).toEqual(expected);
  });

  it('keeps the promise on random graphs', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const edges = randomEdges(300, 3, seed);
      const order = graph(edges, seed).order();
      const at = new Map(order.map((each, index) => [each, index]));
      for (const [name, parents] of Object.entries(edges))
        for (const parent of parents) expect(at.get(id(parent))!).toBeLessThan(at.get(id(name))!);
      // Of what could come at each place, nothing smaller was passed over.
      const done = new Set<NodeId>();
      for (const next of order) {
        const ready = [...at.keys()].filter(
          (each) => !done.has(each) && edges[each.slice('model.'.length)]!.every((parent) => done.has(id(parent))),
        );
        expect(next).toBe(ready.sort()[0]);
        done.add(next);
      }
    }
  });

  it('leaves out what is on or below a cycle', () => {
    expect(line(graph({ a: [], b: ['a', 'c'], c: ['b'], d: ['c'], e: ['a'] }).order())).toBe('a e');
  });

  it('takes a chain of 20,000 nodes', () => {
    const edges = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`n${index}`, index === 0 ? [] : [`n${index - 1}`]]));
    const chain = graph(edges);
    expect(chain.order()).toHaveLength(20_000);
    expect(chain.ancestors(id('n19999')).size).toBe(19_999);
  });
});

describe('neighbours', () => {
  it('are listed once, in order of ids, without those that are not in the graph', () => {
    const one = graph({ a: [], b: [], c: ['b', 'a', 'b', 'gone'] });
    expect(line(one.parents(id('c')))).toBe('a b');
    expect(line(one.children(id('a')))).toBe('c');
    expect(one.parents(id('gone'))).toEqual([]);
    expect(one.has(id('gone'))).toBe(false);
    expect(one.has(id('a'))).toBe(true);
  });

  it.each([
    ['e', undefined, 'a b c d'],
    ['e', 0, ''],
    ['e', 1, 'd'],
    ['e', 2, 'b c d'],
    ['f', undefined, ''],
  ])('ancestors of %s within %s are %s', (of, depth, expected) => {
    expect(names(graph(diamond).ancestors(id(of), depth)).join(' ')).toBe(expected);
  });

  it.each([
    ['a', undefined, 'b c d e'],
    ['a', 1, 'b c'],
    ['a', 2, 'b c d'],
    ['e', 3, ''],
  ])('descendants of %s within %s are %s', (of, depth, expected) => {
    expect(names(graph(diamond).descendants(id(of), depth)).join(' ')).toBe(expected);
  });

  it('of several nodes hold one of them only when another leads to it', () => {
    expect(names(graph(diamond).descendants([id('a'), id('b')], 1))).toEqual(['b', 'c', 'd']);
    expect(names(graph(diamond).ancestors([id('d'), id('e')]))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('of several nodes are the union of those of each, at every depth', () => {
    const random = graph(randomEdges(60, 2, 3));
    const of = [id('n10'), id('n30'), id('n59')];
    for (const depth of [1, 2, 3, undefined]) {
      const union = new Set(of.flatMap((each) => [...random.ancestors(each, depth)]));
      expect(names(random.ancestors(of, depth))).toEqual(names(union));
    }
  });
});

describe('cycles', () => {
  // prettier-ignore
  it.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
    ['none', diamond, []],
    ['a node that reads itself', { a: ['a'], b: ['a'] }, ['a a']],
    ['from parent to child', { a: ['c'], b: ['a'], c: ['b'] }, ['a b c a']],
    ['two apart', { a: ['b'], b: ['a'], c: ['d'], d: ['c'], e: ['a', 'c'] }, ['a b a', 'c d c']],
    ['two that share a node', { a: ['b'], b: ['a', 'c'], c: ['b'] }, ['a b a', 'b c b']],
    ['the shortest way round', { a: ['d'], b: ['a'], c: ['b'], d: ['c', 'a'] }, ['a d a']],
    ['one wrong reference is one cycle, however many ways lead round it', { a: ['z'], b: ['a'], c: ['a'], d: ['b', 'c'], z: ['d', 'b'] }, ['a b z a']],
    ['what lies between two cycles is on none', { a: ['b'], b: ['a'], m: ['b'], n: ['m'], y: ['n', 'z'], z: ['y'] }, ['a b a', 'y z y']],
  ])('%s', (_, edges, expected) => {
    for (const seed of [undefined, 1, 2, 3]) expect(graph(edges, seed).cycles().map(line)).toEqual(expected);
  });

  it('repaired one by one leave an order of all nodes', () => {
    for (const seed of [1, 2, 3]) {
      const edges: Record<string, string[]> = Object.fromEntries(
        Object.entries(randomEdges(80, 2, seed)).map(([name, parents]) => [name, [...parents]]),
      );
      edges['n3']!.push('n70');
      edges['n10']!.push('n60', 'n79');
      for (const cycle of graph(edges).cycles()) {
        for (let step = 1; step < cycle.length; step += 1) {
          const [parent, child] = [cycle[step - 1]!.slice('model.'.length), cycle[step]!.slice('model.'.length)];
          expect(edges[child]).toContain(parent);
          edges[child] = edges[child]!.filter((each) => each !== parent);
        }
      }
      expect(graph(edges).order()).toHaveLength(80);
    }
  });

  it('of any length are found', () => {
    const ring = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`n${index}`, [`n${(index + 4_999) % 5_000}`]]));
    const cycles = graph(ring).cycles();
    expect(cycles).toHaveLength(1);
    expect(cycles[0]).toHaveLength(5_001);
  });
});
