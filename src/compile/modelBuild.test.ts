import { EtlxError } from '../core/diagnostic';
import type { ModelNode } from '../core/node';
import { compile } from './compile';

const SETTINGS = `name: demo
default_target: dev
targets:
  dev: {type: pglite, schema: main}
`;

const compiled = (files: Readonly<Record<string, string>>, settings = '') =>
  compile(
    {
      root: '/nowhere',
      settings: { path: 'project.yaml', text: `${SETTINGS}${settings}` },
      files: Object.entries(files).map(([path, text]) => ({ path, text })),
      seeds: [],
      functions: new Map(),
    },
    { vars: {}, env: {}, fullRefresh: false },
  );

const model = (files: Readonly<Record<string, string>>, name = 'm', settings?: string): ModelNode =>
  compiled(files, settings).manifest.nodes.get(`model.${name}`) as ModelNode;

/** The problems of one model that is configured so, with the columns they stand at. */
const problemsOf = (config: string, more: Readonly<Record<string, string>> = {}): readonly string[] => {
  try {
    compiled({ 'models/m.sql': `{{ config(${config}) }} select 1 as id`, ...more });
    return [];
  } catch (error) {
    if (!(error instanceof EtlxError)) throw error;
    return error.diagnostics.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`);
  }
};

const incremental = "materialized='incremental'";

describe('how an incremental model adds', () => {
  const rule = (config: string): ModelNode['incremental'] =>
    model({ 'models/m.sql': `{{ config(${incremental}${config}) }} select 1 as id` }).incremental;

  it('follows dbt-postgres where nothing is said, and fails when columns differ', () => {
    expect(rule('')).toEqual({
      strategy: 'append',
      uniqueKey: [],
      keepsRepeated: false,
      keeps: [],
      predicates: [],
      onSchemaChange: 'fail',
    });
    expect(rule(", unique_key='id'")).toMatchObject({ strategy: 'delete+insert', uniqueKey: ['id'] });
  });

  it('takes every key of dbt', () => {
    const all =
      ", incremental_strategy='merge', unique_key=['id', 'day'], merge_update_columns=['a'], incremental_predicates=['x > 1'], on_schema_change='sync_all_columns', full_refresh=false";
    expect(rule(all)).toMatchObject({
      strategy: 'merge',
      uniqueKey: ['id', 'day'],
      updates: ['a'],
      predicates: ['x > 1'],
      onSchemaChange: 'sync_all_columns',
    });
  });

  it.each([
    [`${incremental}, incremental_strategy='merge'`, ['1:60 `merge` needs a `unique_key`']],
    [`${incremental}, incremental_strategy='append', unique_key='id'`, ['1:60 `append` looks at no key, but a `unique_key` is given']],
    [
      `${incremental}, incremental_strategy='merge', unique_key='id', merge_update_columns=['a'], merge_exclude_columns=['b']`,
      ['1:136 `merge_update_columns` and `merge_exclude_columns` cannot both be given'],
    ],
    [
      `${incremental}, unique_key='id', merge_exclude_columns=['b']`,
      ['1:78 `merge_exclude_columns` means nothing to the strategy `delete+insert`'],
    ],
    [`${incremental}, incremental_predicates=['a']`, ['1:62 `incremental_predicates` means nothing to the strategy `append`']],
    [
      `${incremental}, unique_key='id', incremental_strategy='merge', duplicate_keys='keep'`,
      ['1:101 `duplicate_keys` means nothing to the strategy `merge`'],
    ],
    [
      `${incremental}, incremental_strategy='insert_overwrite'`,
      ['1:60 `insert_overwrite` replaces partitions, which neither PostgreSQL nor PGlite nor DuckDB has'],
    ],
    [`${incremental}, incremental_strategy='upsert'`, ['1:60 `incremental_strategy` cannot be `upsert`']],
    [
      `${incremental}, on_schema_change='ignore', contract={'enforced': true}`,
      [expect.stringMatching(/no columns are declared/), '1:56 `ignore` contradicts the contract'],
    ],
    ["materialized='table', unique_key='id'", ['1:44 `unique_key` is for incremental models, and `m` is not one']],
    ["materialized='view', indexes=[{'columns': ['id']}]", ['1:40 the view `m` cannot have indexes']],
    [
      "materialized='ephemeral', contract={'enforced': true}",
      ['1:46 the ephemeral model `m` has no columns of its own that a contract could fix'],
    ],
    ["materialized='table', indexes=[{'columns': ['id'], 'uniqe': true}]", ['1:41 unknown key `uniqe` in an index']],
  ])('is refused where it contradicts itself: %s', (config, problems) => {
    expect(problemsOf(config)).toEqual(problems);
  });

  it.each(['view', 'materialized_view', 'ephemeral'])('constraints belong to tables, not to a %s', (materialized) => {
    const yaml = 'models: [{name: m, columns: [{name: id, constraints: [{type: unique}]}]}]';
    expect(problemsOf(`materialized='${materialized}'`, { 'models/m.yaml': yaml })).toEqual([
      expect.stringMatching(/ `m` cannot keep constraints$/),
    ]);
  });

  it('may be said of a folder that holds other models too', () => {
    const settings = 'models: {+on_schema_change: ignore, +unique_key: id}\n';
    expect(model({ 'models/m.sql': 'select 1 as id' }, 'm', settings)).toMatchObject({
      materialized: 'table',
      config: { on_schema_change: 'ignore' },
    });
  });
});

describe('is_incremental()', () => {
  const asks = "{{ config(materialized='incremental') }}select 1{{#if is_incremental()}} where x{{/if}}";

  it('gives a model both texts, and only to one that asks and may add', () => {
    expect(model({ 'models/m.sql': asks })).toMatchObject({ sql: 'select 1', again: { sql: 'select 1 where x' } });
    expect(model({ 'models/m.sql': asks.replace('incremental', 'table') })).toMatchObject({ sql: 'select 1' });
    expect(model({ 'models/m.sql': asks.replace('incremental', 'table') }).again).toBeUndefined();
    expect(model({ 'models/m.sql': "{{ config(materialized='incremental') }}select 1" }).again).toBeUndefined();
  });
});

describe('ephemeral models', () => {
  const ephemeral = (sql: string): string => `{{ config(materialized='ephemeral') }}${sql}`;

  it('are written before the query that reads them, once, those they read themselves first', () => {
    const files = {
      'models/b.sql': ephemeral("select * from {{ ref('a') }}; -- end"),
      'models/a.sql': ephemeral('select 1 as id'),
      'models/m.sql': "with b as (select 2)\nselect * from {{ ref('a') }} natural join {{ ref('b') }}",
    };
    const b = 'with "etlx_cte_a" as (\nselect 1 as id\n), "etlx_cte_b" as (\nselect * from "etlx_cte_a"\n)\n';
    expect(model(files).sql).toBe(
      `${b}select * from (\nwith b as (select 2)\nselect * from "etlx_cte_a" natural join "etlx_cte_b"\n) as etlx_query\n`,
    );
    expect(model(files, 'b').sql).toBe(
      'with "etlx_cte_a" as (\nselect 1 as id\n)\nselect * from (\nselect * from "etlx_cte_a"\n) as etlx_query\n',
    );
    expect(compiled(files).inline("select 1 from {{ ref('a') }}").sql).toContain('with "etlx_cte_a" as (');
  });

  it('are not written where only an arm that was not taken reads them, and are in the other text', () => {
    const files = {
      'models/a.sql': ephemeral('select 1 as id'),
      'models/m.sql': "{{ config(materialized='incremental') }}select 1 as id{{#if is_incremental()}} from {{ ref('a') }}{{/if}}",
    };
    expect(model(files).sql).toBe('select 1 as id');
    expect(model(files).again?.sql).toContain('with "etlx_cte_a" as (');
  });

  it('have no relation of their own, may share a name with one, and may not need each other in a circle', () => {
    expect(() => compiled({ 'models/a.sql': ephemeral('select * from {{ self }}') })).toThrow('only a model has a relation of its own');
    const alias = { 'models/a.sql': "{{ config(materialized='ephemeral', alias='m') }}select 1", 'models/m.sql': 'select 1' };
    expect(() => compiled(alias)).not.toThrow();
    const circle = { 'models/a.sql': ephemeral("select * from {{ ref('b') }}"), 'models/b.sql': ephemeral("select * from {{ ref('a') }}") };
    expect(() => compiled(circle)).toThrow('these nodes need each other');
  });

  it('have names that fit', () => {
    const name = 'a'.repeat(60);
    expect(model({ [`models/${name}.sql`]: ephemeral('select 1'), 'models/m.sql': `select * from {{ ref('${name}') }}` }).sql).toMatch(
      /^with "etlx_cte_[0-9a-f]{16}" as/,
    );
  });
});
