import { etlx } from './support/etlx';
import { resultOf } from './support/artifacts';
import { project, type Files } from './support/project';

/* The target is a server that nobody runs: a unit test needs none. */
const models = {
  'project.yaml': `name: shop
vars: {factor: 2}
default_target: nowhere
targets:
  nowhere: {type: postgres, host: 127.0.0.1, port: 1, user: nobody, password: x, database: none, schema: shop}
  duck: {type: duckdb, path: .etlx/duck.db, schema: shop}
`,
  'models/orders.sql': `select 1 as id, cast('ada' as varchar(20)) as customer, cast(12.50 as numeric(10,2)) as price`,
  'models/paid.sql': `{{ config(materialized='ephemeral') }}select * from {{ ref('orders') }} where price > 0`,
  'models/totals.sql': `with priced as (
  select customer, price * {{ var('factor') }} as price from {{ ref('paid') }}
)
select customer, sum(price) as total, current_date as day from priced group by customer`,
  'models/seen.sql': `{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
select id, {{ label() }} as label from {{ ref('orders') }}
{{#if (is_incremental)}}where id > (select max(id) from {{ self }}){{/if}}`,
  'macros/label.sql': `{{#macro label()}}customer{{/macro}}`,
} satisfies Files;

const given = `
    given:
      - input: ref('orders')
        rows:
          - {customer: ada, price: 1.25}
          - {customer: ada, price: 2.25}
          - {customer: bob, price: -1}`;

const totals = (body: string): string => `unit_tests:\n  - name: adds_up\n    model: totals${body}`;

/* All in one project, which is asked once on each engine: opening a database takes longer than a test. */
const unitTests = `unit_tests:
  - name: adds_up
    model: totals
    freeze: '2026-01-31T12:00:00Z'${given}
    expect:
      rows: [{total: 7.0, customer: ada, day: 2026-01-31}]
      ctes: {priced: {rows: [{price: 4.5, customer: ada}, {price: 2.50, customer: ada}]}}
  - name: differs
    model: totals${given}
    expect: {rows: [{customer: ada, total: 8}, {customer: carl, total: 1}]}
  - name: other_rows
    model: totals
    overrides: {vars: {factor: 10}}
    given:
      - {input: ref('paid'), format: sql, rows: "select 'eve' as customer, 2 as price"}
    expect: {format: csv, fixture: eve}
  - name: only_new
    model: seen
    overrides: {macros: {is_incremental: true, label: "'x'"}}
    given:
      - {input: ref('orders'), format: csv, rows: "id,customer\\n1,ada\\n2,bob\\n"}
      - {input: this, rows: [{id: 1}]}
    expect: {rows: [{id: 2, label: x}]}
  - name: no_number
    model: totals
    given: [{input: ref('orders'), rows: [{price: lots}]}]
    expect: {rows: []}
  - name: no_such_column
    model: totals
    expect: {rows: [{totl: 1}]}
`;

describe.each(['nowhere', 'duck'])('on the target %s', (target) => {
  let root: string;
  let told: string;
  beforeAll(async () => {
    root = project({ ...models, 'models/unit.yaml': unitTests, 'tests/fixtures/eve.csv': 'customer,total\neve,20\n' });
    const { code, stdout, stderr } = await etlx(root, ['test', '--target', target, '-s', 'test_type:unit']);
    expect(code).toBe(1);
    told = stdout + stderr;
  });

  test.each([
    ['a model and a common table expression of it, with nothing built and the clock standing still', 'totals.adds_up'],
    [
      'rows as CSV, as SQL and from fixtures; a table in the place of an ephemeral model; variables over those of the project',
      'totals.other_rows',
    ],
    ['a run that adds to what stands, and a macro with another answer', 'seen.only_new'],
  ])('%s', (_name, id) => {
    expect(resultOf(root, `unit_test.${id}`)).toMatchObject({ status: 'pass' });
    expect(told).toContain(`PASS unit test ${id}`);
  });

  test('what differs is shown cell by cell', () => {
    expect(told).toContain('ada      | 8 → 7');
    expect(told).toMatch(/--- +\| carl +\| +1 +\|/);
    expect(resultOf(root, 'unit_test.totals.differs')).toMatchObject({ status: 'fail', failures: 2 });
  });

  test('what does not fit is told at its place', () => {
    expect(told).toContain('the rows that are given cannot be put into a table');
    expect(told).toMatch(/models\/unit\.yaml:\d+:/);
    expect(told).toContain('the model gives no column `totl`');
    expect(told).toContain('did you mean `total`?');
  });
});

test('what is declared wrongly is told before anything runs', async () => {
  const root = project({
    ...models,
    'models/unit.yaml': `unit_tests:
  - name: a
    model: totls
    expect: {rows: []}
  - name: b
    model: totals
    freeze: soon
    given: [{input: ref('ordrs'), rows: []}, {input: orders, rows: []}]
    expect: {fixture: none, ctes: {prised: {rows: []}}}
`,
  });
  const { code, stderr } = await etlx(root, ['ls']);
  expect(code).toBe(2);
  for (const message of ['totals', '`freeze` must be', '`orders`?', "`ref('model')`", 'no fixture `none`', 'did you mean `priced`?'])
    expect(stderr).toContain(message);
});

test('in a build a unit test that fails holds its model back, and what is below', async () => {
  const root = project({
    ...models,
    'models/last.sql': `select * from {{ ref('totals') }}`,
    'models/unit.yaml': totals(`${given}\n    expect: {rows: [{total: 8}]}\n`),
  });
  const { code } = await etlx(root, ['build', '--target', 'duck']);
  expect(code).toBe(1);
  expect(resultOf(root, 'model.totals')).toMatchObject({ status: 'skipped' });
  expect(resultOf(root, 'model.last')).toMatchObject({ status: 'skipped' });
  expect(resultOf(root, 'model.orders')).toMatchObject({ status: 'success' });
});

test('hundreds of them take seconds', async () => {
  const many = Array.from(
    { length: 300 },
    (_, at) =>
      `  - name: t${at}\n    model: totals\n    given: [{input: ref('orders'), rows: [{customer: c, price: ${at + 1}}]}]\n    expect: {rows: [{customer: c, total: ${2 * (at + 1)}}]}\n`,
  );
  const root = project({ ...models, 'models/unit.yaml': `unit_tests:\n${many.join('')}` });
  const { code, stdout } = await etlx(root, ['test', '-s', 'test_type:unit', '--quiet']);
  expect(code).toBe(0);
  expect(stdout).toBe('');
  expect(resultOf(root, 'unit_test.totals.t299')).toMatchObject({ status: 'pass' });
});
