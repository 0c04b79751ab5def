import { resultOf, resultsOf, statusesOf } from './support/artifacts';
import { etlx } from './support/etlx';
import { project } from './support/project';
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
    expect(await server.values("select relname from pg_class where relname like 'etlx%' and relname not like 'etlx_state%'")).toEqual([]);
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

describe('the rows that are wrong', () => {
  const FILES = {
    'models/a.sql':
      "select n as id, repeat('x', n * 100) as word, {{ var('kind', 1) }} as kind from generate_series(1, {{ var('rows', 4) }}) as n\n",
    'models/a.yaml': `models:
  - name: a
    columns:
      - {name: id, data_tests: [unique, {accepted_range: {max_value: 3, config: {name: few, store_failures: true}}}]}
      - {name: kind, data_tests: [not_null, {accepted_values: {values: [1], config: {name: kinds, store_failures_as: view, schema: watched}}}]}
`,
    'models/b.sql': "select id from {{ ref('a') }}\n",
  };

  test('are in the results and on the console, and kept although nothing is published', async () => {
    const root = server.project('kept', FILES);
    await server.ran(root, 'build', 0, { rows: 3 });
    expect(await server.values('select count(*)::int from kept_dbt_test__audit.few')).toEqual([0]);
    expect(await server.values('select count(*)::int from watched.kinds')).toEqual([0]);

    const { stderr } = await server.ran(root, 'build', 1, { rows: 10 });
    expect(statusesOf(root)).toMatchObject({ 'model.a': 'error', 'model.b': 'skipped', 'test.few': 'fail', 'test.unique_a_id': 'pass' });
    const { failing_rows: rows } = resultOf(root, 'test.few');
    expect(rows).toHaveLength(5);
    expect(rows).toContainEqual({ id: 4, word: `${'x'.repeat(199)}…`, kind: 1 });
    expect(stderr).toContain('Got 7 results, configured to fail if != 0');
    expect(stderr).toContain(`|   4 | ${'x'.repeat(29)}… |    1 |`);
    expect(stderr).toContain('all of them are kept in kept_dbt_test__audit.few');
    expect(await server.values('select id from kept_dbt_test__audit.few order by 1')).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(await server.values('select id from kept.a order by 1')).toEqual([1, 2, 3]);
    expect(await server.values("select relname from pg_class where relname like 'etlx\\_a%'")).toEqual([]);

    await server.ran(root, 'build', 0, { rows: 2 });
    expect(await server.values('select id from kept_dbt_test__audit.few')).toEqual([]);
  });

  test('a view of them shows what is wrong now, and does not keep the table from being replaced', async () => {
    const root = server.project('viewed', { ...FILES, 'models/a.yaml': FILES['models/a.yaml'].replace('watched', 'viewed_watched') });
    await server.ran(root, 'run', 0, { kind: 2 });
    await server.ran(root, 'test --exclude few', 1);
    expect(await server.query('select * from viewed_watched.kinds')).toEqual([{ value_field: 2, n_records: '4' }]);
    await server.ran(root, 'build', 0, { rows: 2 });
    await server.ran(root, 'build', 0, { rows: 3 });
    expect(await server.query('select * from viewed_watched.kinds')).toEqual([]);
  });

  test('`publish: before_tests` puts the table in place first; its tests hold back what reads it', async () => {
    const root = server.project('early', { ...FILES, 'models/a.sql': `{{ config(publish='before_tests') }}\n${FILES['models/a.sql']}` });
    await server.ran(root, 'build', 1, { rows: 4 });
    expect(statusesOf(root)).toMatchObject({ 'model.a': 'success', 'test.few': 'fail', 'model.b': 'skipped' });
    expect(resultOf(root, 'model.b')).toMatchObject({ because: 'test.few' });
    expect(await server.values('select count(*)::int from early.a')).toEqual([4]);
    expect(await server.values('select id from early_dbt_test__audit.few')).toEqual([4]);
  });
});

