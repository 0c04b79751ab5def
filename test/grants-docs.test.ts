import type { Adapter } from '../src/core/ports';
import type { EtlxError } from '../src/core/diagnostic';
import { engines, valuesOf, type Opened } from './adapters/engines';
import { resultOf } from './support/artifacts';
import { building } from './support/building';
import { writeProject } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
  await server.query('create role reader; create role "Odd ""Name"""; create role other');
});
afterAll(() => server.stop());

/** Who may do what to a relation, beside its owner. */
const grantsOn = (relation: string): Promise<readonly unknown[]> =>
  server.values(`select case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end || ' ' || string_agg(a.privilege_type, ',' order by a.privilege_type)
    from pg_class c, aclexplode(c.relacl) a where c.oid = '${relation}'::regclass and a.grantee <> c.relowner group by a.grantee order by 1`);

/** The comment on a relation, and those on its columns, by name. */
const commentsOn = async (relation: string): Promise<readonly unknown[]> =>
  server.values(`select coalesce(a.attname || ': ', '') || d.description from pg_description d left join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid and d.objsubid > 0
    where d.classoid = 'pg_class'::regclass and d.objoid = '${relation}'::regclass order by d.objsubid`);

const model = (config: string): string => `{{ config(${config}) }}\nselect 1 as id, 'x' as name`;

describe('grants', () => {
  test.each(['table', 'view', 'incremental', 'materialized_view'])(
    'on a %s are what the config says, and nothing else',
    async (materialized) => {
      const schema = `g_${materialized}`;
      const a = (grants: string): string => model(`materialized='${materialized}', grants=${grants}`);
      const root = server.project(schema, { 'models/a.sql': a(`{'select': ['reader', 'Odd "Name"', 'public'], 'insert': ['other']}`) });
      await server.ran(root, 'build');
      const first = ['Odd "Name" SELECT', 'other INSERT', 'public SELECT', 'reader SELECT'];
      expect(await grantsOn(`${schema}.a`)).toEqual(first);
      await server.ran(root, 'build');
      expect(await grantsOn(`${schema}.a`)).toEqual(first);
      await server.query(`grant all on ${schema}.a to other`);
      writeProject(root, { 'models/a.sql': a(`{'select': ['reader']}`) });
      await server.ran(root, 'build');
      expect(await grantsOn(`${schema}.a`)).toEqual(['reader SELECT']);
      writeProject(root, { 'models/a.sql': a(`{'select': []}`) });
      await server.ran(root, 'build');
      expect(await grantsOn(`${schema}.a`)).toEqual([]);
    },
  );

  test('are merged by privilege, and with a plus by role; seeds and snapshots have them too', async () => {
    const root = server.project(
      'merged',
      {
        'models/a.sql': model(`grants={'+select': ['other', 'reader'], 'insert': ['other']}`),
        'seeds/s.csv': 'id\n1\n',
        'snapshots/h.yaml':
          "snapshots: [{name: h, relation: ref('s'), config: {unique_key: id, strategy: check, check_cols: all, grants: {select: other}}}]",
      },
      'models: {+grants: {select: reader, insert: reader}}\nseeds: {+grants: {+select: reader}}\n',
    );
    await server.ran(root, 'build');
    expect(await grantsOn('merged.a')).toEqual(['other INSERT,SELECT', 'reader SELECT']);
    expect(await grantsOn('merged.s')).toEqual(['reader SELECT']);
    expect(await grantsOn('merged.h')).toEqual(['other SELECT']);
    await server.ran(root, 'build');
    expect(await grantsOn('merged.h')).toEqual(['other SELECT']);
  });

  test('of others stay where the config says nothing', async () => {
    const root = server.project('foreign_grants', { 'models/a.sql': model('') });
    await server.ran(root, 'build');
    await server.query('grant select on foreign_grants.a to other');
    await server.ran(root, 'build');
    expect(await grantsOn('foreign_grants.a')).toEqual(['other SELECT']);
  });

  test('to a role that is not there leave the old table as it was, and are shown at their place', async () => {
    const root = server.project('unknown_role', { 'models/a.sql': 'select 1 as id' });
    await server.ran(root, 'build');
    writeProject(root, {
      'models/a.sql': 'select 2 as id',
      'models/a.yaml': 'models:\n  - name: a\n    config:\n      grants: {select: nobody_at_all}\n',
    });
    await server.ran(root, 'build', 1);
    expect(resultOf(root, 'model.a').diagnostics).toMatchObject([
      { message: expect.stringMatching(/^role "nobody_at_all" does not exist/), at: { file: 'models/a.yaml', line: 4 } },
    ]);
    expect(await server.values('select id from unknown_role.a')).toEqual([1]);
    expect((await server.ran(server.project('p', { 'models/a.sql': model(`grants={'selct': 'reader'}`) }), 'build', 2)).stderr).toContain(
      'did you mean `select`?',
    );
  });

  test('of two runs at once do not hinder each other', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 8 }, (_, n) => [
        `models/m${n}.sql`,
        model(`materialized='incremental', grants={'select': ['reader', 'other']}`),
      ]),
    );
    const roots = [1, 2].map(() => server.project('at_once', files));
    await Promise.all(roots.map((root) => server.ran(root, 'build')));
    await server.query('revoke all on all tables in schema at_once from reader');
    await Promise.all(roots.map((root) => server.ran(root, 'build')));
    expect(await grantsOn('at_once.m7')).toEqual(['other SELECT', 'reader SELECT']);
    expect(roots.map((root) => resultOf(root, 'model.m7').attempts)).toEqual([1, 1]);
  });
});

