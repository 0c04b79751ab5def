import type { ModelNode } from '../../src/core/node';
import { model } from '../../src/plan/nodes.fixture';
import { build, describeWith, failureOf, testWith, valuesOf, type Opened } from './engines';

/** What hangs on a relation when it is replaced: views of other roles, grants, comments. Nothing of it is lost; what cannot be kept stops the step. */
describeWith('roles', 'replacing what others depend on', (engine) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await engine.open();
    await opened.adapter.query('create role analyst; create role reader; create schema reports authorization analyst');
  });
  afterAll(async () => {
    // roles belong to the server, which may not be the test's own
    await opened.adapter.query('reset role; drop owned by analyst, reader cascade; drop role analyst, reader');
    await opened.close();
  });

  const users = (sql: string, more: Partial<ModelNode> = {}): ModelNode => model('users', [], { sql, ...more });
  const values = (sql: string): Promise<readonly unknown[][]> => valuesOf(opened.adapter, sql);

  beforeEach(async () => {
    await opened.adapter.query('drop schema if exists shop cascade; create schema shop; grant usage, create on schema shop to analyst');
    await build(opened.adapter, [users("select 1 as id, 'Ada' as name")]);
    await opened.adapter.query(`
      grant select on shop.users to analyst with grant option;
      comment on table shop.users is 'who bought'; comment on column shop.users.name is 'the first name'; grant update (name) on shop.users to reader;
      drop schema reports cascade; create schema reports authorization analyst; grant usage on schema reports to reader;
      set role analyst;
      create view reports.named with (security_barrier = true) as select name, count(*) as users from shop.users group by name;
      create view reports."On Top" as select n.users, u.id from reports.named n, shop.users u;
      grant select on reports.named to reader with grant option; grant select (id) on reports."On Top" to public;
      comment on view reports.named is 'it''s a count'; comment on column reports."On Top".users is 'how many';
      reset role`);
  });

  const hanging = (): Promise<readonly unknown[][]> =>
    values(`select c.oid::regclass::text, c.relkind::text, pg_get_userbyid(c.relowner), coalesce(c.relacl, acldefault('r', c.relowner))::text, c.reloptions::text, obj_description(c.oid, 'pg_class'),
        case c.relkind when 'v' then pg_get_viewdef(c.oid) end,
        (select json_agg(json_build_array(a.attname, a.attacl::text, col_description(c.oid, a.attnum)) order by a.attname) from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
      from pg_class c where c.relnamespace in ('shop'::regnamespace, 'reports'::regnamespace) and c.relkind in ('r', 'v') order by 1`);

  test('they read the new table, and keep definition, owner, grants, options and comments, as the table does', async () => {
    const before = await hanging();
    await build(opened.adapter, [users("select 1 as id, 'Zoë' as name")]);
    expect(await hanging()).toEqual(before);
    expect(await values('select n.name, t.users, t.id from reports.named n, reports."On Top" t')).toEqual([['Zoë', '1', 1]]);
  });

  test('default privileges given since change nothing about who may read', async () => {
    const before = await hanging();
    await opened.adapter.query('alter default privileges grant insert on tables to reader');
    await build(opened.adapter, [users("select 1 as id, 'Zoë' as name")]);
    await opened.adapter.query('alter default privileges revoke insert on tables from reader');
    expect(await hanging()).toEqual(before);
  });

  test('they outlive a change of the relation into a view, and back', async () => {
    const before = await hanging();
    const node = users("select 2 as id, 'Bo' as name");
    await build(opened.adapter, [{ ...node, materialized: 'view' }]);
    expect(await values('select name from reports.named')).toEqual([['Bo']]);
    await build(opened.adapter, [node]);
    expect(await hanging()).toEqual(before);
  });

  test.each([
    [
      'a view that reads a column which is gone',
      'select 1',
      'select 2 as id',
      '42703',
      expect.stringMatching(/^the view reports\.named cannot be rebuilt: column .*name.* does not exist$/),
    ],
    [
      'a foreign key',
      'alter table shop.users add unique (id); create table reports.refers (id int references shop.users (id))',
      undefined,
      '2BP01',
      'cannot drop table shop.users because other objects depend on it',
    ],
    [
      'row security',
      'alter table shop.users enable row level security',
      undefined,
      '2BP01',
      'shop.users cannot be rebuilt: its row level security would be lost',
    ],
    [
      'a trigger on a view',
      'create function reports.f() returns trigger language plpgsql as $$ begin return new; end $$; create trigger t instead of insert on reports.named for each row execute function reports.f()',
      undefined,
      '2BP01',
      'reports.named cannot be rebuilt: the trigger t would be lost',
    ],
  ])('%s makes the step fail, and all stands as it was', async (_name, setting, sql, code, message) => {
    await opened.adapter.query(setting);
    const before = await hanging();
    expect(await failureOf(build(opened.adapter, [users(sql ?? "select 2 as id, 'Bo' as name")]))).toMatchObject({
      code,
      message,
      transient: false,
    });
    expect(await hanging()).toEqual(before);
    expect(await values('select id from shop.users')).toEqual([[1]]);
  });

  test('materialized views are filled anew, with the rights of their owner, and keep theirs; empty ones stay empty', async () => {
    await opened.adapter.query(`
      set role analyst;
      create materialized view reports.kept as select name, current_user::text as asked from reports.named;
      create unique index by_name on reports.kept (name); create materialized view reports.empty as select * from reports.kept with no data;
      grant select on reports.kept to reader; comment on materialized view reports.kept is 'kept';
      reset role`);
    await build(opened.adapter, [users("select 2 as id, 'Bo' as name")]);
    expect(await values('select name, asked from reports.kept')).toEqual([['Bo', 'analyst']]);
    expect(
      await values(`select c.relname, c.relispopulated, pg_get_userbyid(c.relowner), obj_description(c.oid, 'pg_class'), has_table_privilege('reader', c.oid, 'select'),
        (select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = c.oid) from pg_class c where c.relkind = 'm' and c.relnamespace = 'reports'::regnamespace order by 1`),
    ).toEqual([
      ['empty', false, 'analyst', null, false, null],
      ['kept', true, 'analyst', 'kept', true, 'CREATE UNIQUE INDEX by_name ON reports.kept USING btree (name)'],
    ]);
  });

  test('what PostgreSQL refuses to drop is named, without advice to cascade', async () => {
    await opened.adapter.query('alter table shop.users add unique (id); create table reports.refers (id int references shop.users (id))');
    const error = await failureOf(build(opened.adapter, [users("select 2 as id, 'Bo' as name")]));
    expect(error.detail).toContain('on table reports.refers depends on table shop.users');
    expect(error.hint).not.toMatch(/cascade/i);
  });

  test('a view that no longer fits, but is a model built next, waits for its own step; what reads it lives on', async () => {
    const named = (columns: string): ModelNode =>
      model('named', ['model.users'], { sql: `select ${columns} from shop.users`, materialized: 'view' });
    await build(opened.adapter, [users("select 1 as id, 'Ada' as name"), named('id, name')]);
    await opened.adapter.query(
      'grant select on shop.named to reader; create view reports.over as select id from shop.named; drop view reports.named cascade',
    );
    const failing = build(opened.adapter, [users("select 2 as id, 'Bo' as first_name"), named('nope')]);
    expect(await failureOf(failing)).toMatchObject({ code: '42703' });
    expect((await failureOf(opened.adapter.query('select * from shop.named'))).message).toContain(
      'shop.named waits for its rebuild by etlx',
    );
    await build(opened.adapter, [users("select 2 as id, 'Bo' as first_name"), named('id, first_name as name')]);
    expect(await values('select o.id, n.name from reports.over o, shop.named n')).toEqual([[2, 'Bo']]);
    expect(await values(`select has_table_privilege('reader', 'shop.named', 'select')`)).toEqual([[true]]);
  });

  testWith(engine, 'concurrent sessions')('two runs that rebuild tables under one view do not undo each other', async () => {
    const of = (name: string, run: number): ModelNode => model(name, [], { sql: `select ${run} as run` });
    await build(opened.adapter, [of('a', 0), of('b', 0)]);
    await opened.adapter.query('create view shop.both as select a.run as a, b.run as b from shop.a, shop.b');
    for (let run = 1; run <= 10; run += 1)
      await Promise.all([build(opened.adapter, [of('a', run)]), build(opened.adapter, [of('b', run)])]);
    expect(await values('select * from shop.both')).toEqual([[10, 10]]);
  });
});
