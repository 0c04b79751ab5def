import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Row } from '../src/core/ports';
import { recordedShop } from './shop/expectedRecords';
import { startApi, type Api, type FaultAt } from './support/api';
import { resultOf, resultsOf, statusesOf } from './support/artifacts';
import { copyOfShop, type Ran, type Where } from './support/etlx';
import { sortedRows } from './support/rows';
import { startServer, type Server } from './support/server';

const recorded = recordedShop(join(__dirname, '../recordings/shop'));
/** What the API has meanwhile: a failed load that let any of it through would show. */
const later = {
  ...recorded,
  users: [...recorded.users, { ...recorded.users[0]!, id: 99_001 }],
  products: [...recorded.products, { ...recorded.products[0]!, id: 99_002, price: 999 }],
  carts: [...recorded.carts, { ...recorded.carts[0]!, id: 99_003, userId: 99_001 }],
};
const TABLES = [
  'users_table',
  'products_table',
  'carts_table',
  'user_transactions',
  'enriched_transactions',
  'user_summaries',
  'cart_details',
  'category_sales_summary',
  'season_sales',
];
const STEPS_BELOW_CARTS = [
  ...['users_table', 'products_table', 'carts_table'].flatMap((table) => [`dataset.shop.${table}`, `source.shop.${table}`]),
  ...TABLES.slice(3).map((model) => `model.${model}`),
];

let server: Server;
let root: string;
let before: Readonly<Record<string, readonly Row[]>>;
let first: Api;

const build = (api: string, words = 'build', where: Where = {}): Promise<Ran> =>
  server.etlx(root, [...words.split(' '), '--target', 'prod'], { ...where, env: { SHOP_API_URL: api, ...where.env } });

async function tables(): Promise<Readonly<Record<string, readonly Row[]>>> {
  const rows: Record<string, readonly Row[]> = {};
  for (const table of TABLES) rows[table] = sortedRows(await server.query(`select * from shop.${table}`));
  return rows;
}

/** The complete loads of a resource in the lake. */
const loadsOf = (resource: string): readonly string[] => {
  const folder = join(root, '.etlx/lake/raw/shop', resource);
  return readdirSync(folder).filter((load) => existsSync(join(folder, load, '_manifest.json')));
};

/** Builds from an API with `faults`; answers what it said, and what the API was asked. */
async function buildWith(
  faults: readonly FaultAt[],
  where?: Where,
): Promise<{ readonly outcome: Ran; readonly requests: Api['requests'] }> {
  const api = await startApi(later, faults);
  try {
    return { outcome: await build(api.url, 'build', where), requests: api.requests };
  } finally {
    await api.stop();
  }
}

beforeAll(async () => {
  server = await startServer();
  root = copyOfShop();
  // one page after the other, so that it is certain which request a fault befalls
  const source = join(root, 'sources/shop.yaml');
  writeFileSync(source, readFileSync(source, 'utf8').replace('headers: { Accept: application/json }', 'concurrency: 1'));
  first = await startApi({ ...recorded });
  expect(await build(first.url)).toMatchObject({ code: 0 });
  before = await tables();
});
afterAll(async () => {
  await first.stop();
  await server.stop();
});

describe('a load that goes well', () => {
  test('keeps the responses byte for byte', async () => {
    for (const { url } of first.requests.slice()) {
      const sent = Buffer.from(await (await fetch(`${first.url}${url}`)).arrayBuffer());
      const resource = url.slice(1, url.indexOf('?'));
      const [load] = loadsOf(resource);
      const page = Number(new URL(url, first.url).searchParams.get('skip')) / 30 + 1;
      const landed = readFileSync(join(root, '.etlx/lake/raw/shop', resource, load!, `page-${String(page).padStart(5, '0')}.json`));
      expect(landed.equals(sent)).toBe(true);
    }
    expect(first.requests.length).toBeGreaterThan(6);
  });

  test('counts what became of every row, and the counts add up', async () => {
    const counted = resultsOf(root).filter(({ row_counts }) => row_counts !== undefined);
    expect(counted.map(({ unique_id }) => unique_id).sort()).toEqual(STEPS_BELOW_CARTS.filter((id) => !id.startsWith('model.')).sort());
    for (const { unique_id, row_counts } of counted) {
      const { received, loaded, merged, filtered, rejected } = row_counts!;
      expect({ unique_id, sum: loaded + merged + filtered + rejected }).toEqual({ unique_id, sum: received });
      expect({ unique_id, loaded }).toEqual({ unique_id, loaded: before[unique_id.split('.').at(-1)!]!.length });
    }
    const lines = recorded.carts.reduce((sum, cart) => sum + cart.products.length, 0);
    expect(resultOf(root, 'source.shop.carts_table').row_counts).toMatchObject({ received: lines, filtered: 0, rejected: 0 });
    expect(resultOf(root, 'source.shop.users_table').row_counts).toMatchObject({ received: recorded.users.length + recorded.carts.length });
    expect(resultOf(root, 'source.shop.products_table').row_counts!.filtered).toBeGreaterThan(0);
  });
});

const always = { table: 'carts', at: 2, times: 99 } as const;

