import type { ModelNode } from '../../src/core/node';
import { column, model, test as dataTest } from '../../src/plan/nodes.fixture';
import { build, engines, failureOf, planNow, testWith, valuesOf, type Opened } from './engines';

/** What a plan's SQL promises, held against every engine: a relation is replaced whole, or not at all. */
describe.each(engines)('publishing on $name', (engine) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await engine.open();
  });
  afterAll(() => opened.close());
  beforeEach(() => opened.adapter.query('drop schema if exists shop cascade; create schema shop'));

  const users = (sql: string, more: Partial<ModelNode> = {}): ModelNode => model('users', [], { sql, ...more });
  const values = (sql: string): Promise<readonly unknown[][]> => valuesOf(opened.adapter, sql);
  /** The relation kinds, constraints and helpers of the schema. */
  const standing = (): Promise<readonly unknown[][]> => values(engine.words.standing);

  test('a model is created, and replaced with its keys, as often as it runs', async () => {
    const node = users("select 1 as id, 'Ada' as name; -- the first", {
      contract: true,
      columns: [column('name', 'VARCHAR(255)', true), column('id', 'BIGINT')],
      primaryKey: ['id'],
      uniqueKeys: [['name', 'id']],
    });
    for (let run = 0; run < 3; run += 1) await build(opened.adapter, [node]);
    expect(await standing()).toEqual([
      ['users', 'r'],
      ...[
        ['users_name_id_key', 'i'],
        [engine.words.primaryKey('users'), 'i'],
      ].sort(),
    ]);
    expect(await values('select * from shop.users')).toEqual([['Ada', '1']]);
  });

  testWith(engine, 'the catalog of PostgreSQL')('constraints get their lasting names, and the table its statistics', async () => {
    const columns = [column('name', 'VARCHAR(255)', true), column('id', 'BIGINT')];
    await build(opened.adapter, [
      users("select 1 as id, 'Ada' as name", { contract: true, columns, primaryKey: ['id'], uniqueKeys: [['name', 'id']] }),
    ]);
    expect(await values(`select conname from pg_constraint where conrelid = 'shop.users'::regclass and contype <> 'n' order by 1`)).toEqual(
      [['users_name_id_key'], ['users_pkey']],
    );
    expect(await values(`select conname from pg_constraint where conname like 'etlx%'`)).toEqual([]);
    expect(await values(`select reltuples::int from pg_class where oid = 'shop.users'::regclass`)).toEqual([[1]]);
  });

  test('names as long as they may be, and with quotes, work like any other', async () => {
    const nodes = ['x'.repeat(62) + '1', 'x'.repeat(62) + '2', `it's "ä"`].map((name) => model(name, [], { primaryKey: ['id'] }));
    await build(opened.adapter, nodes);
    await build(opened.adapter, nodes);
    expect((await standing()).filter(([, kind]) => kind === 'r').map(([name]) => name)).toEqual([
      `it's "ä"`,
      'x'.repeat(62) + '1',
      'x'.repeat(62) + '2',
    ]);
  });

  test('a table becomes a view, a view a table', async () => {
    await build(opened.adapter, [users('select 1 as id')]);
    await build(opened.adapter, [users('select 2 as id', { materialized: 'view' })]);
    expect(await standing()).toEqual([['users', 'v']]);
    await build(opened.adapter, [users('select 3 as id, 4 as more')]);
    expect(await standing()).toEqual([['users', 'r']]);
    expect(await values('select * from shop.users')).toEqual([[3, 4]]);
  });

  testWith(engine, 'materialized views')('a materialized view becomes a table', async () => {
    await opened.adapter.query('create materialized view shop.users as select 1 as id');
    await build(opened.adapter, [users('select 5 as id')]);
    expect(await values('select * from shop.users')).toEqual([[5]]);
  });

  testWith(engine, 'one name space')('what is not a table or a view is not dropped', async () => {
    await opened.adapter.query('create sequence shop.users');
    expect(await failureOf(build(opened.adapter, [users('select 1 as id')]))).toMatchObject({
      code: '42P07',
      message: 'relation "users" already exists',
    });
  });

  test('a failing audit leaves the old table, and no trace of the new one', async () => {
    await build(opened.adapter, [users('select 1 as id')]);
    const audit = dataTest('not_null_id', ['model.users']);
    await expect(build(opened.adapter, [users('select null::int as id'), audit])).rejects.toThrow('not_null_id failed');
    expect(await values('select * from shop.users')).toEqual([[1]]);
    expect(await standing()).toEqual([['users', 'r']]);
    await build(opened.adapter, [users('select 2 as id'), audit]);
    expect(await values('select * from shop.users')).toEqual([[2]]);
  });

  test.each([
    [
      'a key that repeats',
      { sql: 'select 7 as id union all select 7', primaryKey: ['id'] },
      { code: '23505', detail: 'Key (id)=(7) is duplicated.', statement: 1 },
    ],
    ['a null in a key', { sql: 'select null::int as id', primaryKey: ['id'] }, { code: '23502', statement: 1 }],
    [
      'a null in a declared column',
      { sql: 'select null::int as id', contract: true, columns: [column('id', 'INT', true)] },
      { code: '23502', statement: 1, message: expect.stringMatching(/column "id" (of relation "etlx_users_|violates not-null)/) },
    ],
    [
      'a value that does not fit its type',
      { sql: "select 'long' as id", contract: true, columns: [column('id', 'VARCHAR(2)')] },
      { code: '22001', statement: 1 },
    ],
    ['a second statement', { sql: 'select 1 as id; drop schema shop cascade' }, { code: '42601', statement: 0 }],
  ])('%s is told with its statement', async (name, more, expected) => {
    expect(await failureOf(build(opened.adapter, [users('', more)]))).toMatchObject({
      ...expected,
      ...engine.words.errors[name],
      transient: false,
    });
  });

  test('an error in a body is placed in the body', async () => {
    const node = users('select 1 as id,\n  nope\nfrom generate_series(1, 2)');
    const [step] = (await planNow(opened.adapter, [node])).steps;
    const [create] = step?.kind === 'model' ? step.build : [];
    const error = await failureOf(build(opened.adapter, [node]));
    expect(error.statement).toBe(0);
    expect(node.sql.slice(error.offset! - create!.bodyAt!)).toMatch(/^nope/);
  });

  testWith(engine, 'concurrent sessions')('readers see the old table or the new one, and no error', async () => {
    const rows = (run: number): ModelNode => users(`select ${run} as run, n from generate_series(1, 20) as g(n)`);
    await build(opened.adapter, [rows(0)]);
    await opened.adapter.query('create view shop.seen as select min(run) as low, max(run) as high, count(*)::int as rows from shop.users');
    let writing = true;
    const reader = async (): Promise<ReadonlySet<string>> => {
      const seen = new Set<string>();
      while (writing)
        for (const row of (await opened.adapter.query('select high - low, rows from shop.seen')).rows)
          seen.add(JSON.stringify(Object.values(row)));
      return seen;
    };
    const readers = [reader(), reader(), reader()];
    for (let run = 1; run <= 50; run += 1)
      await build(opened.adapter, [rows(run)]).catch((error: unknown) => ((writing = false), Promise.reject(error)));
    writing = false;
    for (const seen of await Promise.all(readers)) expect([...seen]).toEqual(['[0,20]']);
    expect(await values('select low, high from shop.seen')).toEqual([[50, 50]]);
  });
});
