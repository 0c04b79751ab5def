import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../src/adapters/connect';
import type { Diagnostic } from '../src/core/diagnostic';
import { resultOf, statusesOf } from './support/artifacts';
import { wrongWith } from './support/dbtSchemas';
import { etlx } from './support/etlx';
import { problemLines } from './support/problems';
import { project, writeProject, type Files } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** A project in the schema `name`, whose `log` stands before the first run. */
async function logged(name: string, files: Files, settings = ''): Promise<string> {
  await server.query(`create schema ${name}; create table ${name}.log (n serial, what text)`);
  return server.project(name, files, settings);
}

/** What was written into the log since it was last asked for. */
const log = (name: string): Promise<readonly unknown[]> =>
  server.values(`with gone as (delete from ${name}.log returning n, what) select what from gone order by n`);

/** The first problem of a node of the last run, with its place. */
function problemOf(root: string, id: string): string {
  const { at, message } = (resultOf(root, id).diagnostics as readonly Diagnostic[])[0]!;
  return `${at?.file}:${at?.line}:${at?.column} ${message}`;
}

/** SQL that writes a text, and what hangs on it, into the log. */
const says = (schema: string, sql: string): string => `insert into ${schema}.log (what) select ${sql}`;

describe('the hooks of a node', () => {
  test.each(['table', 'view'])('are run in one order for a %s, those of its folder first', async (materialized) => {
    const name = `order_${materialized}`;
    const stands = `coalesce((select count(*)::text from pg_class where oid = to_regclass('{{ self }}')), '')`;
    const root = await logged(
      name,
      {
        'models/a.sql': `---
pre-hook: ${says(name, `'front'`)}
---
{{ config(materialized='${materialized}', pre_hook="${says(name, `'config ' || ${stands}`)}", post_hook=["${says(name, `'post ' || count(*) from {{ self }}`)}"]) }}
select 1 as id`,
        'models/a.yaml': `models:
  - name: a
    config:
      pre_hook: {sql: "${says(name, `'yaml alone'`)}", transaction: false}
      post_hook: [{sql: "${says(name, `'post alone'`)}", transaction: false}]
`,
      },
      `models: {+pre-hook: "${says(name, `'folder'`)}"}\n`,
    );
    await server.ran(root, 'build');
    expect(await log(name)).toEqual(['yaml alone', 'folder', 'front', 'config 0', 'post 1', 'post alone']);
    const hook = (JSON.parse(readFileSync(join(root, 'target/manifest.json'), 'utf8')) as { nodes: Record<string, { config: object }> })
      .nodes['model.demo.a']!.config;
    expect(hook).toMatchObject({ 'post-hook': [{ transaction: false }, { transaction: true }] });
    const { stdout } = await server.ran(root, 'build --dry-run');
    expect(stdout.match(/'(yaml alone|folder|front|post alone)'|'(config|post) '|^begin;|^commit;|rename to/gm)).toEqual([
      ...["'yaml alone'", 'begin;', "'folder'", "'front'", "'config '", 'rename to', "'post '", 'commit;', "'post alone'"],
    ]);
  });

  test('belong to the transaction, save those that do not want to', async () => {
    const root = await logged('failing', {
      'models/a.sql': `select 1 as id`,
      'models/a.yaml': `models:
  - name: a
    config:
      pre_hook: [${says('failing', `'inside'`)}, {sql: "${says('failing', `'outside'`)}", transaction: false}]
      post_hook:
        - select 1; select no_such_column
`,
    });
    await server.ran(root, 'build', 1);
    expect(problemOf(root, 'model.a')).toBe('models/a.yaml:6:11 column "no_such_column" does not exist');
    expect(await log('failing')).toEqual(['outside']);
    expect(await server.values(`select to_regclass('failing.a')`)).toEqual([null]);
  });

  test('are not run behind tests that fail, and what ran before them is taken back', async () => {
    const root = await logged('audited', {
      'models/a.sql': `{{ config(pre_hook="${says('audited', `'pre'`)}", post_hook=["${says('audited', `'post'`)}", {'sql': "${says('audited', `'after'`)}", 'transaction': false}]) }}\nselect null::int as id`,
      'models/a.yaml': 'models: [{name: a, columns: [{name: id, data_tests: [{not_null: {config: {store_failures: true}}}]}]}]',
    });
    await server.ran(root, 'build', 1);
    expect(await log('audited')).toEqual([]);
  });

  test('make dependencies of what they name, and not of themselves', async () => {
    const root = await logged('naming', {
      'models/a.sql': `{{ config(post_hook="${says('naming', `count(*) from {{ ref('z') }} cross join {{ ref('a') }}`)}") }}\nselect 1 as id`,
      'models/z.sql': 'select 1 as id union all select 2',
    });
    await server.ran(root, 'build --select +a');
    expect(await log('naming')).toEqual(['2']);
    expect(Object.keys(statusesOf(root))).toEqual(['model.z', 'model.a']);
  });

  test('know whether the run adds to what stands, and may come to nothing', async () => {
    const hook = `{{#if is_incremental()}}${says('adding', `'again'`)}; -- done{{else}}-- nothing{{/if}}`;
    const root = await logged('adding', {
      'models/a.sql': "{{ config(materialized='incremental') }}\nselect 1 as id",
      'models/a.yaml': `models: [{name: a, config: {post_hook: "${hook}"}}]`,
    });
    await server.ran(root, 'build');
    expect(await log('adding')).toEqual([]);
    await server.ran(root, 'build');
    expect(await log('adding')).toEqual(['again']);
    expect(resultOf(root, 'model.a').message).toBe('APPEND 1');
  });

  test('prepare what a contract is compared with', async () => {
    const root = await logged('contracted', {
      'models/a.sql': `{{ config(pre_hook='create temp table given on commit drop as select 1 as id') }}\nselect id from given`,
      'models/a.yaml': 'models: [{name: a, config: {contract: {enforced: true}}, columns: [{name: id, data_type: INT}]}]',
    });
    await server.ran(root, 'build');
    expect(await server.values('select id from contracted.a')).toEqual([1]);
  });

  test('are had by seeds and snapshots too; a vacuum can be one', async () => {
    const root = await logged(
      'others',
      {
        'seeds/s.csv': 'id\n1\n',
        'snapshots/h.yaml': `snapshots:
  - name: h
    relation: ref('s')
    config: {unique_key: id, strategy: check, check_cols: all, post_hook: "${says('others', `'h ' || count(*) from {{ self }}`)}"}
`,
      },
      `seeds: {+post_hook: ["${says('others', `'s ' || count(*) from {{ self }}`)}", {sql: 'vacuum {{ self }}', transaction: false}]}\n`,
    );
    await server.ran(root, 'build');
    expect(await log('others')).toEqual(['s 1', 'h 1']);
    expect(await server.values(`select vacuum_count > 0 from pg_stat_user_tables where relid = 'others.s'::regclass`)).toEqual([true]);
    // the table stands as the file would make it
    await server.ran(root, 'seed');
    expect(await log('others')).toEqual([]);
  });

  test('are checked before anything runs', async () => {
    const root = server.project('checked', {
      'models/a.sql': 'select 1 as id',
      'models/e.sql': "{{ config(materialized='ephemeral', pre_hook='select 1') }}\nselect 1 as id",
      'models/a.yaml': `models:
  - name: a
    config:
      pre_hook: [{sql: select 1, transactional: false}]
      post_hook: select {{ sefl }} from {{ ref('b') }}
`,
    });
    const { stderr } = await server.ran(root, 'build', 2);
    expect(problemLines(stderr).map((line) => line.replace(/ \/ .*/, ''))).toEqual([
      'models/a.yaml:4:36 [transactional] unknown key `transactional` in a hook'.replace(':36', ':34'),
      expect.stringContaining('`sefl`'),
      expect.stringMatching(/^models\/a\.yaml:5:\d+ .*no model.* is called `b`/),
      expect.stringContaining('`pre_hook` means nothing to the ephemeral model `e`, which is never built'),
    ]);
  });
});

