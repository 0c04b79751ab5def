import type { Adapter } from '../src/core/ports';
import { engines, testWith, valuesOf, type Opened } from './adapters/engines';
import { building, dryBuilding, type Built, type Call } from './support/building';
import { model, rows } from './support/models';
import type { Files } from './support/project';

describe.each(engines)('$name', (engine) => {
  let opened: Opened;
  let adapter: Adapter;
  beforeAll(async () => {
    opened = await engine.open();
    ({ adapter } = opened);
  });
  afterAll(() => opened.close());
  beforeEach(() => adapter.query('drop schema if exists shop cascade; create schema shop'));

  const type = engine.name === 'duckdb' ? 'duckdb' : 'pglite';
  const build = (files: Files, call: Call = {}): Promise<Built> => building(adapter, files, { type, ...call });
  /** Builds the model `m` and answers how that ended. */
  const buildM = async (config: string, sql: string, call: Call = {}): Promise<string> =>
    (await build({ 'models/m.sql': model(config, sql) }, call))['model.m']!;
  const values = (sql: string): Promise<readonly unknown[][]> => valuesOf(adapter, sql);
  const m = (): Promise<readonly unknown[][]> => values('select id, name from shop.m order by id, name');
  const kind = async (): Promise<string | undefined> => (await adapter.catalog(['shop'])).get('"shop"."m"')?.kind;

  describe('create, run again, full refresh', () => {
    test('table', async () => {
      expect(await buildM("materialized='table'", rows([1, 'a']))).toBe('success SELECT 1');
      expect(await buildM("materialized='table'", rows([2, 'b'], [3, 'c']))).toBe('success SELECT 2');
      expect(await m()).toEqual([
        [2, 'b'],
        [3, 'c'],
      ]);
    });

    test('view', async () => {
      expect(await buildM("materialized='view'", rows([1, 'a']))).toBe('success CREATE VIEW');
      expect(await buildM("materialized='view'", rows([2, 'b']))).toBe('success CREATE VIEW');
      expect([await kind(), await m()]).toEqual(['view', [[2, 'b']]]);
    });

    test('append', async () => {
      expect(await buildM("materialized='incremental'", rows([1, 'a']))).toBe('success SELECT 1');
      expect(await buildM("materialized='incremental'", rows([1, 'b']))).toBe('success APPEND 1');
      expect(await m()).toEqual([
        [1, 'a'],
        [1, 'b'],
      ]);
      expect(await buildM("materialized='incremental'", rows([5, 'e']), { fullRefresh: true })).toBe('success SELECT 1');
      expect(await m()).toEqual([[5, 'e']]);
    });

    test.each(['merge', 'delete+insert'])('%s', async (strategy) => {
      const config = `materialized='incremental', incremental_strategy='${strategy}', unique_key='id'`;
      expect(await buildM(config, rows([1, 'a'], [2, 'b'], [null, 'n']))).toBe('success SELECT 3');
      expect(await buildM(config, rows([2, 'B'], [3, 'c'], [null, 'N']))).toBe(`success ${strategy.toUpperCase()} 3`);
      expect(await values('select id, name from shop.m order by id nulls last')).toEqual([
        [1, 'a'],
        [2, 'B'],
        [3, 'c'],
        [null, 'N'],
      ]);
      expect([...(await adapter.catalog(['shop'])).keys()]).toEqual(['"shop"."m"']);
    });

    test('full_refresh of the model stands over the flag', async () => {
      await buildM("materialized='incremental', full_refresh=false", rows([1, 'a']));
      await buildM("materialized='incremental', full_refresh=false", rows([2, 'b']), { fullRefresh: true });
      expect(await m()).toEqual([
        [1, 'a'],
        [2, 'b'],
      ]);
      await buildM("materialized='incremental', full_refresh=true", rows([3, 'c']));
      expect(await m()).toEqual([[3, 'c']]);
    });

    testWith(engine, 'materialized views')('materialized view', async () => {
      const sql = 'select id, name from shop.input';
      const config = "materialized='materialized_view', indexes=[{'columns': ['id'], 'unique': true}]";
      await adapter.query(`create table shop.input as ${rows([1, 'a'])}`);
      expect(await buildM(config, sql)).toBe('success SELECT 1');
      await adapter.query(`insert into shop.input ${rows([2, 'b'])}`);
      expect(await dryBuilding(adapter, { 'models/m.sql': model(config, sql) })).toContain(
        'refresh materialized view concurrently "shop"."m";',
      );
      expect(await buildM(config, sql)).toBe('success REFRESH MATERIALIZED VIEW');
      expect(await m()).toEqual([
        [1, 'a'],
        [2, 'b'],
      ]);
      // another definition
      expect(await buildM(config, `${sql} where id = 2`)).toBe('success SELECT 1');
      expect([await kind(), await m()]).toEqual(['materialized_view', [[2, 'b']]]);
      expect(await buildM(config, `${sql} where id = 2`, { fullRefresh: true })).toBe('success SELECT 1');
      expect(await values("select indexname from pg_indexes where schemaname = 'shop'")).toEqual([['m_id_idx']]);
    });

    testWith(engine, 'materialized views')(
      'a materialized view without a unique index keeps readers waiting, and is refreshed as well',
      async () => {
        await buildM("materialized='materialized_view'", rows([1, 'a']));
        expect(await dryBuilding(adapter, { 'models/m.sql': model("materialized='materialized_view'", rows([1, 'a'])) })).toContain(
          'refresh materialized view "shop"."m";',
        );
      },
    );
  });

  const KINDS = ['table', 'view', 'incremental', ...(engine.skips['materialized views'] === undefined ? ['materialized_view'] : [])];
  const standsAs = (materialized: string): string => (materialized === 'incremental' ? 'table' : materialized);

  test('every materialization takes the place of every other, with its rows, and nothing else is left', async () => {
    for (const from of KINDS) {
      for (const to of KINDS) {
        await buildM(`materialized='${from}'`, rows([1, from]), { fullRefresh: true });
        await buildM(`materialized='${to}'`, rows([2, to]));
        const adds = to === 'incremental' && standsAs(from) === 'table';
        expect([from, to, await kind(), await m()]).toEqual([
          from,
          to,
          standsAs(to),
          adds
            ? [
                [1, from],
                [2, to],
              ]
            : [[2, to]],
        ]);
        expect([...(await adapter.catalog(['shop'])).keys()]).toEqual(['"shop"."m"']);
      }
    }
  });

  test('what fails leaves the old relation as it was: the SELECT at its line, and an audit', async () => {
    const yaml = 'models: [{name: m, columns: [{name: id, data_tests: [unique]}]}]\n';
    for (const materialized of KINDS) {
      const config = `materialized='${materialized}'`;
      await build({ 'models/m.sql': model(config, rows([1, 'old'])), 'models/m.yaml': yaml }, { fullRefresh: true });
      const failing = await buildM(config, `select 1 as id,\n  nothing as name`);
      expect(failing).toMatch(/^error models\/m.sql:3:3 .*nothing/);
      const audited = await build({ 'models/m.sql': model(config, rows([1, 'new'], [1, 'new'])), 'models/m.yaml': yaml });
      expect(audited['model.m']).toMatch(/^error `m` was built but not published: `unique_m_id` failed on it/);
      expect(await m()).toEqual([[1, 'old']]);
      expect([...(await adapter.catalog(['shop'])).keys()]).toEqual(['"shop"."m"']);
    }
  });

  test('ephemeral models are written into what reads them, each once, through each other, and errors are theirs', async () => {
    const files: Files = {
      'models/one.sql': model("materialized='ephemeral'", "select 1 as id, 'a' as name -- one;\n;"),
      'models/two.sql': model("materialized='ephemeral'", "with x as (select * from {{ ref('one') }}) select * from x"),
      'models/m.sql': model(
        "materialized='table'",
        "with recursive r as (select id from {{ ref('two') }} union all select id + 1 from r where id < 3)\nselect r.id, one.name from r cross join {{ ref('one') }} as one order by 1",
      ),
      'models/two.yaml': 'models: [{name: two, columns: [{name: id, data_tests: [not_null, unique]}]}]\n',
      'tests/one_is_one.sql': "select * from {{ ref('one') }} where id <> 1\n",
    };
    expect(await build(files)).toEqual({
      'model.m': 'success SELECT 3',
      'test.not_null_two_id': 'pass',
      'test.unique_two_id': 'pass',
      'test.one_is_one': 'pass',
    });
    expect(await m()).toEqual([
      [1, 'a'],
      [2, 'a'],
      [3, 'a'],
    ]);
    expect([...(await adapter.catalog(['shop'])).keys()]).toEqual(['"shop"."m"']);
    const broken: Files = { ...files, 'models/one.sql': model("materialized='ephemeral'", 'select 1 as id,\n  missing as name') };
    const { 'models/two.yaml': _generic, 'tests/one_is_one.sql': singular = '', ...models } = broken;
    expect((await build(models))['model.m']).toMatch(/^error models\/one.sql:3:3 /);
    expect((await build({ ...models, 'tests/one.sql': singular }))['test.one']).toMatch(/^error models\/one.sql:3:3 /);
  });

  testWith(engine, 'materialized views')(
    'a materialized view over a table that is built anew keeps its rows, indexes, comment and grants',
    async () => {
      const files = (name: string): Files => ({
        'models/t.sql': model("materialized='table'", rows([1, name])),
        'models/m.sql': model(
          "materialized='materialized_view', indexes=[{'columns': ['id'], 'unique': true}]",
          "select id, name from {{ ref('t') }}",
        ),
        'models/v.sql': model("materialized='view'", "select * from {{ ref('m') }}"),
      });
      await build(files('a'));
      await adapter.query("comment on materialized view shop.m is 'mine'");
      await adapter.query('grant select on shop.m to public');
      // the table alone first, as a run that was cut short would leave it
      await build({ 'models/t.sql': files('b')['models/t.sql']! });
      expect([await m(), await values('select name from shop.v')]).toEqual([[[1, 'b']], [['b']]]);
      expect(await build(files('c'))).toEqual({
        'model.t': 'success SELECT 1',
        'model.m': 'success REFRESH MATERIALIZED VIEW',
        'model.v': 'success CREATE VIEW',
      });
      expect(await m()).toEqual([[1, 'c']]);
      expect(
        await values(
          "select obj_description('shop.m'::regclass), (select indexname::text from pg_indexes where tablename = 'm'), has_table_privilege('public', 'shop.m', 'select')",
        ),
      ).toEqual([['mine', 'm_id_idx', true]]);
    },
  );
});
