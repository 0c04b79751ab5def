import type { Adapter } from '../src/core/ports';
import { engines, valuesOf, type Opened } from './adapters/engines';
import { building, dryBuilding, type Built, type Call } from './support/building';
import { model, rows } from './support/models';
import type { Files } from './support/project';

/** PGlite is PostgreSQL here; that it builds incremental models too is told in materializations.test.ts. */
const dialects = engines.filter(({ name }) => name !== 'pglite');

describe.each(dialects)('$name', (engine) => {
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

  describe('incremental', () => {
    const by = (strategy: string, more = ''): string =>
      `materialized='incremental', incremental_strategy='${strategy}', unique_key=['id']${more}`;
    const wide = (id: number, a: string, b: string): string =>
      `select ${id} as id, cast('${a}' as varchar) as a, cast('${b}' as varchar) as b`;
    const all = (): Promise<readonly unknown[][]> => values('select * from shop.m order by 1');

    test('is_incremental() is true when it adds, also within a macro; both texts are checked at their lines', async () => {
      const sql = `select {{#if is_incremental()}} 2 {{else}} 1 {{/if}} as id, cast('{{ said() }}' as varchar) as name`;
      const files = {
        'models/m.sql': model("materialized='incremental'", sql),
        'macros/said.sql': '{{#macro said()}}{{#if is_incremental()}}more{{else}}first{{/if}}{{/macro}}',
      };
      await build(files);
      await build(files);
      expect(await m()).toEqual([
        [1, 'first'],
        [2, 'more'],
      ]);
      await build(files, { fullRefresh: true });
      expect(await m()).toEqual([[1, 'first']]);
      const wrong = "select 1 as id,\n  'x' as name\n{{#if is_incremental()}}\nwhere  nothing = 1\n{{/if}}";
      expect(await buildM("materialized='incremental'", wrong)).toMatch(/^error models\/m.sql:5:8 /);
    });

    test('merge_update_columns and merge_exclude_columns', async () => {
      await buildM(by('merge'), wide(1, 'a', 'b'));
      await buildM(by('merge', ", merge_update_columns=['a']"), wide(1, 'A', 'B'));
      expect(await all()).toEqual([[1, 'A', 'b']]);
      await buildM(by('merge', ", merge_exclude_columns=['a']"), wide(1, 'x', 'B'));
      expect(await all()).toEqual([[1, 'A', 'B']]);
      expect(await buildM(by('merge', ", merge_exclude_columns=['bb']"), wide(1, 'x', 'B'))).toBe(
        'error models/m.sql:1:1 `merge_exclude_columns` of `m` names `bb`, which is not a column that its SELECT and its table share',
      );
    });

    test.each(['merge', 'delete+insert'])(
      '%s looks only at the rows that the predicates let through, and doubles none that stop to meet them',
      async (strategy) => {
        await buildM(by(strategy), rows([1, 'p'], [2, 'q']));
        await buildM(by(strategy, `, incremental_predicates=["dbt_internal_dest.name = 'p'"]`), rows([1, 'x'], [2, 'y']));
        expect(await m()).toEqual([
          [1, 'x'],
          [2, 'q'],
          [2, 'y'],
        ]);
      },
    );

    test.each(['merge', 'delete+insert'])(
      '%s takes nulls of a key of several columns for alike, and refuses keys that repeat',
      async (strategy) => {
        const config = `materialized='incremental', incremental_strategy='${strategy}', unique_key=['id', 'a']`;
        const keyed = (id: string, a: string, b: number): string =>
          `select cast(${id} as integer) as id, cast(${a} as varchar) as a, ${b} as b`;
        const of = (...each: readonly string[]): string => each.join(' union all ');
        await buildM(
          config,
          of(keyed('1', "'x'", 0), keyed('1', 'null', 0), keyed('null', "'x'", 0), keyed('null', 'null', 0), keyed('2', 'null', 0)),
        );
        await buildM(
          config,
          of(keyed('1', "'x'", 1), keyed('1', 'null', 1), keyed('null', "'x'", 1), keyed('null', 'null', 1), keyed('3', 'null', 1)),
        );
        expect(await values('select id, a, b from shop.m order by b, id nulls last, a nulls last')).toEqual([
          [2, null, 0],
          [1, 'x', 1],
          [1, null, 1],
          [3, null, 1],
          [null, 'x', 1],
          [null, null, 1],
        ]);
        expect(await buildM(config, of(keyed('1', 'null', 2), keyed('1', 'null', 3)))).toBe(
          'error models/m.sql:1:1 the new rows of `m` have a key more than once; id, a: 1, null',
        );
      },
    );

    test('a dry run shows how the new rows are made, what is asked, and says the rest in words', async () => {
      await buildM(by('merge'), rows([1, 'a']));
      const plan = await dryBuilding(adapter, { 'models/m.sql': model(by('merge'), rows([2, 'b'])) }, { type });
      expect(plan).toMatch(
        /-- columns: .*\n.*;\n.*;\n-- keys: none may be repeated\n.*;\n-- merge by "id" into "shop"."m", in the columns that both have; if they differ: on_schema_change fail\nselect cast\('etlx adds the new rows here: .*;\ndrop table/,
      );
    });

    test('with duplicate_keys: keep, delete+insert replaces groups of rows', async () => {
      const config = by('delete+insert', ", duplicate_keys='keep'");
      await buildM(config, rows([1, 'a'], [1, 'b'], [2, 'c']));
      await buildM(config, rows([1, 'x'], [1, 'y'], [1, 'z']));
      expect(await m()).toEqual([
        [1, 'x'],
        [1, 'y'],
        [1, 'z'],
        [2, 'c'],
      ]);
    });

    test('keys and indexes of the table hold for what is added', async () => {
      const yaml = 'models: [{name: m, constraints: [{type: primary_key, columns: [id]}], columns: [{name: id}, {name: name}]}]\n';
      const files = (config: string, sql: string): Files => ({
        'models/m.sql': model(
          `${config}, indexes=[{'columns': ['name', 'id'], 'type': 'btree'}, {'columns': ['name'], 'name': 'by_name'}]`,
          sql,
        ),
        'models/m.yaml': yaml,
      });
      for (const strategy of ['merge', 'delete+insert']) {
        expect((await build(files(by(strategy), rows([1, 'a'], [2, 'b'])), { fullRefresh: true }))['model.m']).toBe('success SELECT 2');
        expect((await build(files(by(strategy), rows([2, 'B'], [3, 'c']))))['model.m']).toBe(`success ${strategy.toUpperCase()} 2`);
        expect(await m()).toEqual([
          [1, 'a'],
          [2, 'B'],
          [3, 'c'],
        ]);
      }
      expect((await values(engine.words.standing)).map(([name]) => name)).toEqual(
        expect.arrayContaining(['m_name_id_idx', 'by_name', engine.words.primaryKey('m')]),
      );
      expect((await build(files("materialized='incremental'", rows([3, 'd']))))['model.m']).toMatch(/^error/);
      expect(await m()).toEqual([
        [1, 'a'],
        [2, 'B'],
        [3, 'c'],
      ]);
    });

    test('under a contract the new rows take the declared types', async () => {
      const yaml =
        "models: [{name: m, config: {contract: {enforced: true}}, columns: [{name: id, data_type: integer}, {name: name, data_type: 'decimal(5,2)'}]}]\n";
      const files = (sql: string): Files => ({ 'models/m.sql': model(by('merge'), sql), 'models/m.yaml': yaml });
      await build(files('select 1 as id, 1.005 as name'));
      expect((await build(files('select 1 as id, 2.5 as name')))['model.m']).toBe('success MERGE 1');
      expect((await all()).map((row) => row.map(String))).toEqual([['1', expect.stringMatching(/^2\.50?$/)]]);
      expect((await build(files('select 1 as id, 2 as nme')))['model.m']).toMatch(
        /does not give the columns that its contract declares; missing: name/,
      );
    });
  });

  describe('on_schema_change', () => {
    const config = (rule: string): string => `materialized='incremental', on_schema_change='${rule}'`;
    const OLD = "select 1 as id, cast('x' as varchar) as a, 1 as n";
    const NEW = "select 2 as id, cast('7' as varchar) as n, cast('y' as varchar) as b";
    const changed = async (rule: string, sql = NEW): Promise<readonly [string, readonly object[]]> => {
      await buildM(config(rule), OLD, { fullRefresh: true });
      const how = await buildM(config(rule), sql);
      return [how, (await adapter.query('select * from shop.m order by id')).rows];
    };
    const old = { id: 1, a: 'x', n: 1 };

    test('fail is the default, and names every column', async () => {
      expect(await changed('fail')).toEqual([
        expect.stringMatching(
          /^error models\/m.sql:1:1 `m` gives other columns than its table has; added: b; removed: a; changed: n \(integer → .*\)$/i,
        ),
        [old],
      ]);
    });

    test('ignore leaves new columns out, and cannot do without old ones', async () => {
      expect(await changed('ignore', "select 2 as id, 'z' as b, cast('y' as varchar) as a, 5 as n")).toEqual([
        'success APPEND 1',
        [old, { id: 2, a: 'y', n: 5 }],
      ]);
      expect(await changed('ignore', 'select 2 as id, 5 as n')).toEqual([expect.stringMatching(/removed: a$/), [old]]);
    });

    test('append_new_columns adds, and gives null for what is gone', async () => {
      expect(await changed('append_new_columns', "select 2 as id, 5 as n, cast('z' as varchar) as b")).toEqual([
        'success APPEND 1; added b',
        [
          { ...old, b: null },
          { id: 2, a: null, n: 5, b: 'z' },
        ],
      ]);
    });

    test('sync_all_columns makes the table like the SELECT', async () => {
      const [how, found] = await changed('sync_all_columns');
      expect(how).toMatch(/^success APPEND 1; added b; removed a; changed n \(integer → .*\)$/i);
      expect(found).toEqual([
        { id: 1, n: '1', b: null },
        { id: 2, n: '7', b: 'y' },
      ]);
    });
  });
});