describe('on-run-start and on-run-end', () => {
  const results =
    "{{#each results as |r|}}insert into {{ target.schema }}.log values ('{{ r.node.name }} {{ r.status }} {{ r.rows_affected }}'); {{/each}}";
  const settings = (start: string, end: string): string => `name: demo
targets: {dev: {type: duckdb, path: dev.duckdb, schema: demo, threads: 2}}
retries: {max: 0, delay: 0}
on-run-start:
  - create table if not exists demo.log (what varchar)
  - ${start}
on-run-end:
  - ${JSON.stringify(end)}
  - insert into demo.log values ('ended')
`;
  const models = { 'models/a.sql': 'select 1 as id union all select 2', 'models/b.sql': "select id from {{ ref('a') }}" };
  const logOf = async (root: string): Promise<readonly unknown[]> => {
    const adapter = await connect({ name: 'dev', type: 'duckdb', path: 'dev.duckdb', schema: 'demo', threads: 1 }, { root, env: {} });
    try {
      return (await adapter.query('select what from demo.log order by rowid')).rows.map(({ what }) => what);
    } finally {
      await adapter.close();
    }
  };

  test('are run once per run, the last ones with how it went', async () => {
    const root = project({
      'project.yaml': settings("insert into demo.log values ('begun')", `${results} insert into demo.log values ('{{ join(schemas) }}')`),
      ...models,
    });
    expect(await etlx(root, ['run'])).toMatchObject({ code: 0 });
    expect(await logOf(root)).toEqual([
      'begun',
      ...['demo.on-run-start.0 success ', 'demo.on-run-start.1 success 1', 'a success 2', 'b success 2'],
      ...['demo', 'ended'],
    ]);
    const shown = JSON.parse(readFileSync(join(root, 'target/run_results.json'), 'utf8')) as {
      results: { unique_id: string; status: string }[];
    };
    expect(shown.results.map(({ unique_id: id, status }) => `${id} ${status}`)).toEqual([
      ...['operation.demo.demo-on-run-start-0 success', 'operation.demo.demo-on-run-start-1 success'],
      ...['model.demo.a success', 'model.demo.b success'],
      ...['operation.demo.demo-on-run-end-0 success', 'operation.demo.demo-on-run-end-1 success'],
    ]);
    const manifest = JSON.parse(readFileSync(join(root, 'target/manifest.json'), 'utf8')) as {
      nodes: Record<string, { resource_type: string }>;
    };
    expect(wrongWith('manifest', manifest)).toEqual([]);
    expect(Object.keys(manifest.nodes).sort()).toEqual(shown.results.map(({ unique_id: id }) => id).sort());
    const dry = await etlx(root, ['run', '--dry-run']);
    expect(dry.stdout).toContain("-- operation.demo-on-run-start-1\ninsert into demo.log values ('begun');\n");
    expect(dry.stdout).toContain("-- behind the last step: insert into demo.log values ('ended')\n");
  });

  test('a first one that fails keeps every node from being run, and not the last ones', async () => {
    const root = project({ 'project.yaml': settings('select 1 as wrong from nowhere', results), ...models });
    expect((await etlx(root, ['run'])).code).toBe(1);
    expect(problemOf(root, 'operation.demo-on-run-start-1')).toMatch(/^project\.yaml:6:5 .*nowhere/);
    expect(statusesOf(root)).toEqual({
      'operation.demo-on-run-start-0': 'success',
      'operation.demo-on-run-start-1': 'error',
      'model.a': 'skipped',
      'model.b': 'skipped',
      'operation.demo-on-run-end-0': 'success',
      'operation.demo-on-run-end-1': 'success',
    });
    expect(resultOf(root, 'model.b').because).toBe('operation.demo-on-run-start-1');
    expect(await logOf(root)).toEqual([
      ...['demo.on-run-start.0 success ', 'demo.on-run-start.1 error ', 'a skipped ', 'b skipped ', 'ended'],
    ]);
  });

  test('a last one that fails is told at its place, and what follows it is left out', async () => {
    const root = project({ 'project.yaml': settings('select 1', "select '{{#each results as |r|}}{{ r.node }}{{/each}}'"), ...models });
    expect((await etlx(root, ['run', '--fail-fast'])).code).toBe(1);
    expect(problemOf(root, 'operation.demo-on-run-end-0')).toMatch(/^project\.yaml:8:\d+ .*a mapping cannot be written into SQL/);
    expect(statusesOf(root)).toMatchObject({
      'model.b': 'success',
      'operation.demo-on-run-end-0': 'error',
      'operation.demo-on-run-end-1': 'skipped',
    });
  });

  test('the last ones are run behind a run that stopped at its first failure', async () => {
    const root = project({ 'project.yaml': settings('select 1', 'select 1'), ...models, 'models/a.sql': 'select 1 as id from nowhere' });
    expect((await etlx(root, ['run', '--fail-fast'])).code).toBe(1);
    expect(await logOf(root)).toEqual(['ended']);
  });

  test('names in them are checked, and where nothing is done they are not run', async () => {
    const root = project({ 'project.yaml': settings("select '{{ results }}' from {{ ref('c') }}", "select '{{ result }}'") });
    expect(problemLines((await etlx(root, ['run'])).stderr).map((line) => line.replace(/ \/ .*/, ''))).toEqual([
      expect.stringMatching(/^project\.yaml:6:\d+ \[results\] .*`results`/),
      expect.stringMatching(/^project\.yaml:6:\d+ .*`c`/),
      expect.stringMatching(/^project\.yaml:8:\d+ \[result\] .*`result`/),
    ]);
    writeProject(root, { 'project.yaml': settings('select 1', 'select 1') });
    await etlx(root, ['run']);
    expect(statusesOf(root)).toEqual({});
  });
});

