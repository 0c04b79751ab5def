import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../src/adapters/connect';
import type { Row } from '../src/core/ports';
import { etlx as etlxIn, type Ran } from './support/etlx';
import { startPostgres, type TestServer } from './support/postgres';
import { project, writeProject, type Files } from './support/project';

const files = {
  'models/kept.sql': 'select 1 as id\n',
  'models/old.sql': 'select 1 as id union all select 2\n',
  'models/old_view.sql': `{{ config(materialized='view') }}\nselect * from {{ ref('old') }}\n`,
  'models/moved.sql': 'select 3 as id\n',
  'seeds/gone.csv': 'id\n1\n',
  'models/stored.yaml': 'models: [{name: kept, columns: [{name: id, data_tests: [{not_null: {config: {store_failures: true}}}]}]}]\n',
} satisfies Files;

const ENGINES = {
  postgres: { type: 'postgres', url: { env: 'DATABASE_URL' } },
  duckdb: { type: 'duckdb', path: '.etlx/duck.db' },
} as const;

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
const environment = () => ({ DATABASE_URL: server.url });
const etlx = (root: string, args: readonly string[]): Promise<Ran> => etlxIn(root, args, { env: environment() });

describe.each(['postgres', 'duckdb'] as const)('on %s', (engine) => {
  const target = { ...ENGINES[engine], name: 'dev', schema: 'demo', threads: 1 };
  let root: string;
  const ask = async (sql: string): Promise<readonly Row[]> => {
    const adapter = await connect(target, { root, env: environment() });
    try {
      return await adapter.transaction(async (session) => (await session.query(sql)).rows);
    } finally {
      await adapter.close();
    }
  };
  const standing = async (): Promise<readonly unknown[]> =>
    (
      await ask(
        "select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('demo', 'other') and table_name not like 'etlx%' order by 1",
      )
    ).map(({ name }) => name);
  /** Lines without the time. */
  const pruned = async (...words: string[]) => {
    const { code, stdout, stderr } = await etlx(root, ['prune', ...words]);
    return {
      code,
      lines: stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.replace(/built \S+/, 'built …'))
        .sort(),
      says: stderr.trim(),
    };
  };

  beforeAll(async () => {
    root = project({
      ...files,
      'project.yaml': `name: demo\ntargets:\n  dev: ${JSON.stringify({ ...ENGINES[engine], schema: 'demo' })}\nretries: {max: 0}\n`,
    });
    expect(await etlx(root, ['build'])).toMatchObject({ code: 0 });
    await ask('create table demo.by_hand as select 1 as id');
  });

  test('as long as every relation belongs to a node there is nothing to do', async () => {
    expect(await pruned('--yes')).toEqual({ code: 0, lines: [], says: 'every relation that the project has built belongs to a node' });
  });

  test('what no node owns any more is listed, and nothing is dropped', async () => {
    for (const path of ['models/old.sql', 'models/old_view.sql', 'seeds/gone.csv', 'models/stored.yaml']) rmSync(join(root, path));
    writeProject(root, { 'models/moved.sql': `{{ config(schema='other') }}\nselect 3 as id\n` });
    expect(await etlx(root, ['run'])).toMatchObject({ code: 0 });
    const before = await standing();
    const { code, lines, says } = await pruned();
    expect(code).toBe(0);
    expect(lines.map((line) => line.replace(/ {2}about \d+ rows?/, ''))).toEqual([
      'table  demo.gone  seed.gone  built …',
      'table  demo.moved  model.moved  built …',
      'table  demo.old  model.old  built …',
      'table  demo_dbt_test__audit.not_null_kept_id  test.not_null_kept_id  built …',
      'view   demo.old_view  model.old_view  built …',
    ]);
    expect(lines.find((line) => line.includes('demo.old '))).toContain('about 2 rows');
    expect(says).toBe('would drop 5 relations; nothing is dropped without `--yes`');
    expect(await standing()).toEqual(before);
  });

  test('what another project has built since is not listed', async () => {
    const settings = `name: second\ntargets:\n  dev: ${JSON.stringify({ ...ENGINES[engine], ...(target.type === 'duckdb' && { path: join(root, target.path) }), schema: 'second' })}\n`;
    const second = project({ 'project.yaml': settings, 'models/moved.sql': `{{ config(schema='demo') }}\nselect 9 as id\n` });
    expect(await etlx(second, ['run'])).toMatchObject({ code: 0 });
    expect((await pruned()).lines.filter((line) => line.includes('moved'))).toEqual([]);
    expect((await etlx(second, ['prune'])).stdout).toBe('');
  });

  if (engine === 'postgres')
    test('what others read is kept, and they are named', async () => {
      await ask('create view demo.reader as select * from demo.old_view');
      const { lines, says } = await pruned();
      expect(lines.filter((line) => line.endsWith('kept: demo.reader reads it')).length).toBe(2);
      expect(says).toBe('would drop 2 relations, kept 2; nothing is dropped without `--yes`');
      await ask('drop view demo.reader');
    });

  test('with --yes they go, with what is written down about them; nothing else does', async () => {
    expect(await pruned('--yes')).toMatchObject({ code: 0, says: 'dropped 4 relations' });
    expect(await standing()).toEqual(['demo.by_hand', 'demo.kept', 'demo.moved', 'other.moved']);
    expect(await ask('select table_name from demo.etlx_seeds')).toEqual([]);
    const nodes = await ask('select distinct node from demo.etlx_state where relation_name is not null order by 1');
    expect(nodes).toEqual([{ node: 'model.kept' }, { node: 'model.moved' }]);
    expect(await pruned()).toMatchObject({ code: 0, lines: [] });
  });
});
