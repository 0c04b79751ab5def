import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf, resultsOf, statusesOf } from './support/artifacts';
import type { Ran } from './support/etlx';
import { writeProject } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Runs `command` with `vars` and expects its exit code. */
async function ran(root: string, command: string, code = 0, vars: object = {}): Promise<Ran> {
  const outcome = await server.etlx(root, [...command.split(' '), '--vars', JSON.stringify(vars)]);
  expect(outcome).toMatchObject({ code });
  return outcome;
}

/** One column of a query's answer. */
async function values(sql: string): Promise<readonly unknown[]> {
  return (await server.query(sql)).map((row) => Object.values(row)[0]);
}

/** A model with one column `id` that has the data tests `tests`. */
const tested = (model: string, tests: string): string => `models:\n  - name: ${model}\n    columns: [{name: id, data_tests: [${tests}]}]\n`;

describe('a model that fails', () => {
  const B = `---
materialized: table
tags: [daily]
---
{{!-- What the model
      is for. --}}
with seen as (
  select {{ twice('id') }} as id
  from {{ ref('a') }}
)
{{#if eq(target.name, 'prod')}}
, more as (select id from seen)
{{else}}
, more as (select 2 as id)
{{/if}}
select id
from more
`;
  let root: string;
  beforeAll(async () => {
    root = server.project('fails', {
      'macros/m.sql': '{{#macro twice(column)}}\n(\n  {{ column }} * 2\n)\n{{/macro}}\n',
      'models/a.sql': 'select 1 as id\n',
      'models/b.sql': B,
      'models/c.sql': "select * from {{ ref('b') }}\n",
      'models/d.sql': "{{ config(materialized='view') }}\nselect * from {{ ref('c') }}\n",
      'models/sibling.sql': "select id from {{ ref('a') }}\n",
      'models/b.yaml': tested('b', 'unique'),
      'models/c.yaml': tested('c', 'not_null'),
    });
    await ran(root, 'build');
    await server.query('drop table fails.sibling');
  });

  test.each([
    ['a column that does not exist', 'select id\n', 'select id,\n  idd\n', 'models/b.sql:17:3', '  idd', 'column "idd" does not exist'],
    ['a syntax error in an arm of a block', 'select id from seen', 'selec id from seen', 'models/b.sql:12:12', ', more as (selec', 'syntax error at or near "selec"'],
    ['a mistake in what a macro is given', "twice('id')", "twice('di')", 'models/b.sql:8:14', "twice('di')", 'column "di" does not exist'],
    ['a second statement', 'from more', 'from more;\ndrop table x', 'models/b.sql:17:10', 'from more;', 'syntax error at or near ";"'],
  ])('%s is shown at its line in the source file', async (_what, right, wrong, at, line, message) => {
    writeProject(root, { 'models/b.sql': B.replace(right, wrong) });
    const { stderr } = await ran(root, 'build', 1);
    const text = stderr.replace(/^\d\d:\d\d:\d\d( {2})?/gm, '');
    expect(text).toContain('Error in model b (models/b.sql:1)\n');
    expect(text).toContain(`error[database.error]: ${message}`);
    expect(text).toContain(`--> ${at}\n`);
    const [number] = at.split(':').slice(1);
    const framed = text.split('\n').find((each) => new RegExp(`^ *${number} \\| `).test(each));
    expect(framed).toContain(line);
    expect(text).toContain('compiled code at target/compiled/demo/models/b.sql');
  });

  test('leaves its old table, skips what is below and nothing else, and says so in the results', async () => {
    writeProject(root, { 'models/b.sql': B.replace('select id\n', 'select 1 / (id - id) as id\n') });
    const { stderr } = await ran(root, 'build', 1);
    expect(stderr).toContain('Done. PASS=2 WARN=0 ERROR=1 SKIP=4 TOTAL=7');
    expect(statusesOf(root)).toEqual({
      'model.a': 'success',
      'model.b': 'error',
      'model.c': 'skipped',
      'model.d': 'skipped',
      'model.sibling': 'success',
      'test.not_null_c_id': 'skipped',
      'test.unique_b_id': 'skipped',
    });
    expect(resultOf(root, 'model.b')).toMatchObject({ message: 'division by zero', attempts: 1, compiled_path: 'target/compiled/demo/models/b.sql' });
    expect(resultOf(root, 'model.c')).toMatchObject({ because: 'model.b', attempts: 0 });
    expect(resultOf(root, 'model.d')).toMatchObject({ because: 'model.b', attempts: 0 });
    expect(readFileSync(join(root, 'target/compiled/demo/models/b.sql'), 'utf8')).toContain('select 1 / (id - id) as id\n');
    expect(await values('select id from fails.b')).toEqual([2]);
    expect(await values('select id from fails.sibling')).toEqual([1]);
    expect(await values('select id from fails.d')).toEqual([2]);
    expect(await values("select relname from pg_class where relname like 'etlx%'")).toEqual([]);
  });
});


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
    await ran(root, 'build');
  });

  test('one that fails leaves the old table with its old rows, and skips what is below', async () => {
    const { stderr } = await ran(root, 'build', 1, { a: 5, b: 7 });
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
    expect(await values('select id from audits.a order by 1')).toEqual([1, 5]);
    expect(await values('select id from audits.of_b')).toEqual([7]);
    expect(await values("select relname from pg_class where relname like 'etlx%'")).toEqual([]);
  });

  test('one of severity warn passes with a warning', async () => {
    const { stderr } = await ran(root, 'build', 0, { a: 2, b: 2 });
    expect(stderr).toContain('Done. PASS=8 WARN=1 ERROR=0 SKIP=0 TOTAL=9');
    expect(resultOf(root, 'test.accepted_values_a_id__1__5')).toMatchObject({ status: 'warn', failures: 1 });
    expect(await values('select id from audits.a order by 1')).toEqual([2, 5]);
  });

  test('one that reads two models holds back only what is below both', async () => {
    await ran(root, 'build', 1, { a: 1, b: 3 });
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
    await ran(root, 'run', 0, { a: 5, b: 1 });
    expect(resultsOf(root).map(({ unique_id }) => unique_id.split('.')[0])).toEqual(Array<string>(6).fill('model'));
    expect(await values('select id from audits.a')).toEqual([5, 5]);
    const { stderr } = await ran(root, 'test', 1);
    expect(statusesOf(root)).toEqual({ 'test.accepted_values_a_id__1__5': 'pass', 'test.same': 'pass', 'test.unique_a_id': 'fail' });
    expect(stderr).toContain('Failure in test unique_a_id (models/a.yaml:3)');
    expect(await values('select id from audits.a')).toEqual([5, 5]);
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
    await ran(root, 'run');
    const { stderr } = await ran(root, 'test', 1);
    expect(statusesOf(root)).toEqual({ 'test.few': 'warn', 'test.limited': 'fail', 'test.none_of_kind': 'pass', 'test.wrong': 'error' });
    expect(resultOf(root, 'test.limited')).toMatchObject({ failures: 5 });
    expect(stderr).toContain('column "idd" does not exist');
  });
});

