import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../src/adapters/connect';
import { duckdbType } from '../src/adapters/duckdbTypes';
import type { EtlxError } from '../src/core/diagnostic';
import type { ModelNode } from '../src/core/node';
import type { Adapter, DatabaseError } from '../src/core/ports';
import { column, model, source } from '../src/plan/nodes.fixture';
import { build, failureOf, planNow, valuesOf } from './adapters/engines';
import { temporaryFolder } from './support/project';

// What DuckDB alone promises; what every engine does is in test/adapters.

const open = (root: string, path = 'shop.duckdb'): Promise<Adapter> =>
  connect({ type: 'duckdb', name: 'dev', path, schema: 'shop', threads: 4 }, { root, env: {} });

describe('DuckDB', () => {
  const root = temporaryFolder('etlx-duckdb-');
  let adapter: Adapter;
  beforeAll(async () => {
    adapter = await open(root);
  });
  afterAll(() => adapter.close());
  beforeEach(() => adapter.query('drop schema if exists shop cascade; create schema shop'));

  const values = (sql: string): Promise<readonly unknown[][]> => valuesOf(adapter, sql);
  const users = (sql: string, more: Partial<ModelNode> = {}): ModelNode => model('users', [], { sql, ...more });

  test('a schema may be called like the file, and the database like neither', async () => {
    await build(adapter, [users('select 1 as id')]);
    expect(await values('select id from "shop"."users"')).toEqual([[1]]);
    expect(await values('select current_database()')).toEqual([['etlx:database']]);
  });

  test('values keep their digits, and text is what PostgreSQL would write', async () => {
    const { rows, exactNumbers } = await adapter.query(
      `select 170141183460469231731687303715884105727::hugeint as huge, 18446744073709551615::ubigint as big, -0.05::decimal(10,2) as small, 1.1::float4 as float,
         'infinity'::date as never, '-infinity'::timestamp as ever, 'infinity'::float8 as endless, timestamptz '2024-02-29 12:30:00.5+02' as at, uuid '00000000-0000-0000-0000-000000000001' as id,
         'x'::enum('x') as kind, 4294967295::uinteger as most, {'a': [1, null]} as nested`,
    );
    expect(rows).toEqual([
      {
        huge: '170141183460469231731687303715884105727',
        big: '18446744073709551615',
        small: '-0.05',
        float: 1.1,
        never: 'infinity',
        ever: '-infinity',
        endless: 'Infinity',
        at: '2024-02-29 10:30:00.5+00',
        id: '00000000-0000-0000-0000-000000000001',
        kind: 'x',
        most: 4294967295,
        nested: "{'a': [1, NULL]}",
      },
    ]);
    expect(exactNumbers).toEqual(new Set(['huge', 'big', 'small']));
  });

  test('SQL means what it means in PostgreSQL, where DuckDB has a setting for it', async () => {
    expect(await values('select 7 / 2, -7 / 2')).toEqual([[3, -3]]);
    expect(await values('select n from (values (1), (null), (2)) as t(n) order by n desc')).toEqual([[null], [2], [1]]);
    expect(await values('select n from (values (1), (null), (2)) as t(n) order by n')).toEqual([[1], [2], [null]]);
  });

  test('copied values are the bytes of the file: a byte order mark, NUL, texts that look like nulls or comments', async () => {
    const texts = ['\ufeffmark', 'x\0y', 'NULL', '#', 'null', "'", '\t', '\r', 'a\r\nb'];
    await adapter.query('create table shop.copied (text text)');
    const csv = texts.map((text) => `"${text}"\n`).join('');
    await adapter.transaction((session) => session.copy({ schema: 'shop', name: 'copied' }, ['text'], bytesOf(csv)));
    // as bytes, because the driver takes a byte order mark off the texts that it hands out
    const found = (await values('select hex(encode(text)) from shop.copied')).flat();
    expect(found).toEqual(texts.map((text) => Buffer.from(text).toString('hex').toUpperCase()));
    expect(readdirSync(join(root, 'shop.duckdb.etlx'))).toEqual([]);
  });

  test.each([
    ['too many fields', '1,a\n2,b,c\n', /^Expected Number of Columns: 2 Found: 3$/, 'row 2'],
    ['an open quote', '1,a\n2,"b\n', /unterminated quote/, 'row 2'],
    ['bytes that are no UTF-8', Buffer.from('1,a\n2,\xff\n', 'latin1'), /^Invalid unicode/, 'row 2'],
    [
      'a value in a later row',
      '1,"two\nlines"\n2,b\n3000000000,c\n',
      /^Could not convert string "3000000000" to/,
      'row 3, column id: "3000000000"',
    ],
  ])('%s in a file is told with the row, and without advice to read it anyhow', async (_name, csv, message, where) => {
    await adapter.query('create table shop.strict (id int, text text)');
    const copy = adapter.transaction((session) => session.copy({ schema: 'shop', name: 'strict' }, ['id', 'text'], bytesOf(csv)));
    expect(await failureOf(copy)).toMatchObject({
      message: expect.stringMatching(message) as string,
      where,
      hint: undefined,
      transient: false,
    });
    expect(await values('select count(*)::int from shop.strict')).toEqual([[0]]);
  });

  test('a name that is nearly right is proposed, one of DuckDB itself is not', async () => {
    await adapter.query('create table shop.customers (customer_id int)');
    expect(await failureOf(adapter.query('select * from shop.custmers'))).toMatchObject({
      code: '42P01',
      hint: 'did you mean `customers`?',
    });
    expect(await failureOf(adapter.query('select * from shop.pg_clas'))).toMatchObject({ hint: undefined });
  });

  describe('the catalog', () => {
    test('tells tables, views and comments of the schemas asked for', async () => {
      await adapter.query(`create schema if not exists other; create or replace table other.t (n int, "m x" int); create or replace view other.v as select n from other.t; create or replace table shop.not_asked (n int);
        comment on table other.t is 'it''s a table'; comment on column other.t."m x" is 'more'; comment on view other.v is 'seen'`);
      const catalog = await adapter.catalog(['other']);
      const entry = (name: string, kind: string, comments: readonly object[]): unknown => [
        `"other"."${name}"`,
        { relation: { schema: 'other', name }, kind, hasDependents: false, dependents: [], hasAttachments: false, comments },
      ];
      expect([...catalog].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
        entry('t', 'table', [{ text: "it's a table" }, { column: 'm x', text: 'more' }]),
        entry('v', 'view', [{ text: 'seen' }]),
      ]);
      expect(await adapter.catalog([])).toEqual(new Map());
    });
  });

  describe('publishing', () => {
    test('views on a table find the new one by its name, whoever made them', async () => {
      await build(adapter, [users("select 1 as id, 'Ada' as name")]);
      await adapter.query(
        'create view shop.named as select name from shop.users; create view shop.over as select count(*)::int as n from shop.named',
      );
      await build(adapter, [users("select 2 as id, 'Zoë' as name union all select 3, 'Bo'")]);
      expect(await values('select name, n from shop.named, shop.over order by 1')).toEqual([
        ['Bo', 2],
        ['Zoë', 2],
      ]);
    });

    test('comments are kept: of the relation, and of the columns that are known to be there', async () => {
      const node = users("select 1 as id, 'Ada' as name", { contract: true, columns: [column('id', 'INT'), column('name', 'TEXT')] });
      await build(adapter, [node]);
      await adapter.query(`comment on table shop.users is 'who bought'; comment on column shop.users.name is 'it''s first'`);
      await build(adapter, [node]);
      expect(await values("select comment from duckdb_tables() where schema_name = 'shop'")).toEqual([['who bought']]);
      expect(await values("select column_name, comment from duckdb_columns() where schema_name = 'shop' and comment is not null")).toEqual([
        ['name', "it's first"],
      ]);
    });

    test('a table that a foreign key refers to is not dropped', async () => {
      const node = users('select 1 as id', { primaryKey: ['id'] });
      await build(adapter, [node]);
      await adapter.query('create table shop.refers (id int references shop.users (id))');
      expect(await failureOf(build(adapter, [node]))).toMatchObject({
        code: '2BP01',
        message: expect.stringContaining('"refers"') as string,
      });
      expect(await values('select id from shop.users')).toEqual([[1]]);
    });

    // DuckDB 1.5 takes `add primary key` on a column with nulls
    test.each([
      ['a null', 'select i, nullif(i, 150000) as id from range(200000) as t(i)', '23502'],
      ['a number twice, far apart', 'select i, case i when 199999 then 0 else i end as id from range(200000) as t(i)', '23505'],
    ])('%s in the key of a large table is found, and the old table stands', async (_name, sql, code) => {
      await build(adapter, [users('select 1 as id', { primaryKey: ['id'] })]);
      expect(await failureOf(build(adapter, [users(sql, { primaryKey: ['id'] })]))).toMatchObject({ code, transient: false });
      expect(await values('select * from shop.users')).toEqual([[1]]);
      expect(await failureOf(adapter.query('insert into shop.users values (1)'))).toMatchObject({ code: '23505' });
    });

    test('unique keys hold, with nulls apart, and after the next build', async () => {
      const node = users("select 1 as id, null::text as mail union all select 2, null union all select 3, 'a@b'", {
        uniqueKeys: [['mail']],
      });
      await build(adapter, [node]);
      await build(adapter, [node]);
      expect(await failureOf(adapter.query("insert into shop.users values (4, 'a@b')"))).toMatchObject({ code: '23505' });
      expect(await failureOf(build(adapter, [users("select 'a' as mail union all select 'a'", { uniqueKeys: [['mail']] })]))).toMatchObject(
        { code: '23505' },
      );
      expect(await values('select count(*)::int from shop.users')).toEqual([[3]]);
    });
  });

  describe('declared types', () => {
    test.each([
      ['INT', 'INTEGER'],
      ['varchar(255)', 'VARCHAR'],
      ['NUMERIC(38,10)', 'DECIMAL(38,10)'],
      ['dec(3)', 'DECIMAL(3,0)'],
      ['FLOAT', 'DOUBLE'],
      ['float(24)', 'FLOAT'],
      ['real', 'FLOAT'],
      ['double precision', 'DOUBLE'],
      ['JSONB', 'JSON'],
      ['timestamp', 'TIMESTAMP'],
      ['timestamp(3)', 'TIMESTAMP_MS'],
      ['timestamp(0) without time zone', 'TIMESTAMP_S'],
      ['timestamp with time zone', 'TIMESTAMPTZ'],
      ['char varying(3)', 'VARCHAR'],
      ['INTEGER[]', 'INTEGER[]'],
    ])('%s is %s', async (declared, type) => {
      expect(duckdbType(declared)).toEqual({ type });
      await adapter.query(`create table shop.typed (c ${type})`);
    });

    test('those that would lose digits are refused before anything runs, all at once', async () => {
      const columns = [
        column('a', 'NUMERIC'),
        column('b', 'DECIMAL(39,2)'),
        column('c', 'timestamptz(3)'),
        column('d', 'timestamp(2)'),
        column('e', 'INT'),
      ];
      const planned = planNow(adapter, [
        users('select 1', { contract: true, columns }),
        source('s', { columns: [column('n', 'numeric')], primaryKey: [] }),
      ]);
      const { diagnostics } = await planned.then(
        () => Promise.reject(new Error('it was planned')),
        (error: EtlxError) => error,
      );
      expect(diagnostics.map(({ code, message }) => [code, message.split(':', 1)[0]])).toEqual([
        ['type.unkept', '`a` of `users` is declared `NUMERIC`'],
        ['type.unkept', '`b` of `users` is declared `DECIMAL(39,2)`'],
        ['type.unkept', '`c` of `users` is declared `timestamptz(3)`'],
        ['type.unkept', '`d` of `users` is declared `timestamp(2)`'],
        ['type.unkept', '`n` of `s` is declared `numeric`'],
      ]);
    });
  });

  describe('the door is shut for SQL', () => {
    const outside = join(root, 'outside.csv');
    beforeAll(() => writeFileSync(outside, 'a\n1\n'));

    test.each([
      ['reading a file', `select * from read_csv('${outside}')`],
      ['reading it by its name', `select * from '${outside}'`],
      ['reading it through the folder of copies', `select * from read_text('${root}/shop.duckdb.etlx/../outside.csv')`],
      ['listing a folder', `select * from glob('${root}/*')`],
      ['writing a file', `copy (select 1) to '${root}/written.csv'`],
      ['exporting the database', `export database '${root}/exported'`],
      ['another database', `attach '${root}/other.duckdb'`],
      ['the network', `select * from 'https://127.0.0.1:1/x.csv'`],
      ['an extension', 'install httpfs'],
      ['loading a library', `load '${root}/x.duckdb_extension'`],
      ['a setting', 'set threads = 1'],
      ['opening it again', 'set enable_external_access = true'],
      ['another folder', `set allowed_directories = ['/']`],
      ['a secret', `create persistent secret s (type s3, key_id 'x')`],
    ])('%s', async (_name, sql) => {
      const before = readdirSync(root).sort();
      expect((await failureOf(adapter.query(sql))).message).toMatch(
        /disabled (by|through) configuration|configuration has been locked|not found|does not exist/,
      );
      expect(readdirSync(root).sort()).toEqual(before);
    });

    test('but a query too large for the memory may still spill', async () => {
      expect(await values(`select value from duckdb_settings() where name = 'temp_directory'`)).toEqual([
        [join(root, 'shop.duckdb.etlx', 'spilled')],
      ]);
    });
  });
});

