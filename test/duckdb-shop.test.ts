import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../src/adapters/connect';
import type { Adapter } from '../src/core/ports';
import { expectedDeclarations } from './shop/expectedDeclarations';
import { copyOfShop, etlx } from './support/etlx';

/** What its tables hold, `shop/engines.test.ts` compares with the other engines. */
describe('the shop on DuckDB, unchanged but for a target', () => {
  const root = copyOfShop();
  let adapter: Adapter;
  beforeAll(async () => {
    const settings = join(root, 'project.yaml');
    const target = 'duck: { type: duckdb, path: .etlx/shop.duckdb, schema: shop, vars: { shop_api: recorded:recordings/shop } }';
    writeFileSync(settings, readFileSync(settings, 'utf8').replace(/^targets:$/m, `targets:\n  ${target}`));
    expect(await etlx(root, ['build', '-t', 'duck'])).toMatchObject({ code: 0, stdout: '' });
    adapter = await connect({ type: 'duckdb', name: 'duck', path: '.etlx/shop.duckdb', schema: 'shop', threads: 1 }, { root, env: {} });
  }, 120_000);
  afterAll(() => adapter?.close());

  test.each(Object.keys(expectedDeclarations))('%s has the declared columns, types, lengths and primary key', async (table) => {
    const { columns, primaryKey } = expectedDeclarations[table]!;
    const of = `schema_name = 'shop' and table_name = '${table}'`;
    const found = await adapter.query(`select column_name, data_type from duckdb_columns() where ${of} order by column_index`);
    expect(found.rows.map(Object.values)).toEqual(Object.entries(columns).map(([name, type]) => [name, duckdbName(type)]));
    const keys = await adapter.query(
      `select unnest(constraint_column_names) as name from duckdb_constraints() where ${of} and constraint_type = 'PRIMARY KEY'`,
    );
    expect(keys.rows.map(({ name }) => name)).toEqual(primaryKey);
    const checks = await adapter.query(`select expression from duckdb_constraints() where ${of} and constraint_type = 'CHECK'`);
    expect(checks.rows.map(({ expression }) => Number(/<= (\d+)/.exec(String(expression))?.[1])).sort()).toEqual(
      [...lengths(Object.values(columns))].sort(),
    );
  });

  test('what a view or a template asks of the engine, `target.type` answers', async () => {
    writeFileSync(
      join(root, 'models/days.sql'),
      "select {{#if eq(target.type, 'duckdb')}}list_sum([1, 2]){{else}}1 + 2{{/if}}::int as n\n",
    );
    for (const target of ['duck', 'dev']) {
      if (target === 'duck') await adapter.close();
      const shown = await etlx(root, ['show', 'days', '-t', target, '--output', 'json']);
      expect(shown).toMatchObject({ code: 0, stdout: '{"node":"days","show":[{"n":3}]}\n' });
    }
  });

  test('a type that DuckDB cannot keep stops the run before it begins; the error of a query has its line', async () => {
    writeFileSync(join(root, 'models/wide.sql'), 'select 1 as n\n');
    writeFileSync(
      join(root, 'models/wide.yaml'),
      'version: 2\nmodels:\n  - name: wide\n    config: { contract: { enforced: true } }\n    columns: [{ name: n, data_type: NUMERIC }]\n',
    );
    const wide = await etlx(root, ['run', '-t', 'duck', '-s', 'wide']);
    expect(wide.code).toBe(2);
    expect(wide.stderr).toMatch(/`n` of `wide` is declared `NUMERIC`: DuckDB has to know how many digits/);
    appendFileSync(join(root, 'models/days.sql'), '-- Zoë 🛒\n, nope\n');
    const { code, stderr } = await etlx(root, ['run', '-t', 'duck', '-s', 'days']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Referenced column "nope" was not found[^]*models\/days\.sql:3:3/);
  });
});

/** DuckDB's name of the type that PostgreSQL calls `type`. */
function duckdbName(type: string): string {
  if (type.startsWith('character varying')) return 'VARCHAR';
  return type.replace('numeric', 'decimal').toUpperCase();
}

const lengths = (types: readonly string[]): readonly number[] =>
  types.flatMap((type) => /^character varying\((\d+)\)$/.exec(type)?.[1] ?? []).map(Number);