describe('how a run is told to go', () => {
  let root: string;
  beforeAll(() => {
    root = server.project('threads', {
      'models/a.sql': 'select 1 as id\n',
      'models/bad.sql': 'select 1 / 0 as id\n',
      'models/c.sql': 'select 3 as id\n',
      'models/last.sql': "select id from {{ ref('a') }} union all select id from {{ ref('c') }}\n",
    });
  });
  const slots = (): readonly unknown[] => [...new Set(resultsOf(root).map((each) => (each as unknown as { thread_id: string | null }).thread_id))].sort();

  test('`--fail-fast` starts nothing after the first failure', async () => {
    const { stderr } = await ran(root, 'run --fail-fast --threads 1 --select bad c', 1);
    expect(statusesOf(root)).toEqual({ 'model.bad': 'error', 'model.c': 'skipped' });
    expect(resultOf(root, 'model.c')).toMatchObject({ message: 'skipped by --fail-fast' });
    expect(stderr).toContain('skipped by --fail-fast');
  });

  test('`--threads` says how many run at once', async () => {
    await ran(root, 'run --threads 1 --exclude bad');
    expect(slots()).toEqual(['Thread-1']);
    await ran(root, 'run --threads 2 --exclude bad');
    expect(slots()).toEqual(['Thread-1', 'Thread-2']);
    for (const [words, says] of [
      ['run --threads 0', '`--threads` takes a whole number from 1, found `0`'],
      ['run --threads many', '`--threads` takes a whole number from 1, found `many`'],
    ] as const)
      expect((await ran(root, words, 2)).stderr).toContain(says);
  });

  test('a selection without its parents reads what stands', async () => {
    await ran(root, 'run --select last');
    expect(statusesOf(root)).toEqual({ 'model.last': 'success' });
    expect(await values('select id from threads.last order by 1')).toEqual([1, 3]);
  });
});

