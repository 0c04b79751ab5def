import { CANDIDATE, type Node, type NodeId } from '../core/node';
import type { Plan } from '../core/plan';
import { postgresDialect } from '../adapters/dialects';
import { graphOf } from '../graph/graph';
import { loaded, manifest, model, source, test as dataTest } from './nodes.fixture';
import { planOf, type PlanMode } from './plan';

const build: PlanMode = { load: true, seeds: true, snapshots: true, models: true, tests: true, audits: true };
const run: PlanMode = { load: false, seeds: false, snapshots: false, models: true, tests: false, audits: false };
const testing: PlanMode = { load: false, seeds: false, snapshots: false, models: false, tests: true, audits: false };

function plan(nodes: readonly Node[], mode: PlanMode, chosen: readonly NodeId[] = nodes.map((node) => node.id)): Plan {
  return planOf({
    manifest: manifest(nodes),
    graph: graphOf(nodes),
    chosen: new Set(chosen),
    catalog: new Map(),
    dialect: postgresDialect,
    mode,
  });
}

const waits = ({ steps }: Plan): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(steps.map((step) => [step.id, step.after]));
const auditsOf = ({ steps }: Plan, id: string): readonly string[] =>
  steps.flatMap((step) => (step.id === id && (step.kind === 'model' || step.kind === 'load') ? step.audits.map((check) => check.id) : []));

const chain = [...loaded('users'), model('a', ['source.api.users']), model('b', ['model.a']), model('c', ['model.b'])];

describe('which steps', () => {
  const nodes = [...chain, dataTest('t', ['model.a'])];

  test.each([
    ['build', build, ['extract.api.users', 'dataset.api.users', 'source.api.users', 'model.a', 'model.b', 'model.c']],
    ['run', run, ['model.a', 'model.b', 'model.c']],
    ['load', { ...build, models: false, tests: false, audits: false }, ['extract.api.users', 'dataset.api.users', 'source.api.users']],
    ['test', testing, ['test.t']],
  ])('%s', (_name, mode, expected) => {
    expect(plan(nodes, mode).steps.map((step) => step.id)).toEqual(expected);
  });

  test('a table that somebody else fills is no step', () => {
    expect(plan([source('ext', { loaded: false }), model('a', ['source.api.ext'])], build).steps.map((step) => step.id)).toEqual([
      'model.a',
    ]);
  });

  test('schemas are made for what is written, once each, and only if they are missing', () => {
    const nodes = [model('a'), model('b', [], { relation: { schema: 'two "x"', name: 'b' } }), model('c')];
    const [first, second, ...others] = plan(nodes, run).prepare.map((each) => each.sql);
    expect(first).toContain('create schema "shop"');
    expect(second).toContain(`to_regnamespace('"two ""x"""') is null then create schema "two ""x"""`);
    expect(others).toEqual([]);
    expect(plan([...nodes, dataTest('t', ['model.a'])], testing).prepare).toEqual([]);
  });
});

describe('what waits for what', () => {
  test('a step waits for its nearest chosen ancestors, also through nodes that are not chosen', () => {
    expect(waits(plan(chain, run, ['model.a', 'model.c']))).toEqual({ 'model.a': [], 'model.c': ['model.a'] });
    expect(waits(plan(chain, build, ['dataset.api.users', 'model.c']))).toEqual({
      'dataset.api.users': [],
      'model.c': ['dataset.api.users'],
    });
  });

  test('paths that meet again are waited for once', () => {
    const nodes = [model('a'), model('l', ['model.a']), model('r', ['model.a']), model('end', ['model.l', 'model.r'])];
    expect(waits(plan(nodes, run, ['model.a', 'model.end']))).toEqual({ 'model.a': [], 'model.end': ['model.a'] });
    expect(waits(plan(nodes, run, ['model.a', 'model.l', 'model.end']))['model.end']).toEqual(['model.l']);
  });

  test('a test of two tables holds back what reads both, and steps come after what they wait for', () => {
    const nodes = [
      model('a'),
      model('z'),
      model('b', ['model.a', 'model.z']),
      model('only_a', ['model.a']),
      dataTest('t', ['model.a', 'model.z']),
    ];
    const built = plan(nodes, build);
    expect(waits(built)).toEqual({
      'model.a': [],
      'model.z': [],
      'test.t': ['model.a', 'model.z'],
      'model.b': ['model.a', 'model.z', 'test.t'],
      'model.only_a': ['model.a'],
    });
    const order = built.steps.map((step) => step.id);
    for (const step of built.steps) for (const before of step.after) expect(order.indexOf(before)).toBeLessThan(order.indexOf(step.id));
  });

  test('in `test` nothing waits', () => {
    const nodes = [model('a'), model('b', ['model.a']), dataTest('ta', ['model.a']), dataTest('tb', ['model.b'])];
    expect(waits(plan(nodes, testing))).toEqual({ 'test.ta': [], 'test.tb': [] });
  });
});

