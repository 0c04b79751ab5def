import { statusesOf } from './support/artifacts';
import { writeProject } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

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
    await server.ran(root, 'build');
  });

  test('gives the table its columns, in its order, with its types and key', async () => {
    expect(
      await server.query(
        "select attname::text as name, format_type(atttypid, atttypmod) as type, attnotnull as filled from pg_attribute where attrelid = 'contracts.a'::regclass and attnum > 0 order by attnum",
      ),
    ).toEqual([
      { name: 'id', type: 'integer', filled: true },
      { name: 'name', type: 'character varying(3)', filled: true },
      { name: 'price', type: 'numeric(5,2)', filled: false },
    ]);
    expect(
      await server.values("select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'contracts.a'::regclass and contype = 'p'"),
    ).toEqual(['PRIMARY KEY (id)']);
    expect(
      await server.values("select conname::text from pg_constraint where conrelid = 'contracts.a'::regclass and contype = 'p'"),
    ).toEqual(['a_pkey']);
  });

  test.each([
    ['a column too few', "select 1 as id, 'abc' as name\n", '`a` does not give the columns that its contract declares; missing: price'],
    [
      'a column too many',
      "select 1 as id, 'abc' as name, 1 as price, 2 as cost\n",
      '`a` does not give the columns that its contract declares; not declared: cost',
    ],
    ['a misspelt column', "select 1 as id, 'abc' as nme, 1 as price\n", 'declares; missing: name; not declared: nme'],
    [
      'a type that does not fit',
      "select 'x' || 1 as id, 'abc' as name, 1 as price\n",
      'column "id" is of type integer but expression is of type text',
    ],
    ['a text that is too long', "select 1 as id, 'abcd' as name, 1 as price\n", 'value too long for type character varying(3)'],
    [
      'a number that does not fit',
      "select 1 as id, 'abc' as name, 1000 as price\n",
      'numeric field overflow: A field with precision 5, scale 2',
    ],
    ['a null where none may be', 'select 1 as id, null as name, 1 as price\n', 'null value in column "name"'],
    [
      'a key that stands twice',
      "select 1 as id, 'abc' as name, n as price from generate_series(1, 2) as n\n",
      'could not create unique index',
    ],
  ])('refuses %s, and the old table stands', async (_what, sql, says) => {
    writeProject(root, { 'models/a.sql': sql });
    const { stderr } = await server.ran(root, 'build', 1);
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
    await server.ran(root, 'build');
    await server.query(`
      create schema people;
      create view people.mine as select id, extra from views.a;
      create view people.on_mine as select id from people.mine;
      comment on view people.mine is 'not of etlx';
      grant select on people.mine to public`);
  });
  const kinds = (): Promise<readonly unknown[]> =>
    server.values(
      "select relname || ' ' || relkind::text from pg_class where relnamespace = 'views'::regnamespace and relkind in ('r', 'v') and relname <> 'etlx_state' order by 1",
    );

  test("other people's views survive a rebuild, with their comments and grants, and show the new rows", async () => {
    writeProject(root, { 'models/a.sql': 'select 3 as id, 4 as extra\n' });
    await server.ran(root, 'build');
    expect(await server.query('select * from people.mine')).toEqual([{ id: 3, extra: 4 }]);
    expect(await server.values('select id from people.on_mine')).toEqual([3]);
    expect(await server.values("select obj_description('people.mine'::regclass)")).toEqual(['not of etlx']);
    expect(await server.values("select has_table_privilege('public', 'people.mine', 'select')")).toEqual([true]);
  });

  test('one that cannot be rebuilt fails the step, which names it; nothing is dropped', async () => {
    writeProject(root, { 'models/a.sql': 'select 5 as id\n' });
    const { stderr } = await server.ran(root, 'build', 1);
    expect(stderr).toMatch(/error\[database\.error\]: the view people\.mine cannot be rebuilt: column (a\.extra|"extra") does not exist\n/);
    expect(await server.query('select * from people.mine')).toEqual([{ id: 3, extra: 4 }]);
    expect(statusesOf(root)).toEqual({ 'model.a': 'error', 'model.v': 'skipped', 'model.top': 'skipped' });
  });

  test('a table becomes a view and a table again, below views of its own and of others', async () => {
    await server.query('drop view people.mine cascade; create view people.mine as select id from views.a');
    expect(await kinds()).toEqual(['a r', 'top r', 'v v']);
    writeProject(root, { 'models/a.sql': "{{ config(materialized='view') }}\nselect 6 as id\n" });
    await server.ran(root, 'build');
    expect(await kinds()).toEqual(['a v', 'top r', 'v v']);
    expect(await server.values('select id from people.mine union all select id from views.v union all select id from views.top')).toEqual([
      6, 6, 6,
    ]);
    writeProject(root, { 'models/a.sql': 'select 7 as id\n', 'models/v.sql': "select id from {{ ref('a') }}\n" });
    await server.ran(root, 'build');
    expect(await kinds()).toEqual(['a r', 'top r', 'v r']);
    expect(await server.values('select id from people.mine union all select id from views.v union all select id from views.top')).toEqual([
      7, 7, 7,
    ]);
  });
});