describe('a contract', () => {
  const YAML = `models:
  - name: a
    config: {contract: {enforced: true}}
    constraints: [{type: primary_key, columns: [id]}]
    columns:
      - {name: id, data_type: INT}
      - {name: name, data_type: VARCHAR(3), constraints: [{type: not_null}]}
      - {name: price, data_type: 'DECIMAL(5,2)'}
`;
  const GOOD = "select 1.5 as price, 1 as id, 'abc' as name\n";
  let root: string;
  beforeAll(async () => {
    root = server.project('contracts', { 'models/a.sql': GOOD, 'models/a.yaml': YAML });
    await ran(root, 'build');
  });

  test('gives the table its columns, in its order, with its types and key', async () => {
    expect(await server.query("select attname::text as name, format_type(atttypid, atttypmod) as type, attnotnull as filled from pg_attribute where attrelid = 'contracts.a'::regclass and attnum > 0 order by attnum")).toEqual([
      { name: 'id', type: 'integer', filled: true },
      { name: 'name', type: 'character varying(3)', filled: true },
      { name: 'price', type: 'numeric(5,2)', filled: false },
    ]);
    expect(await values("select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'contracts.a'::regclass and contype = 'p'")).toEqual(['PRIMARY KEY (id)']);
    expect(await values("select conname::text from pg_constraint where conrelid = 'contracts.a'::regclass and contype = 'p'")).toEqual(['a_pkey']);
  });

  test.each([
    ['a column too few', "select 1 as id, 'abc' as name\n", '`a` does not give the columns that its contract declares; missing: price'],
    ['a column too many', "select 1 as id, 'abc' as name, 1 as price, 2 as cost\n", '`a` does not give the columns that its contract declares; not declared: cost'],
    ['a misspelt column', "select 1 as id, 'abc' as nme, 1 as price\n", 'declares; missing: name; not declared: nme'],
    ['a type that does not fit', "select 'x' || 1 as id, 'abc' as name, 1 as price\n", 'column "id" is of type integer but expression is of type text'],
    ['a text that is too long', "select 1 as id, 'abcd' as name, 1 as price\n", 'value too long for type character varying(3)'],
    ['a number that does not fit', "select 1 as id, 'abc' as name, 1000 as price\n", 'numeric field overflow: A field with precision 5, scale 2'],
    ['a null where none may be', 'select 1 as id, null as name, 1 as price\n', 'null value in column "name"'],
    ['a key that stands twice', "select 1 as id, 'abc' as name, n as price from generate_series(1, 2) as n\n", 'could not create unique index'],
  ])('refuses %s, and the old table stands', async (_what, sql, says) => {
    writeProject(root, { 'models/a.sql': sql });
    const { stderr } = await ran(root, 'build', 1);
    expect(stderr).toContain(says);
    expect(stderr).toContain('models/a.sql:1:');
    expect(await server.query('select * from contracts.a')).toEqual([{ id: 1, name: 'abc', price: '1.50' }]);
  });
});

