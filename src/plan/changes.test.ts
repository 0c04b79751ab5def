import type { Node, NodeId } from '../core/node';
import type { Catalog } from '../core/ports';
import { relationKey } from '../core/relation';
import { graphOf } from '../graph/graph';
import { verdictsOf, type PastBuild, type Verdict } from './changes';
import { facetsOf, fingerprintsOf } from './fingerprints';
import { loaded, model, source, test as dataTest } from './nodes.fixture';

/** The state of a database in which all of `nodes` were built, in version 1. */
function pastOf(nodes: readonly Node[]): ReadonlyMap<NodeId, PastBuild> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const past = new Map<NodeId, PastBuild>();
  for (const [id, { hash, reads }] of fingerprintsOf(byId, graphOf(nodes).order())) {
    const node = byId.get(id)!;
    if (node.kind === 'extract' || node.kind === 'dataset' || (node.kind === 'source' && !node.loaded)) continue;
    past.set(id, {
      fingerprint: hash,
      version: '1',
      reads: reads.map((read) => `${read}=1`).join(' '),
      facets: facetsOf(node as never, byId),
      run: 'run-1',
      builtAt: '2026-01-01T00:00:00Z',
    });
  }
  return past;
}

const standing = (nodes: readonly Node[]): Catalog =>
  new Map(
    nodes.flatMap((node) =>
      'relation' in node
        ? [[relationKey(node.relation), { relation: node.relation, kind: 'table' as const, hasDependents: false }] as const]
        : [],
    ),
  );

interface Changed {
  readonly before: readonly Node[];
  readonly now?: readonly Node[];
  readonly taken?: readonly NodeId[];
  readonly past?: ReadonlyMap<NodeId, PastBuild>;
}

/** The verdicts when `before` was built and `now` is asked for, as `id: reason`. */
function verdicts({ before, now = before, taken, past = pastOf(before) }: Changed): Readonly<Record<string, string>> {
  const nodes = new Map(now.map((node) => [node.id, node]));
  const order = graphOf(now).order();
  const found = verdictsOf({
    nodes,
    moved: (id) => nodes.get(id)!.kind === 'source',
    taken: order.filter((id) => taken?.includes(id) ?? nodes.get(id)!.kind === 'model'),
    fingerprints: fingerprintsOf(nodes, order),
    past,
    catalog: standing(before),
  });
  const words = (verdict: Verdict): string =>
    verdict.kind === 'changed' ? verdict.because : verdict.kind === 'open' ? `open on ${verdict.on.join(', ')}` : 'unchanged';
  return Object.fromEntries([...found].map(([id, verdict]) => [id.slice(id.indexOf('.') + 1), words(verdict)]));
}

const chain = [model('a'), model('b', ['model.a']), model('c', ['model.b'])];

test('an unchanged project builds nothing', () => {
  expect(verdicts({ before: chain })).toEqual({ a: 'unchanged', b: 'unchanged', c: 'unchanged' });
});

test('comments and blanks change nothing', () => {
  const now = [model('a', [], { sql: 'select  1 -- one\n as id;' }), ...chain.slice(1)];
  expect(verdicts({ before: chain, now })).toEqual({ a: 'unchanged', b: 'unchanged', c: 'unchanged' });
});

test('what reads an edited model waits for what it turns out to hold', () => {
  const now = [chain[0]!, model('b', ['model.a'], { sql: 'select 2 as id', raw: 'select 2 as id' }), chain[2]!];
  expect(verdicts({ before: chain, now })).toEqual({ a: 'unchanged', b: 'its SQL changed', c: 'open on model.b' });
});

test.each<[string, Partial<Parameters<typeof model>[2]>, string]>([
  ['a macro', { sql: 'select 2 as id' }, 'a macro or a variable in it changed'],
  ['config', { config: { indexes: [{ columns: ['id'] }] } }, 'its config changed'],
  ['a key', { primaryKey: ['id'] }, 'its columns or keys changed'],
  ['another schema', { relation: { schema: 'other', name: 'a' } }, 'its relation is not there any more'],
  ['tags and owners', { tags: ['x'], config: { tags: ['x'], meta: { owner: 'ada' } } }, 'unchanged'],
])('%s', (_name, more, reason) => {
  expect(verdicts({ before: chain, now: [model('a', [], more), ...chain.slice(1)] })['a']).toBe(reason);
});

test('a new model, and one whose table somebody dropped', () => {
  expect(verdicts({ before: [], now: chain })).toMatchObject({ a: 'it was never built here' });
  expect(verdicts({ before: [], now: chain, past: pastOf(chain) })).toMatchObject({ a: 'its relation is not there any more' });
});

describe('views have no data of their own', () => {
  const through = [model('a'), model('v', ['model.a'], { materialized: 'view' }), model('c', ['model.v'])];

  test('new data below a view reach what reads the view, not the view', () => {
    const past = new Map(pastOf(through)).set('model.a', { ...pastOf(through).get('model.a')!, version: '2' });
    expect(verdicts({ before: through, past })).toEqual({ a: 'unchanged', v: 'unchanged', c: 'new data in `a`' });
  });

  test('an edited view is new to what reads it', () => {
    const now = [through[0]!, model('v', ['model.a'], { materialized: 'view', sql: 'select 2', raw: 'select 2' }), through[2]!];
    expect(verdicts({ before: through, now })).toEqual({ a: 'unchanged', v: 'its SQL changed', c: 'a view that it reads changed' });
  });
});

describe('what cannot be known beforehand', () => {
  test('a load of the same run', () => {
    const nodes = [...loaded('users'), model('a', ['source.api.users'])];
    expect(verdicts({ before: nodes, taken: ['source.api.users', 'model.a'] })).toEqual({ a: 'open on source.api.users' });
    expect(verdicts({ before: nodes, taken: ['model.a'] })).toEqual({ a: 'unchanged' });
  });

  test('a table that others fill', () => {
    const nodes = [source('ext', { loaded: false }), model('a', ['source.api.ext'])];
    expect(verdicts({ before: nodes })).toEqual({ a: 'nothing tells whether `api.ext` changed' });
  });

  test('the clock', () => {
    const nodes = [model('a', [], { sql: 'select now() as at' })];
    expect(verdicts({ before: nodes })).toEqual({ a: '`now` gives something else each time' });
  });
});

test('a test is asked again when it or what it reads changed', () => {
  const nodes = [...chain, dataTest('t', ['model.a']), dataTest('u', ['model.b'])];
  const now = [...chain, dataTest('t', ['model.a'], { warnIf: '> 3' }), dataTest('u', ['model.b']), dataTest('w', ['model.b'])];
  const found = verdicts({ before: nodes, now, taken: ['test.t', 'test.u', 'test.w'] });
  expect(found).toEqual({ t: 'its config changed', u: 'unchanged', w: 'it has not passed here yet' });
});
