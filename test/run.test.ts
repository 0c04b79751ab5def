import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf, resultsOf, statusesOf } from './support/artifacts';
import { etlx, queryDev } from './support/etlx';
import { project, writeProject } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

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
    await server.ran(root, 'build');
    await server.query('drop table fails.sibling');
  });

  test.each([
    ['a column that does not exist', 'select id\n', 'select id,\n  idd\n', 'models/b.sql:17:3', '  idd', 'column "idd" does not exist'],
    [
      'a syntax error in an arm of a block',
      'select id from seen',
      'selec id from seen',
      'models/b.sql:12:12',
      ', more as (selec',
      'syntax error at or near "selec"',
    ],
    ['a mistake in what a macro is given', "twice('id')", "twice('di')", 'models/b.sql:8:14', "twice('di')", 'column "di" does not exist'],
    ['a second statement', 'from more', 'from more;\ndrop table x', 'models/b.sql:17:10', 'from more;', 'syntax error at or near ";"'],
  ])('%s is shown at its line in the source file', async (_what, right, wrong, at, line, message) => {
    writeProject(root, { 'models/b.sql': B.replace(right, wrong) });
    const { stderr } = await server.ran(root, 'build', 1);
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
    const { stderr } = await server.ran(root, 'build', 1);
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
    expect(resultOf(root, 'model.b')).toMatchObject({
      message: 'division by zero',
      attempts: 1,
      compiled_path: 'target/compiled/demo/models/b.sql',
    });
    expect(resultOf(root, 'model.c')).toMatchObject({ because: 'model.b', attempts: 0 });
    expect(resultOf(root, 'model.d')).toMatchObject({ because: 'model.b', attempts: 0 });
    expect(readFileSync(join(root, 'target/compiled/demo/models/b.sql'), 'utf8')).toContain('select 1 / (id - id) as id\n');
    expect(await server.values('select id from fails.b')).toEqual([2]);
    expect(await server.values('select id from fails.sibling')).toEqual([1]);
    expect(await server.values('select id from fails.d')).toEqual([2]);
    expect(await server.values("select relname from pg_class where relname like 'etlx%' and relname not like 'etlx_state%'")).toEqual([]);
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
  const slots = (): readonly unknown[] =>
    [...new Set(resultsOf(root).map((each) => (each as unknown as { thread_id: string | null }).thread_id))].sort();

  test('`--fail-fast` starts nothing after the first failure', async () => {
    const { stderr } = await server.ran(root, 'run --fail-fast --threads 1 --select bad c', 1);
    expect(statusesOf(root)).toEqual({ 'model.bad': 'error', 'model.c': 'skipped' });
    expect(resultOf(root, 'model.c')).toMatchObject({ message: 'skipped by --fail-fast' });
    expect(stderr).toContain('skipped by --fail-fast');
  });

  test('`--threads` says how many run at once', async () => {
    await server.ran(root, 'run --threads 1 --exclude bad');
    expect(slots()).toEqual(['Thread-1']);
    await server.ran(root, 'run --threads 2 --exclude bad');
    expect(slots()).toEqual(['Thread-1', 'Thread-2']);
    for (const [words, says] of [
      ['run --threads 0', '`--threads` takes a whole number from 1, found `0`'],
      ['run --threads many', '`--threads` takes a whole number from 1, found `many`'],
    ] as const)
      expect((await server.ran(root, words, 2)).stderr).toContain(says);
  });

  test('a selection without its parents reads what stands', async () => {
    await server.ran(root, 'run --select last');
    expect(statusesOf(root)).toEqual({ 'model.last': 'success' });
    expect(await server.values('select id from threads.last order by 1')).toEqual([1, 3]);
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
    const { stdout, stderr } = await server.ran(root, 'build --dry-run');
    expect(stderr).toBe('');
    expect(existsSync(join(root, 'target'))).toBe(false);
    expect(await server.values("select nspname::text from pg_namespace where nspname = 'dry'")).toEqual(_ === 'on nothing' ? [] : ['dry']);
    await server.query(stdout);
    expect(await server.values('select id from dry.a union all select id from dry.b order by 1')).toEqual([1, 2, 3, 10, 20, 30]);
    expect(await server.ran(root, 'build --dry-run --select a')).toMatchObject({
      stdout: expect.not.stringContaining('model.b') as string,
    });
  }
});

describe('a failure that passes', () => {
  /** Ends its own connection as often as `times` says: a sequence is not rolled back. */
  const DYING =
    "select case when nextval('public.{{ var('tries') }}') <= {{ var('times') }} then pg_terminate_backend(pg_backend_pid()) else true end as ok\n";

  test.each([
    ['is tried again', 'once', 1, 0, 'success', 2],
    ['is tried as often as the project says, and then given up', 'thrice', 3, 1, 'error', 3],
  ] as const)('%s', async (_what, tries, times, code, status, attempts) => {
    const root = server.project(
      tries,
      { 'models/a.sql': DYING, 'models/b.sql': "select * from {{ ref('a') }}\n" },
      'retries: {max: 2, delay: 1}\n',
    );
    await server.query(`create sequence public.${tries}`);
    const { stderr } = await server.ran(root, 'build', code, { tries, times });
    expect(resultOf(root, 'model.a')).toMatchObject({ status, attempts });
    expect(stderr).toMatch(/RETRY sql table model \w+\.a \.+ \[RETRY in (0\.\d+|[12])s\]/);
    expect(statusesOf(root)).toMatchObject({ 'model.b': code === 0 ? 'success' : 'skipped' });
  });

  test('one that does not pass is not', async () => {
    const root = server.project('never', { 'models/a.sql': 'select 1 / 0 as n\n' }, 'retries: {max: 2, delay: 1}\n');
    await server.ran(root, 'build', 1);
    expect(resultOf(root, 'model.a')).toMatchObject({ attempts: 1 });
  });
});

test('the embedded database keeps the same promises', async () => {
  const root = project({
    'models/a.sql': "select {{ var('a', 1) }} as id union all select 5\n",
    'models/a.yaml': tested('a', 'unique'),
    'models/b.sql': "{{ config(materialized='view') }}\nselect id * 10 as id from {{ ref('a') }}\n",
    'models/c.sql': "select {{ var('c', 1) }} / (1 - {{ var('c', 0) }}) as id\n",
  });
  const dry = await etlx(root, ['build', '--dry-run']);
  expect(dry).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('commit;') as string });
  expect(existsSync(join(root, '.etlx')) || existsSync(join(root, 'target'))).toBe(false);
  expect(await etlx(root, ['build'])).toMatchObject({ code: 0 });
  expect(await etlx(root, ['build', '--vars', '{a: 5, c: 1}'])).toMatchObject({ code: 1 });
  expect(statusesOf(root)).toEqual({ 'model.a': 'error', 'model.b': 'skipped', 'model.c': 'error', 'test.unique_a_id': 'fail' });
  expect(resultOf(root, 'model.c')).toMatchObject({ message: 'division by zero' });
  expect(await queryDev(root, 'select id from demo.a union all select id from demo.b union all select id from demo.c order by 1')).toEqual(
    [1, 1, 5, 10, 50].map((id) => ({ id })),
  );
});
