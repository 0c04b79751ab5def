import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../src/adapters/connect';
import type { Target } from '../../src/core/manifest';
import type { Row } from '../../src/core/ports';
import { literal, quote, relationName } from '../../src/core/relation';
import { startApi, type Api } from '../support/api';
import { copyOfShop, etlx, IMAGE } from '../support/etlx';
import { temporaryFolder } from '../support/project';
import { startS3, type S3Server } from '../support/s3';
import { startServer, type Server } from '../support/server';
import { expectedTables } from './expected';
import { expectedDeclarations } from './expectedDeclarations';
import { recordedShop } from './expectedRecords';

/** The shop on every engine, from a lake in a folder and from one in S3. All tables are brought to one PostgreSQL, which compares them by `except all`. */
const records = recordedShop(join(__dirname, '../../recordings/shop'));
const expected = expectedTables(records);
const tables = Object.keys(expected);

const common = { schema: 'shop', threads: 1 } as const;
const targets: readonly Target[] = [
  { ...common, type: 'pglite', name: 'dev', path: '.etlx/dev' },
  { ...common, type: 'duckdb', name: 'duck', path: '.etlx/shop.duckdb' },
  { ...common, type: 'postgres', name: 'prod', url: { env: 'DATABASE_URL' } },
];
const lakes = ['folder', 's3'] as const;
const EXPECTED = 'expected';
const builds = lakes.flatMap((lake) => targets.map(({ type }) => `${type}_from_${lake}`));

let server: Server;
let api: Api;
let s3: S3Server;
beforeAll(async () => {
  [server, api, s3] = await Promise.all([startServer(), startApi({ ...records }), startS3()]);
  await s3.makeBucket('lake');
  await server.query(`create schema ${EXPECTED}; ${builds.map((build) => `create schema ${build}`).join(';')}`);
  for (const table of tables) await bring(EXPECTED, table, Object.keys(expectedDeclarations[table]!.columns), expected[table]!);
});
afterAll(() => Promise.all([server.stop(), api.stop(), s3.stop()]));

/** Makes `table` in `schema` from rows, every value as its exact text. */
async function bring(schema: string, table: string, columns: readonly string[], rows: readonly Row[]): Promise<void> {
  const name = relationName({ schema, name: table });
  await server.query(`create table ${name} (${columns.map((column) => `${quote(column)} text`).join(', ')});
    insert into ${name} select * from jsonb_populate_recordset(null::${name}, ${literal(JSON.stringify(rows))})`);
}

/** How many rows only one of the two has, each as often as it has it more. */
async function difference(table: string, one: string, other: string): Promise<number> {
  const [a, b] = [one, other].map((schema) => `select * from ${relationName({ schema, name: table })}`);
  const [found] = await server.values(`select count(*)::int from ((${a!} except all ${b!}) union all (${b!} except all ${a!})) as either`);
  return Number(found);
}

/** Builds the shop into every target from one lake, which the first one fills. */
async function buildAll(lake: (typeof lakes)[number], env: Readonly<Record<string, string>>): Promise<string> {
  const root = copyOfShop();
  const settings = join(root, 'project.yaml');
  const duck = 'duck: { type: duckdb, path: .etlx/shop.duckdb, schema: shop }';
  writeFileSync(settings, readFileSync(settings, 'utf8').replace(/^targets:$/m, `targets:\n  ${duck}`));
  const where = { env: { SHOP_API_URL: api.url, DATABASE_URL: server.url, ...env } };
  const asked = api.requests.length;
  expect(await etlx(root, ['build', '-t', 'dev'], where)).toMatchObject({ code: 0, stdout: '' });
  const filled = api.requests.length;
  expect(filled).toBeGreaterThan(asked);
  // DuckDB's twice, and the server's is the same one with the other lake: so both are built over what stands as well
  for (const target of ['duck', 'prod', 'duck'])
    expect(await etlx(root, ['build', '--from-lake', '-t', target], where)).toMatchObject({ code: 0, stdout: '' });
  expect(api.requests).toHaveLength(filled);
  for (const target of targets) {
    const adapter = await connect(target, { root, image: IMAGE, env: where.env });
    for (const table of tables) {
      const { columns, rows } = await adapter.query(`select * from shop.${table}`);
      await bring(`${target.type}_from_${lake}`, table, columns, rows);
    }
    await adapter.close();
  }
  return root;
}

test('is built from a lake in a folder', async () => {
  const lake = temporaryFolder('etlx-lake-');
  const root = await buildAll('folder', { LAKE_URL: lake });
  expect(readdirSync(lake).sort()).toEqual(['datasets', 'raw']);
  expect(readdirSync(root).sort()).toEqual(['.etlx', 'macros', 'models', 'project.yaml', 'recordings', 'sources', 'target', 'tests']);
  expect(readdirSync(join(root, '.etlx')).sort()).toEqual(['dev', 'shop.duckdb']);
}, 120_000);

test('is built from a lake in S3', async () => {
  const { accessKeyId, secretAccessKey } = s3.options.credentials;
  const root = await buildAll('s3', {
    LAKE_URL: 's3://lake/shop',
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  expect(readdirSync(join(root, '.etlx')).sort()).toEqual(['dev', 'shop.duckdb']);
}, 120_000);

test.each(tables)('%s is the same on every engine, from either lake, and as the rules give it', async (table) => {
  const rows = expected[table]!.length;
  expect(rows).toBeGreaterThan(0);
  const columns = `select column_name from information_schema.columns where table_name = '${table}' and table_schema =`;
  for (const build of builds) {
    expect({ build, rows: await server.values(`select count(*)::int from ${build}.${table}`) }).toEqual({ build, rows: [rows] });
    expect({ build, difference: await difference(table, EXPECTED, build) }).toEqual({ build, difference: 0 });
    expect(await server.values(`${columns} '${build}' order by ordinal_position`)).toEqual(
      await server.values(`${columns} '${EXPECTED}' order by ordinal_position`),
    );
  }
});

const one = (condition: string): string => `ctid = (select ctid from changed where ${condition} limit 1)`;

test.each([
  ['a value that is written in another way', `update changed set price = price || '0' where ${one('true')}`, 2],
  ['an empty text in place of a null', `update changed set brand = '' where ${one('brand is null')}`, 2],
  ['a row that is there twice', `insert into changed select * from changed where ${one('true')}`, 1],
  ['a row that is missing', `delete from changed where ${one('true')}`, 1],
])('%s is seen', async (_what, change, rows) => {
  const [build] = builds;
  await server.query('begin');
  await server.query(change.replaceAll('changed', `${build!}.enriched_transactions`));
  const found = await difference('enriched_transactions', EXPECTED, build!);
  await server.query('rollback');
  expect(found).toBe(rows);
});
