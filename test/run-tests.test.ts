import { resultOf, resultsOf, statusesOf } from './support/artifacts';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** A model with one column `id` that has the data tests `tests`. */
const tested = (model: string, tests: string): string => `models:\n  - name: ${model}\n    columns: [{name: id, data_tests: [${tests}]}]\n`;

describe('tests decide what is published', () => {
  let root: string;
  beforeAll(async () => {
    root = server.project('audits', {
      'models/a.sql': "select {{ var('a', 1) }} as id union all select 5\n",
      'models/a.yaml': tested('a', 'unique, {accepted_values: {values: [1, 5], config: {severity: warn}}}'),
      'models/b.sql': "select {{ var('b', 1) }} as id\n",
      'models/of_a.sql': "select id from {{ ref('a') }}\n",
      'models/of_b.sql': "select id from {{ ref('b') }}\n",
      'models/of_both.sql': "{{ config(materialized='view') }}\nselect a.id from {{ ref('of_a') }} as a, {{ ref('b') }} as b\n",
      'models/below.sql': "select id from {{ ref('of_both') }}\n",
      'tests/same.sql': "select id from {{ ref('a') }} where id <> 5 and id not in (select id from {{ ref('b') }})\n",
    });
    await server.ran(root, 'build');
  });

  test('one that fails leaves the old table with its old rows, and skips what is below', async () => {
    const { stderr } = await server.ran(root, 'build', 1, { a: 5, b: 7 });
    expect(statusesOf(root)).toEqual({
      'model.a': 'error',
      'model.b': 'success',
      'model.below': 'skipped',
      'model.of_a': 'skipped',
      'model.of_b': 'success',
      'model.of_both': 'skipped',
      'test.accepted_values_a_id__1__5': 'pass',
      'test.same': 'skipped',
      'test.unique_a_id': 'fail',
    });
    expect(resultOf(root, 'test.unique_a_id')).toMatchObject({ failures: 1, message: 'Got 1 result, configured to fail if != 0' });
    expect(stderr).toContain('`a` was built but not published: `unique_a_id` failed on it');
    expect(await server.values('select id from audits.a order by 1')).toEqual([1, 5]);
    expect(await server.values('select id from audits.of_b')).toEqual([7]);
    expect(await server.values("select relname from pg_class where relname like 'etlx%'")).toEqual([]);
  });

  test('one of severity warn passes with a warning', async () => {
    const { stderr } = await server.ran(root, 'build', 0, { a: 2, b: 2 });
    expect(stderr).toContain('Done. PASS=8 WARN=1 ERROR=0 SKIP=0 TOTAL=9');
    expect(resultOf(root, 'test.accepted_values_a_id__1__5')).toMatchObject({ status: 'warn', failures: 1 });
    expect(await server.values('select id from audits.a order by 1')).toEqual([2, 5]);
  });

  test('one that reads two models holds back only what is below both', async () => {
    await server.ran(root, 'build', 1, { a: 1, b: 3 });
    expect(statusesOf(root)).toMatchObject({
      'model.a': 'success',
      'model.b': 'success',
      'model.of_a': 'success',
      'model.of_b': 'success',
      'test.same': 'fail',
      'model.of_both': 'skipped',
      'model.below': 'skipped',
    });
    expect(resultOf(root, 'model.below')).toMatchObject({ because: 'test.same' });
  });

  test('`run` asks none, `test` asks all of what stands and changes nothing', async () => {
    await server.ran(root, 'run', 0, { a: 5, b: 1 });
    expect(resultsOf(root).map(({ unique_id }) => unique_id.split('.')[0])).toEqual(Array<string>(6).fill('model'));
    expect(await server.values('select id from audits.a')).toEqual([5, 5]);
    const { stderr } = await server.ran(root, 'test', 1);
    expect(statusesOf(root)).toEqual({ 'test.accepted_values_a_id__1__5': 'pass', 'test.same': 'pass', 'test.unique_a_id': 'fail' });
    expect(stderr).toContain('Failure in test unique_a_id (models/a.yaml:3)');
    expect(await server.values('select id from audits.a')).toEqual([5, 5]);
  });
});

describe('what a test may be told', () => {
  test('where, limit, conditions, and a test that cannot run', async () => {
    const root = server.project('conditions', {
      'models/a.sql': 'select n as id, n % 3 as kind from generate_series(1, 30) as n\n',
      'models/a.yaml': `models:
  - name: a
    data_tests:
      - expression_is_true: {name: limited, arguments: {expression: id < 11}, config: {limit: 5}}
      - expression_is_true: {name: few, arguments: {expression: id < 29}, config: {warn_if: '> 1', error_if: '> 10'}}
      - expression_is_true: {name: none_of_kind, arguments: {expression: id % 3 = 1}, config: {where: kind = 1}}
      - expression_is_true: {name: wrong, arguments: {expression: idd = 1}}
`,
    });
    await server.ran(root, 'run');
    const { stderr } = await server.ran(root, 'test', 1);
    expect(statusesOf(root)).toEqual({ 'test.few': 'warn', 'test.limited': 'fail', 'test.none_of_kind': 'pass', 'test.wrong': 'error' });
    expect(resultOf(root, 'test.limited')).toMatchObject({ failures: 5 });
    expect(stderr).toContain('column "idd" does not exist');
  });
});