describe('descriptions', () => {
  const described = (text: string, id: string, more = ''): string =>
    `models: [{name: a, description: ${JSON.stringify(text)}, ${more} columns: [{name: id, description: ${JSON.stringify(id)}}, {name: gone, description: not there}, {name: name}]}]`;

  test.each(['table', 'view', 'incremental', 'materialized_view'])('of a %s and its columns are its comments', async (materialized) => {
    const schema = `d_${materialized}`;
    const files = { 'models/a.sql': model(`materialized='${materialized}'`), 'models/a.yaml': described("it's \\ a $etlx$", 'the key') };
    const root = server.project(schema, files);
    await server.ran(root, 'build');
    expect(await commentsOn(`${schema}.a`)).toEqual(["it's \\ a $etlx$", 'id: the key']);
    await server.query(`comment on column ${schema}.a.name is 'of others'; comment on column ${schema}.a.id is 'changed'`);
    await server.ran(root, 'build');
    expect(await commentsOn(`${schema}.a`)).toEqual(["it's \\ a $etlx$", 'id: the key', 'name: of others']);
    if (materialized === 'materialized_view') expect(resultOf(root, 'model.a').message).toBe('REFRESH MATERIALIZED VIEW');
    writeProject(root, { 'models/a.yaml': described('new', 'newer') });
    await server.ran(root, 'build');
    expect(await commentsOn(`${schema}.a`)).toEqual(['new', 'id: newer', 'name: of others']);
  });

  test('are left out where the config says so; those of seeds and snapshots are written too', async () => {
    const root = server.project('chosen', {
      'models/a.sql': model("persist_docs={'relation': false}"),
      'models/a.yaml': described('the table', 'the key'),
      'models/b.sql': model("persist_docs={'relation': false, 'columns': false}"),
      'models/b.yaml': described('the table', 'the key').replace('name: a', 'name: b'),
      'seeds/s.csv': 'id\n1\n',
      'seeds/s.yaml': 'seeds: [{name: s, description: a seed, columns: [{name: id, description: its key}]}]',
      'snapshots/h.yaml':
        "snapshots: [{name: h, relation: ref('s'), description: a history, config: {unique_key: id, strategy: check, check_cols: all}}]",
    });
    await server.ran(root, 'build');
    expect(await commentsOn('chosen.a')).toEqual(['id: the key']);
    expect(await commentsOn('chosen.b')).toEqual([]);
    expect(await commentsOn('chosen.s')).toEqual(['a seed', 'id: its key']);
    expect(await commentsOn('chosen.h')).toEqual(expect.arrayContaining(['a history']));
  });

  test('of a table that is replaced cost no search for what hangs on it', async () => {
    const root = server.project('cheap', { 'models/a.sql': model(''), 'models/a.yaml': described('the table', 'the key') });
    await server.ran(root, 'build');
    expect((await server.ran(root, 'build --dry-run')).stdout).not.toContain('pg_rewrite');
    await server.query("comment on column cheap.a.name is 'of others'");
    expect((await server.ran(root, 'build --dry-run')).stdout).toContain('pg_rewrite');
  });
});

describe('on DuckDB', () => {
  let opened: Opened;
  let adapter: Adapter;
  beforeAll(async () => {
    opened = await engines.find(({ name }) => name === 'duckdb')!.open();
    ({ adapter } = opened);
  });
  afterAll(() => opened.close());

  test('descriptions are comments too', async () => {
    const columns = '[{name: id, description: the key}, {name: gone, description: not there}]';
    for (const materialized of ['table', 'view', 'incremental']) {
      const files = {
        'models/a.sql': model(`materialized='${materialized}'`),
        'models/a.yaml': `models: [{name: a, description: it is a ${materialized}, columns: ${columns}}]`,
      };
      await building(adapter, files, { type: 'duckdb' });
      await building(adapter, files, { type: 'duckdb' });
      const which = materialized === 'view' ? 'view' : 'table';
      expect(await valuesOf(adapter, `select comment from duckdb_${which}s() where ${which}_name = 'a'`)).toEqual([
        [`it is a ${materialized}`],
      ]);
      expect(await valuesOf(adapter, "select column_name, comment from duckdb_columns() where table_name = 'a' order by 1")).toEqual([
        ['id', 'the key'],
        ['name', null],
      ]);
    }
  });

  test('grants are refused before anything runs', async () => {
    const refused = await building(adapter, { 'models/g.sql': model(`grants={'select': ['reader']}`) }, { type: 'duckdb' }).then(
      () => undefined,
      (error: EtlxError) => error.diagnostics,
    );
    expect(refused).toMatchObject([
      {
        code: 'model.unbuildable',
        message: expect.stringContaining('`g` cannot be built here: `duckdb` has no roles'),
        at: { file: 'models/g.sql', line: 1 },
      },
    ]);
  });
});
