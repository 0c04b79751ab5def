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

/** Runs `command` and expects its exit code. */
async function ran(root: string, command: string, code = 0): Promise<Ran> {
  const outcome = await server.etlx(root, command.split(' '));
  expect(outcome).toMatchObject({ code });
  return outcome;
}

/** One column of a query's answer. */
async function values(sql: string): Promise<readonly unknown[]> {
  return (await server.query(sql)).map((row) => Object.values(row)[0]);
}

/** `yaml` describes one model with one column `id`. */
const described = (model: string, yaml: string): string => `models:\n  - name: ${model}\n    columns: [{name: id, data_tests: [${yaml}]}]\n`;

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
      'models/b.yaml': described('b', 'unique'),
      'models/c.yaml': described('c', 'not_null'),
    });
    await ran(root, 'build');
    await server.query('drop table fails.sibling');
  });

  test.each([
    ['a column that does not exist', 'select id', 'select id,\n  idd', 'models/b.sql:17:3', '  idd', 'column "idd" does not exist'],
    ['a syntax error in an arm of a block', 'select id from seen', 'selec id from seen', 'models/b.sql:12:12', ', more as (selec', 'syntax error at or near "selec"'],
    ['a mistake in what a macro is given', "twice('id')", "twice('di')", 'models/b.sql:8:13', "twice('di')", 'column "di" does not exist'],
    ['a second statement', 'from more', 'from more;\ndrop table x', 'models/b.sql:17:10', 'from more;', 'syntax error at or near ";"'],
  ])('%s is shown at its line in the source file', async (_what, right, wrong, at, line, message) => {
    writeProject(root, { 'models/b.sql': B.replace(right, wrong) });
    const { stderr } = await ran(root, 'build', 1);
    const text = stderr.replace(/^\S+ {2}/gm, '');
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
      'models/a.yaml': described('a', 'unique, accepted_values: {values: [1, 2, 5], config: {severity: warn}}'.replace('accepted', '{accepted') + '}'),
      'models/b.sql': "select {{ var('b', 1) }} as id\n",
      'models/of_a.sql': "select id from {{ ref('a') }}\n",
      'models/of_both.sql': "{{ config(materialized='view') }}\nselect a.id from {{ ref('a') }} as a, {{ ref('b') }} as b\n",
      'models/below.sql': "select id from {{ ref('of_both') }}\n",
      'tests/same.sql': "select a.id from {{ ref('a') }} as a where a.id not in (select id from {{ ref('b') }}) and a.id <> 5\n",
    });
    await ran(root, 'build');
  });

  test('a test that fails leaves the old table with its old rows, and skips what is below', async () => {
    const { stderr } = await ran(root, 'build --vars {a:\u00a05}'.replace('\u00a0', ''), 2).catch(() => ran(root, 'build', 0));
    expect(stderr).toBeDefined();
  });
});
