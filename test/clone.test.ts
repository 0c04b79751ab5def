import { etlx, type Ran } from './support/etlx';
import { statusesOf } from './support/artifacts';
import { problemLines } from './support/problems';
import { project, writeProject, type Files } from './support/project';

const files = {
  'project.yaml': `name: demo
default_target: dev
targets:
  dev: {type: duckdb, path: .etlx/duck.db, schema: dev}
  prod: {type: duckdb, path: .etlx/duck.db, schema: prod}
  same: {type: duckdb, path: .etlx/duck.db, schema: dev}
  other: {type: duckdb, path: .etlx/other.db, schema: other}
retries: {max: 0}
`,
  'models/base.sql': "{{ config(post_hook='insert into {{ self }} values (100)') }}select 1 as id\n",
  'models/added.sql': `{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
select {{#if is_incremental()}}2{{else}}1{{/if}} as id, 'x' as text\n`,
  'models/batched.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin='2020-01-01', batch_size='year') }}
select * from {{ ref('events') }}
`,
  'models/events.sql': `{{ config(event_time='at') }}select timestamp '2021-05-05' as at`,
  'models/shown.sql': `{{ config(materialized='view') }}select count(*) as n from {{ ref('base') }}\n`,
} satisfies Files;

let root: string;
const clone = (...words: string[]): Promise<Ran> => etlx(root, ['clone', '--from', 'prod', ...words]);
const shown = async (sql: string): Promise<unknown> =>
  (JSON.parse((await etlx(root, ['show', '--inline', sql, '--output', 'json'])).stdout) as { readonly show: unknown }).show;

beforeAll(async () => {
  root = project(files);
  expect(await etlx(root, ['run', '--target', 'prod'])).toMatchObject({ code: 0 });
  // what the project would build now is something else
  writeProject(root, { 'models/base.sql': files['models/base.sql'].replace('select 1', 'select 5') });
});

test('tables are copies of what the other target has, views are made by their own SQL', async () => {
  expect(await clone()).toMatchObject({ code: 0 });
  expect(statusesOf(root)).toEqual({
    'model.base': 'success',
    'model.added': 'success',
    'model.batched': 'success',
    'model.events': 'success',
    'model.shown': 'success',
  });
  expect(await shown("select id from {{ ref('base') }} order by id")).toEqual([{ id: 1 }, { id: 100 }]);
  expect(await shown("select count(*) as n from {{ ref('batched') }}")).toEqual([{ n: 1 }]);
  expect(await shown("select n from {{ ref('shown') }}")).toEqual([{ n: 2 }]);
});

test('an incremental model goes on from its copy', async () => {
  expect(await etlx(root, ['run', '--select', 'added'])).toMatchObject({ code: 0 });
  expect(await shown("select id from {{ ref('added') }} order by id")).toEqual([{ id: 1 }, { id: 2 }]);
});

test('what stands is left alone, unless it shall be made anew; a build of what changed builds it', async () => {
  expect(await etlx(root, ['run', '--select', 'base'])).toMatchObject({ code: 0 });
  expect(await clone()).toMatchObject({ code: 0 });
  expect(await shown("select id from {{ ref('base') }} order by id")).toEqual([{ id: 5 }, { id: 100 }]);
  expect(await clone('--full-refresh', '--select', 'base')).toMatchObject({ code: 0 });
  expect(await shown("select id from {{ ref('base') }} order by id")).toEqual([{ id: 1 }, { id: 100 }]);
  expect(await etlx(root, ['run', '--changed', '--select', 'base'])).toMatchObject({ code: 0 });
  expect(statusesOf(root)).toEqual({ 'model.base': 'success' });
});

test('what cannot be cloned is told before anything runs', async () => {
  const says = async (...words: string[]): Promise<readonly string[]> => problemLines((await etlx(root, ['clone', ...words])).stderr);
  expect(await says()).toEqual([expect.stringContaining('`etlx clone` takes the target to copy from')]);
  expect(await says('--from', 'same')).toEqual([expect.stringContaining('both targets build "dev"."')]);
  expect(await says('--from', 'other')).toEqual([expect.stringContaining('the targets `dev` and `other` are not in one database')]);
  expect(await says('--from', 'prd')).toEqual([expect.stringContaining('the project has no target `prd`')]);
});