describe('the comment behind each statement', () => {
  const files = (schema: string): Files => ({
    'models/a.sql': `{{ config(post_hook="${says(schema, 'current_query()')}") }}\nselect 1 as id -- one`,
    'models/broken.sql': '\nselect 1 as id,\n  no_such as n -- two',
  });
  const comments = async (schema: string): Promise<readonly (string | undefined)[]> =>
    (await log(schema)).map((sql) => /current_query\(\)\n\/\* (.*) \*\/$/m.exec(String(sql))?.[1]);

  test('tells which node of which run it is for, and moves no place of an error', async () => {
    const root = await logged('commented', files('commented'));
    await server.ran(root, 'build', 1);
    expect(problemOf(root, 'model.broken')).toBe('models/broken.sql:3:3 column "no_such" does not exist');
    const [comment] = await comments('commented');
    expect(JSON.parse(comment!)).toEqual({
      app: 'etlx',
      version: 'test',
      target: 'prod',
      node_id: 'model.a',
      run: expect.stringMatching(/^\d{8}T/),
    });
  });

  test('may be a text of your own, or none', async () => {
    const own = await logged('own', files('own'), `query_comment: "{{ upper(node.name) }} of {{ target.name }} */ /*"\n`);
    await server.ran(own, 'build --select a');
    expect(await comments('own')).toEqual(['A of prod *\\/ /\\u002a']);
    const none = await logged('none', files('none'), 'query_comment: false\n');
    await server.ran(none, 'build --select a');
    expect(await comments('none')).toEqual([undefined]);
  });
});