test('in memory, nothing is kept, and two databases are two', async () => {
  const root = temporaryFolder('etlx-duckdb-');
  const [first, second] = await Promise.all([open(root, ':memory:'), open(root, ':memory:')]);
  await build(first, [model('users', [], { sql: 'select 1 as id', primaryKey: ['id'] })]);
  expect(await valuesOf(first, 'select id from shop.users')).toEqual([[1]]);
  expect((await second.catalog(['shop'])).size).toBe(0);
  await Promise.all([first.close(), second.close()]);
  expect(readdirSync(root)).toEqual([]);
});

describe('opening a file', () => {
  const refusal = async (work: Promise<Adapter>): Promise<object | undefined> =>
    work.then(
      () => undefined,
      (error: EtlxError) => error.diagnostics[0],
    );

  test('makes it and its folders, and leaves nothing else behind', async () => {
    const root = temporaryFolder('etlx-duckdb-');
    const adapter = await open(root, 'a/b/x.duckdb');
    await adapter.query('create table kept as select 1 as n');
    await adapter.close();
    expect(readdirSync(join(root, 'a/b'))).toEqual(['x.duckdb']);
    const again = await open(root, 'a/b/x.duckdb');
    expect((await again.query('select n from kept')).rows).toEqual([{ n: 1 }]);
    await again.close();
  });

  test('that this process has open already is refused, and the first goes on', async () => {
    const root = temporaryFolder('etlx-duckdb-');
    const first = await open(root);
    const path = join(root, 'shop.duckdb');
    expect(await refusal(open(root))).toMatchObject({
      code: 'database.locked',
      message: `the database in \`${path}\` is in use by process ${process.pid}`,
    });
    expect((await first.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
    expect(existsSync(`${path}.etlx`)).toBe(true);
    await first.close();
    await (await open(root)).close();
  });

  test('that is none is told with its place, and stays as it is', async () => {
    const root = temporaryFolder('etlx-duckdb-');
    writeFileSync(join(root, 'shop.duckdb'), 'no database '.repeat(1000));
    expect(await refusal(open(root))).toMatchObject({
      code: 'database.connect',
      message: expect.stringContaining('not a valid DuckDB database file') as string,
      hint: expect.stringContaining(join(root, 'shop.duckdb')) as string,
    });
    expect(readdirSync(root)).toEqual(['shop.duckdb']);
  });
});

async function* bytesOf(text: string | Uint8Array): AsyncIterable<Uint8Array> {
  yield typeof text === 'string' ? Buffer.from(text) : text;
  await Promise.resolve();
}

test('an abort ends a query at once, also one that has not begun', async () => {
  const adapter = await open(temporaryFolder('etlx-duckdb-'));
  const endless = 'select count(*) from range(100000000) as a, range(100000000) as b';
  const controller = new AbortController();
  const work = adapter.query(endless, controller.signal);
  for (let sent = 0; sent < 5; sent += 1) await adapter.query('select 1');
  controller.abort(new Error('stop'));
  expect(await failureOf(work)).toMatchObject({ code: '57014' } satisfies Partial<DatabaseError>);
  await expect(adapter.query(endless, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  await adapter.close();
});