describe('what hangs on a model', () => {
  let root: string;
  beforeAll(async () => {
    root = server.project('views', {
      'models/a.sql': 'select 1 as id, 2 as extra\n',
      'models/v.sql': "{{ config(materialized='view') }}\nselect id from {{ ref('a') }}\n",
      'models/top.sql': "select id from {{ ref('v') }}\n",
    });
    await ran(root, 'build');
    await server.query(`
      create schema people;
      create view people.mine as select id, extra from views.a;
      create view people.on_mine as select id from people.mine;
      comment on view people.mine is 'not of etlx';
      grant select on people.mine to public`);
  });
  const kinds = (): Promise<readonly unknown[]> => values("select relname || ' ' || relkind::text from pg_class where relnamespace = 'views'::regnamespace and relkind in ('r', 'v') order by 1");

  test("other people's views survive a rebuild, with their comments and grants, and show the new rows", async () => {
    writeProject(root, { 'models/a.sql': 'select 3 as id, 4 as extra\n' });
    await ran(root, 'build');
    expect(await server.query('select * from people.mine')).toEqual([{ id: 3, extra: 4 }]);
    expect(await values('select id from people.on_mine')).toEqual([3]);
    expect(await values("select obj_description('people.mine'::regclass)")).toEqual(['not of etlx']);
    expect(await values("select has_table_privilege('public', 'people.mine', 'select')")).toEqual([true]);
  });

  test('one that cannot be rebuilt fails the step, which names it; nothing is dropped', async () => {
    writeProject(root, { 'models/a.sql': 'select 5 as id\n' });
    const { stderr } = await ran(root, 'build', 1);
    expect(stderr).toContain('error[database.error]: the view people.mine cannot be rebuilt: column "extra" does not exist\n');
    expect(await server.query('select * from people.mine')).toEqual([{ id: 3, extra: 4 }]);
    expect(statusesOf(root)).toEqual({ 'model.a': 'error', 'model.v': 'skipped', 'model.top': 'skipped' });
  });

  test('a table becomes a view and a table again, below views of its own and of others', async () => {
    await server.query('drop view people.mine cascade; create view people.mine as select id from views.a');
    expect(await kinds()).toEqual(['a r', 'top r', 'v v']);
    writeProject(root, { 'models/a.sql': "{{ config(materialized='view') }}\nselect 6 as id\n" });
    await ran(root, 'build');
    expect(await kinds()).toEqual(['a v', 'top r', 'v v']);
    expect(await values('select id from people.mine union all select id from views.v union all select id from views.top')).toEqual([6, 6, 6]);
    writeProject(root, { 'models/a.sql': 'select 7 as id\n', 'models/v.sql': "select id from {{ ref('a') }}\n" });
    await ran(root, 'build');
    expect(await kinds()).toEqual(['a r', 'top r', 'v r']);
    expect(await values('select id from people.mine union all select id from views.v union all select id from views.top')).toEqual([7, 7, 7]);
  });
});

test('`--dry-run` prints the SQL that a run would send, and touches nothing', async () => {
  const root = server.project('dry', {
    'models/a.sql': 'select n as id from generate_series(1, 3) as n -- a comment at the end\n',
    'models/b.sql': "{{ config(materialized='view') }}\nselect id * 10 as id from {{ ref('a') }};\n",
    'models/a.yaml': tested('a', 'unique, not_null'),
    'tests/both.sql': "select 1 from {{ ref('a') }}, {{ ref('b') }} where false\n",
  });
  for (const _ of ['on nothing', 'on what stands']) {
    const { stdout, stderr } = await ran(root, 'build --dry-run');
    expect(stderr).toBe('');
    expect(existsSync(join(root, 'target'))).toBe(false);
    expect(await values("select nspname::text from pg_namespace where nspname = 'dry'")).toEqual(_ === 'on nothing' ? [] : ['dry']);
    await server.query(stdout);
    expect(await values('select id from dry.a union all select id from dry.b order by 1')).toEqual([1, 2, 3, 10, 20, 30]);
    expect(await ran(root, 'build --dry-run --select a')).toMatchObject({ stdout: expect.not.stringContaining('model.b') as string });
  }
});

describe('a failure that passes', () => {
  /** Ends its own connection as often as `times` says: a sequence is not rolled back. */
  const DYING = "select case when nextval('public.{{ var('tries') }}') <= {{ var('times') }} then pg_terminate_backend(pg_backend_pid()) else true end as ok\n";

  test.each([
    ['is tried again', 'once', 1, 0, 'success', 2],
    ['is tried as often as the project says, and then given up', 'thrice', 3, 1, 'error', 3],
  ] as const)('%s', async (_what, tries, times, code, status, attempts) => {
    const root = server.project(tries, { 'models/a.sql': DYING, 'models/b.sql': "select * from {{ ref('a') }}\n" }, 'retries: {max: 2, delay: 1}\n');
    await server.query(`create sequence public.${tries}`);
    const { stderr } = await ran(root, 'build', code, { tries, times });
    expect(resultOf(root, 'model.a')).toMatchObject({ status, attempts });
    expect(stderr).toMatch(/RETRY sql table model \w+\.a \.+ \[RETRY in 1s\]/);
    expect(statusesOf(root)).toMatchObject({ 'model.b': code === 0 ? 'success' : 'skipped' });
  });

  test('one that does not pass is not', async () => {
    const root = server.project('never', { 'models/a.sql': 'select 1 / 0 as n\n' }, 'retries: {max: 2, delay: 1}\n');
    await ran(root, 'build', 1);
    expect(resultOf(root, 'model.a')).toMatchObject({ attempts: 1 });
  });
});
