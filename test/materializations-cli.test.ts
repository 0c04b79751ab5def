import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { etlx } from './support/etlx';
import { model } from './support/models';
import { problemLines } from './support/problems';
import { project } from './support/project';

test('`etlx compile` writes and shows the SQL of both runs, without a database', async () => {
  const sql = model(
    "materialized='incremental'",
    'select 1 as id{{#if is_incremental()}} where 1 > (select max(id) from {{ self }}){{/if}}',
  );
  const root = project({ 'models/m.sql': sql, 'models/e.sql': model("materialized='ephemeral'", 'select 1') });
  const added = 'select 1 as id where 1 > (select max(id) from "demo"."m")';
  expect((await etlx(root, ['compile', '--select', 'm'])).stdout).toBe(
    `-- the table is made\nselect 1 as id\n\n-- rows are added\n${added}\n`,
  );
  expect((await etlx(root, ['compile', '--select', 'm', '--full-refresh'])).stdout.trim()).toBe('select 1 as id');
  expect(readFileSync(join(root, 'target/compiled/demo/models/m.incremental.sql'), 'utf8').trim()).toBe(added);
  const keys = ['--output-keys', 'relation_name', 'compiled_code_incremental'];
  const listed = async (name: string): Promise<unknown> =>
    JSON.parse((await etlx(root, ['ls', '--select', name, '--output', 'json', ...keys])).stdout);
  expect(await listed('m')).toEqual({ relation_name: '"demo"."m"', compiled_code_incremental: `\n${added}\n` });
  expect(await listed('e')).toEqual({});
  expect((await etlx(root, ['run', '--select', 'e'])).stderr).toContain('nothing to do: `run` takes models; 1 model was chosen');
});

test('what DuckDB has no means for is told before anything runs', async () => {
  const settings = 'name: demo\ndefault_target: dev\ntargets: {dev: {type: duckdb, path: db.duckdb, schema: demo}}\n';
  const root = project({
    'project.yaml': settings,
    'models/a.sql': 'select 1 as id',
    'models/m.sql': model("materialized='materialized_view'", 'select 1 as id'),
    'models/t.sql': model("indexes=[{'columns': ['id'], 'type': 'gin'}]", 'select 1 as id'),
  });
  const { code, stderr } = await etlx(root, ['run']);
  expect([code, problemLines(stderr).map((line) => line.replace(/ \/ .*/, ''))]).toEqual([
    2,
    [
      'models/m.sql:1:1 [{] `m` cannot be built here: `duckdb` has no materialized views',
      'models/t.sql:1:1 [{] `t` cannot be built here: `duckdb` has no `gin` indexes',
    ],
  ]);
});
