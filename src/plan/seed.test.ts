import { duckdbDialect, postgresDialect } from '../adapters/dialects';
import type { SeedNode } from '../core/node';
import type { Dialect } from '../core/ports';
import { relationKey } from '../core/relation';
import { base } from '../graph/nodes.fixture';
import { column } from './nodes.fixture';
import { fingerprintOf, fingerprintsQuery, seedStep } from './seed';

const seed = (more: Partial<SeedNode> = {}): SeedNode => ({
  ...base('countries', []),
  id: 'seed.countries',
  kind: 'seed',
  relation: { schema: 'shop', name: 'countries' },
  format: 'csv',
  delimiter: ',',
  quoteColumns: false,
  columns: [column('code', 'CHAR(2)', true)],
  primaryKey: ['code'],
  uniqueKeys: [],
  ...more,
});

const columns = [
  { name: 'code', type: 'CHAR(2)' },
  { name: 'area', type: 'NUMERIC', scale: 2 },
  { name: 'people', type: 'BIGINT' },
];

const stepOn = (dialect: Dialect) =>
  seedStep(seed(), { sha256: 'abc', content: { columns, rows: 3 } }, { entry: undefined, later: [], dialect, patience: 1000 });

test('the table has the types of the file, in the words of the engine, and is remembered in the transaction that makes it', () => {
  const table = (dialect: Dialect): string | undefined => stepOn(dialect).build[0]?.sql.replace(/etlx_countries_\w+/, 'candidate');
  expect(table(postgresDialect)).toBe(
    'create table "shop"."candidate" (\n  "code" CHAR(2) constraint "countries_code_not_null" not null,\n  "area" NUMERIC,\n  "people" BIGINT\n)',
  );
  expect(table(duckdbDialect)).toMatch(/"area" DECIMAL\(38,2\),\n {2}"people" BIGINT\n\)$/);
  expect(stepOn(postgresDialect).publish.at(-1)?.sql).toContain(
    `values ('countries', '${fingerprintOf(seed(), 'abc')}', now()) on conflict`,
  );
});

test('a seed without content is left alone', () => {
  const step = seedStep(seed(), { sha256: 'abc' }, { entry: undefined, later: [], dialect: postgresDialect, patience: 1000 });
  expect(step).toMatchObject({ build: [], finish: [], publish: [] });
});

test('the fingerprint tells apart what would give another table, and nothing else', () => {
  const of = (more: Partial<SeedNode> = {}, sha256 = 'abc'): string => fingerprintOf(seed(more), sha256);
  expect(of({ description: 'Where we sell.', tags: ['static'] })).toBe(of());
  const others = [
    of({}, 'abd'),
    of({ delimiter: ';' }),
    of({ quoteColumns: true }),
    of({ format: 'ndjson' }),
    of({ primaryKey: [] }),
    of({ uniqueKeys: [['area']] }),
    of({ columns: [column('code', 'CHAR(3)', true)] }),
    of({ columns: [column('code', 'CHAR(2)')] }),
  ];
  expect(new Set([of(), ...others]).size).toBe(others.length + 1);
});

test('only ledgers that stand are asked', () => {
  const seeds = [seed(), seed({ relation: { schema: 'other', name: 'x' } })];
  expect(fingerprintsQuery(seeds, new Map())).toBeUndefined();
  const relation = { schema: 'shop', name: 'etlx_seeds' };
  const standing = new Map([[relationKey(relation), { relation, kind: 'table' as const, hasDependents: false }]]);
  expect(fingerprintsQuery(seeds, standing)).toBe(`select 'shop' as table_schema, table_name, fingerprint from "shop"."etlx_seeds"`);
});