describe('audits', () => {
  const nodes = [...chain, dataTest('ta', ['model.a']), dataTest('ts', ['source.api.users']), dataTest('both', ['model.a', 'model.b'])];

  test('a test whose only parent is built here is asked of the candidate', () => {
    const built = plan(nodes, build);
    expect(auditsOf(built, 'model.a')).toEqual(['test.ta']);
    expect(auditsOf(built, 'source.api.users')).toEqual(['test.ts']);
    expect(built.steps.filter((step) => step.kind === 'test').map((step) => step.id)).toEqual(['test.both']);
  });

  test('a test whose parent is not built here is asked of the published table, and still holds back what reads it', () => {
    const built = plan(nodes, build, ['model.b', 'test.ta']);
    expect(waits(built)).toEqual({ 'model.b': ['test.ta'], 'test.ta': [] });
    expect(auditsOf(built, 'model.b')).toEqual([]);
  });

  test('their lines move with the length of the name', () => {
    const sql = 'select * from "shop"."a" x join "shop"."a" y on bad';
    const lines = {
      file: 'tests/t.sql',
      marks: [
        [0, 0],
        [14, 100],
        [24, 120],
        [32, 140],
        [42, 150],
      ],
    } as const;
    const [step] = plan(
      [model('a'), dataTest('t', ['model.a'], { sql, auditSql: sql.replaceAll('"shop"."a"', CANDIDATE), lines })],
      build,
    ).steps;
    const check = step?.kind === 'model' ? step.audits[0]! : undefined;
    const compiled = check!.statement.sql.slice(check!.statement.bodyAt);
    expect(check!.lines!.marks.map(([at]) => compiled.slice(at, at + 6))).toEqual(['select', '"shop"', ' x joi', '"shop"', ' y on ']);
    expect(check!.lines!.marks.map(([, at]) => at)).toEqual([0, 100, 120, 140, 150]);
  });
});

test('bodies begin where the statement says, whatever stands around them', () => {
  const { steps } = plan(
    [model('a', [], { sql: 'select 1 as id;  -- done', contract: true }), dataTest('t', ['model.a'], { auditSql: undefined })],
    build,
  );
  const statements = steps.flatMap((step) =>
    step.kind === 'model' ? [...step.build, step.describe!] : step.kind === 'test' ? [step.check.statement] : [],
  );
  const bodies = statements.filter((each) => each.bodyAt !== undefined);
  expect(bodies.map(({ sql, bodyAt }) => sql.slice(bodyAt, bodyAt! + 6))).toEqual(['select', 'select', 'select']);
  expect(bodies.every(({ sql }) => !sql.includes('done') && !/;\s*\)/.test(sql))).toBe(true);
});

test('10,000 models in a wide and deep graph are planned in seconds at most', () => {
  const nodes = Array.from({ length: 10_000 }, (_, n) =>
    model(
      `m${n}`,
      [n - 1, n - 10, n - 100].flatMap((p): NodeId[] => (p >= 0 ? [`model.m${p}`] : [])),
    ),
  );
  const graph = graphOf(nodes);
  graph.order();
  const half = new Set(nodes.filter((_, n) => n % 2 === 0).map((node) => node.id));
  const planned = planOf({
    manifest: manifest(nodes),
    graph,
    chosen: half,
    catalog: new Map(),
    dialect: postgresDialect,
    mode: run,
  });
  expect(planned.steps).toHaveLength(5_000);
  expect(Math.max(...planned.steps.map((step) => step.after.length))).toBeLessThan(10);
});