test.each<readonly [what: string, fault: FaultAt, says: RegExp, asked: number]>([
  [
    'an API that resets its connections half-way',
    { ...always, fault: 'reset' },
    /GET http:\S+\/carts\?limit=30&skip=0: .* before the answer was complete, at the last of 4 attempts/,
    9,
  ],
  [
    'a truncated body',
    { ...always, fault: 'truncated' },
    /GET http:\S+\/carts\?limit=30&skip=0: .* before the answer was complete, at the last of 4 attempts/,
    9,
  ],
  ['JSON that is cut', { ...always, fault: 'cut-json' }, /skip=30: the answer is not JSON \(.*\); the body begins: \{"carts":\[/, 2],
  ['a page that repeats', { ...always, fault: 'repeated-page' }, /skip=30 returned the same page as GET http:\S+skip=0/, 2],
  [
    'a total that is too short',
    { table: 'carts', at: 1, times: 99, fault: { total: recorded.carts.length - 5 } },
    /`carts`: \d+ distinct records received, but the API announced \d+$/,
    6,
  ],
  [
    'a total that is too long',
    { table: 'carts', at: 1, times: 99, fault: { total: recorded.carts.length + 50 } },
    /`carts`: \d+ distinct records received, but the API announced \d+$/,
    8,
  ],
  ['a page for people', { ...always, fault: 'html' }, /skip=30: the answer is not JSON \(.*\); the body begins: <!doctype html>/, 2],
  ['null where the list should be', { ...always, fault: 'null-list' }, /skip=30: expected a list at `carts`, found null/, 2],
  ['an answer that says no', { ...always, fault: { status: 403, body: 'go away' } }, /skip=30: answered 403: go away/, 2],
  [
    'an API that breaks and stays broken',
    { ...always, fault: { status: 500 } },
    /skip=0: answered 500, at the last of 4 attempts: \{"message":"no"\}/,
    9,
  ],
])('%s fails the load; old tables stand', async (_what, fault, says, asked) => {
  const loads = loadsOf('carts');
  const { outcome, requests } = await buildWith([fault]);
  expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code: 1, stdout: '' });
  expect(resultOf(root, 'extract.shop.carts')).toMatchObject({ status: 'error', message: expect.stringMatching(says) as string });
  expect(outcome.stderr).toContain('Error in api resource shop.carts (sources/shop.yaml:14)');
  expect(requests.filter(({ url }) => url.startsWith('/carts'))).toHaveLength(asked);
  const statuses = statusesOf(root);
  expect(Object.fromEntries(STEPS_BELOW_CARTS.map((id) => [id, statuses[id]]))).toEqual(
    Object.fromEntries(STEPS_BELOW_CARTS.map((id) => [id, 'skipped'])),
  );
  expect(loadsOf('carts')).toEqual(loads);
  expect(await tables()).toEqual(before);
});

test('an API that dies half-way fails the load; old tables stand', async () => {
  const loads = loadsOf('carts').length + loadsOf('users').length + loadsOf('products').length;
  const api = await startApi(later);
  let answered = 0;
  const dying = createServer((request, response) => {
    answered += 1;
    if (answered <= 4) return void fetch(`${api.url}${request.url}`).then(async (answer) => response.end(await answer.text()));
    dying.close();
    dying.closeAllConnections();
  });
  await new Promise<void>((resolve) => dying.listen(0, '127.0.0.1', resolve));
  const outcome = await build(`http://127.0.0.1:${(dying.address() as AddressInfo).port}`);
  await api.stop();
  expect(outcome.code).toBe(1);
  expect(resultsOf(root).filter(({ unique_id, status }) => unique_id.startsWith('extract.') && status === 'error').length).toBeGreaterThan(
    0,
  );
  expect(loadsOf('carts').length + loadsOf('users').length + loadsOf('products').length).toBeLessThan(loads + 3);
  expect(await tables()).toEqual(before);
});

test('`load --from-lake` rebuilds from the last complete loads, without the API', async () => {
  const outcome = await build('http://127.0.0.1:1', 'load --from-lake');
  expect(outcome).toMatchObject({ code: 0 });
  expect(resultsOf(root).filter(({ unique_id }) => unique_id.startsWith('extract.'))).toEqual([]);
  const after = await tables();
  // the last complete loads of users and products are later than that of carts, of which none came through since
  expect(after.carts_table).toEqual(before.carts_table);
  expect(after.users_table).toHaveLength(before.users_table!.length + 1);
  expect(after.products_table).toHaveLength(before.products_table!.length + 1);
});

test('what fails for a moment is asked again, as late as the API wishes, and loads', async () => {
  const waits: number[] = [];
  const { outcome, requests } = await buildWith(
    [
      { table: 'carts', at: 1, fault: { status: 429, headers: { 'retry-after': '7' } } },
      { table: 'users', at: 2, fault: 'truncated' },
      { table: 'products', at: 1, times: 3, fault: { status: 500 } },
    ],
    { waits },
  );
  expect(outcome).toMatchObject({ code: 0 });
  // the others of the host wait with it, since no time passes in this test
  expect(waits).toContain(7000);
  const pages = [later.carts, later.users, later.products].map(({ length }) => Math.ceil(length / 30));
  expect(requests).toHaveLength(pages.reduce((sum, each) => sum + each, 5));
  for (const resource of ['carts', 'users', 'products'])
    expect(resultOf(root, `extract.shop.${resource}`)).toMatchObject({ status: 'success', attempts: 1 });
  expect(await server.query('select count(*)::int as n from shop.carts_table where cart_id = 99003')).not.toEqual([{ n: 0 }]);
});

test('a total that was wrong for a moment is asked again as a whole', async () => {
  const { outcome } = await buildWith([{ table: 'users', at: 2, fault: { total: 1 } }]);
  expect(outcome).toMatchObject({ code: 0 });
  expect(outcome.stderr).toMatch(
    /attempt 1 failed: `users`: \d+ distinct records received, but the API announced \d+ in GET \S+ and 1 in GET \S+/,
  );
  expect(resultOf(root, 'extract.shop.users')).toMatchObject({ status: 'success', attempts: 2 });
});