describe('tests of one table', () => {
  /** Conditions of every kind on `id`, which is 1 to 10, by name, with what becomes of them. */
  const TABLE: Readonly<Record<string, readonly [config: string, status: string, failures: number]>> = {
    passes: ['', 'pass', 0],
    fails: ['warn_if: "> 0"', 'fail', 2],
    fails_when_many: ['error_if: "> 5"', 'warn', 2],
    fails_when_two: ['{warn_if: "= 7", error_if: ">= 2"}', 'fail', 2],
    warns: ['severity: warn', 'warn', 2],
    warns_whatever_error_if: ['{severity: WARN, error_if: "> 1", warn_if: "> 1"}', 'warn', 2],
    warns_never: ['{severity: warn, warn_if: "> 2"}', 'pass', 2],
    is_limited: ['{limit: 1, error_if: "> 1"}', 'warn', 1],
    is_restricted: ['{where: "id < 10"}', 'fail', 1],
    sums: ['{fail_calc: "sum(id)", error_if: "= 19"}', 'fail', 19],
  };
  const config = (text: string): string => (text === '' || text.startsWith('{') ? text : `{${text}}`);
  const files = {
    'models/a.sql': 'select n as id from generate_series(1, 10) as n\n',
    'models/a.yaml': `models:\n  - name: a\n    data_tests:\n${Object.entries(TABLE)
      .map(
        ([name, [text]]) =>
          `      - expression_is_true: {name: ${name}, arguments: {expression: id < ${name === 'passes' ? 11 : 9}}, config: ${config(text) || '{}'}}\n`,
      )
      .join('')}`,
  };

  test.each(['build', 'test'])('are judged as in dbt, each by its own conditions, by `%s`', async (command) => {
    const root = server.project(`judged_${command}`, files);
    await server.ran(root, 'run');
    await server.ran(root, command, 1);
    const results = resultsOf(root).filter(({ unique_id }) => unique_id.startsWith('test.'));
    expect(Object.fromEntries(results.map(({ unique_id, status, failures }) => [unique_id.slice(5), [status, failures]]))).toEqual(
      Object.fromEntries(Object.entries(TABLE).map(([name, [, status, failures]]) => [name, [status, failures]])),
    );
  });

  test('`--warn-error` makes failures of warnings', async () => {
    const root = server.project('strict', files);
    await server.ran(root, 'run');
    await server.ran(root, 'test --warn-error --select warns warns_never', 1);
    expect(statusesOf(root)).toEqual({ 'test.warns': 'fail', 'test.warns_never': 'pass' });
    expect(resultOf(root, 'test.warns').message).toBe('Got 2 results, configured to fail if != 0');
  });

  test('are asked in one scan, save those that cannot', async () => {
    const root = server.project('scanned', files);
    const { stdout } = await server.etlx(root, ['build', '--dry-run']);
    const scans = stdout.split('\n').filter((line) => line.startsWith('from "scanned"."etlx_a_'));
    expect(scans).toHaveLength(2);
    expect(stdout).toContain(
      `-- audits in one scan: ${Object.keys(TABLE)
        .filter((name) => name !== 'sums')
        .sort()
        .map((name) => `test.${name}`)
        .join(', ')}`,
    );
  });

  test('one that cannot be asked does not harm the others', async () => {
    const root = server.project('broken', {
      'models/a.sql': 'select 0 as id\n',
      'models/a.yaml': `models:
  - name: a
    data_tests:
      - expression_is_true: {name: a_good, arguments: {expression: id = 0}}
      - expression_is_true: {name: b_bad, arguments: {expression: id = 1}}
      - expression_is_true: {name: c_broken, arguments: {expression: 1 / id > 0}}
      - expression_is_true: {name: d_never, arguments: {expression: id = 0}}
`,
    });
    const { stderr } = await server.ran(root, 'build', 1);
    expect(statusesOf(root)).toEqual({
      'model.a': 'error',
      'test.a_good': 'pass',
      'test.b_bad': 'fail',
      'test.c_broken': 'error',
      'test.d_never': 'skipped',
    });
    expect(stderr).toContain('division by zero');
    await server.ran(root, 'run');
    await server.ran(root, 'test', 1);
    expect(statusesOf(root)).toEqual({ 'test.a_good': 'pass', 'test.b_bad': 'fail', 'test.c_broken': 'error', 'test.d_never': 'pass' });
  });
});

test('on DuckDB the rows that are wrong are kept as well, and a scan that fails is told of the test that broke it', async () => {
  const root = project({
    'project.yaml': 'name: demo\ntargets: {dev: {type: duckdb, path: dev.duckdb}}\nretries: {max: 0}\n',
    'models/a.sql': "select unnest([1, 2, 3]) as id, {{ var('word', \"'1'\") }} as word\n",
    'models/a.yaml': `models:
  - name: a
    columns: [{name: id, data_tests: [not_null, {accepted_range: {max_value: 2, config: {name: few, store_failures: true}}}]}]
    data_tests:
      - expression_is_true: {name: casts, arguments: {expression: cast(word as integer) > 0}}
`,
  });
  expect(await etlx(root, ['build'])).toMatchObject({ code: 1 });
  expect(statusesOf(root)).toEqual({ 'model.a': 'error', 'test.casts': 'pass', 'test.few': 'fail', 'test.not_null_a_id': 'pass' });
  const kept = await etlx(root, ['show', '--inline', 'select id from demo_dbt_test__audit.few', '--output', 'json']);
  expect(JSON.parse(kept.stdout)).toMatchObject({ show: [{ id: 3 }] });

  expect(await etlx(root, ['build', '--vars', '{word: "\'x\'"}'])).toMatchObject({ code: 1 });
  expect(statusesOf(root)).toEqual({ 'model.a': 'error', 'test.casts': 'error', 'test.few': 'skipped', 'test.not_null_a_id': 'skipped' });
  expect(resultOf(root, 'test.casts').diagnostics![0]!.message).toContain("Could not convert string 'x'");
});
