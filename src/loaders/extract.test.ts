import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Resource } from '../core/loader';
import { startApi, type Api, type Fault, type FaultAt } from '../../test/support/api';
import { extract } from './extract';
import { extractNode, keysOf, testPorts, textOf, type TestPorts } from '../../test/support/loaders';
import { recordedFetcher } from './recorded';

const users = Array.from({ length: 65 }, (_, index) => ({ id: index + 1, name: `user ${index + 1}` }));
const forever = 1000;
const never = new AbortController().signal;

let ports: TestPorts;
let api: Api | undefined;

beforeEach(() => {
  ports = testPorts();
});
afterEach(async () => {
  await ports.client.close();
  await api?.stop();
  api = undefined;
  rmSync(ports.root, { recursive: true, force: true });
});

async function extractFrom(
  faults: readonly FaultAt[] = [],
  over: Partial<Resource> = {},
  tables: Parameters<typeof startApi>[0] = { users },
) {
  api = await startApi(tables, faults);
  return extract(extractNode('users', { baseUrl: api.url, ...over }), ports, never);
}

const ID = '20261122T230102123Z-400000';
const LOAD = `raw/shop/users/load_id=${ID}`;

test('every page lands byte for byte, and the manifest says so', async () => {
  const outcome = await extractFrom();
  expect(outcome).toEqual({ loadId: ID, pages: 3, records: 65, bytes: expect.any(Number) });
  expect(await keysOf(ports.store)).toEqual([`${LOAD}/_manifest.json`, ...[1, 2, 3].map((page) => `${LOAD}/page-0000${page}.json`)]);
  const third = JSON.stringify({ users: users.slice(60), total: 65, skip: 60, limit: 5 });
  expect(await textOf(ports.store, `${LOAD}/page-00003.json`)).toBe(third);
  expect(JSON.parse(await textOf(ports.store, `${LOAD}/_manifest.json`))).toEqual({
    version: 1,
    source: 'shop',
    resource: 'users',
    load_id: ID,
    started_at: '2026-11-22T23:01:02.123Z',
    ended_at: '2026-11-22T23:01:02.123Z',
    request: `GET ${api?.url}/users?limit=30&skip=0`,
    data_selector: 'users',
    pages: expect.arrayContaining([
      { key: `${LOAD}/page-00003.json`, bytes: third.length, sha256: createHash('sha256').update(third).digest('hex'), records: 5 },
    ]),
    records: 65,
    total: 65,
    status: 'complete',
  });
  expect(ports.progress).toEqual([
    { rows: 30, pages: 1 },
    { rows: 60, pages: 2 },
    { rows: 65, pages: 3 },
  ]);
});

test('digits survive', async () => {
  const record = '{"id":9007199254740993,"price":19.90}';
  await extractFrom([], {}, { users: [record] });
  expect(await textOf(ports.store, `${LOAD}/page-00001.json`)).toContain(record);
});

test.each<[string, Fault]>([
  ['a body that is cut off', 'truncated'],
  ['a connection that is reset', 'reset'],
  ['a server that is busy', { status: 503 }],
  ['a rate limit', { status: 429, headers: { 'retry-after': '7' } }],
])('%s is asked again, and the page is there once', async (_, fault) => {
  const outcome = await extractFrom([{ table: 'users', at: 2, times: 2, fault }]);
  expect(outcome).toMatchObject({ pages: 3, records: 65 });
  expect(api?.requests.map(({ url }) => url)).toEqual([0, 30, 30, 30, 60].map((skip) => `/users?limit=30&skip=${skip}`));
  expect(ports.clock.slept).toEqual(typeof fault === 'object' && 'headers' in fault ? [7000, 7000] : [375, 750]);
});

test('compressed pages land as the client sees them', async () => {
  await extractFrom([{ table: 'users', at: 1, times: forever, fault: 'gzip' }]);
  expect(await textOf(ports.store, `${LOAD}/page-00001.json`)).toBe(
    JSON.stringify({ users: users.slice(0, 30), total: 65, skip: 0, limit: 30 }),
  );
});

interface Refusal {
  readonly fault: Fault;
  readonly at?: number;
  readonly code: string;
  readonly says: string;
  readonly transient: boolean;
}

test.each<Refusal>([
  {
    fault: 'truncated',
    code: 'extract.http',
    says: 'the connection was closed before the answer was complete, at the last of 4 attempts',
    transient: true,
  },
  { fault: 'reset', code: 'extract.http', says: 'before the answer was complete, at the last of 4 attempts', transient: true },
  {
    fault: { status: 500, body: '{"message":"sorry"}' },
    code: 'extract.http',
    says: 'answered 500, at the last of 4 attempts: {"message":"sorry"}',
    transient: true,
  },
  { fault: { status: 401 }, code: 'extract.http', says: 'answered 401: {"message":"no"}', transient: false },
  { fault: { status: 302, headers: { location: 'https://elsewhere/' } }, code: 'extract.http', says: 'answered 302', transient: false },
  { fault: 'html', code: 'extract.body', says: 'the body begins: <!doctype html> <html><body>Please sign in', transient: false },
  { fault: 'cut-json', code: 'extract.body', says: 'the answer is not JSON', transient: false },
  { fault: 'null-list', code: 'extract.shape', says: 'expected a list at `users`, found null', transient: false },
  { fault: 'repeated-page', code: 'extract.repeated-page', says: 'skip=30 returned the same page as GET http', transient: false },
  {
    fault: { total: 70 },
    at: 1,
    code: 'extract.total',
    says: '`users`: 65 distinct records received, but the API announced 70',
    transient: true,
  },
  { fault: { total: 66 }, code: 'extract.total', says: 'announced 65 in GET http', transient: true },
])('fails on $fault ($code)', async ({ fault, at = 2, code, says, transient }) => {
  const attempt = extractFrom([{ table: 'users', at, times: forever, fault }]);
  await expect(attempt).rejects.toMatchObject({ transient, diagnostics: [{ code, message: expect.stringContaining(says) }] });
  expect((await keysOf(ports.store)).filter((key) => key.includes('_manifest'))).toEqual([]);
});

test('a total that is too short does not hide the rest', async () => {
  const attempt = extractFrom([{ table: 'users', at: 1, times: forever, fault: { total: 40 } }]);
  await expect(attempt).rejects.toMatchObject({
    diagnostics: [{ code: 'extract.total', message: expect.stringContaining('60 distinct') }],
  });
});

test('records that come twice do not make up for others', async () => {
  const shifted = [...users.slice(0, 31), users[0]!, ...users.slice(32)];
  await expect(extractFrom([], {}, { users: shifted })).rejects.toMatchObject({
    diagnostics: [{ code: 'extract.total', message: expect.stringContaining('64 distinct') }],
  });
});

test('the same key twice', async () => {
  await expect(extractFrom([], {}, { users: ['{"id":1,"name":"a","name":"b"}'] })).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'extract.body',
        message: expect.stringContaining(
          ': an object has the key `name` twice, with different values, and which one counts is not defined; the',
        ),
      },
    ],
  });
});

test('a record without its primary key is named', async () => {
  await expect(extractFrom([], {}, { users: [{ id: 1 }, { id: null }] })).rejects.toMatchObject({
    diagnostics: [{ code: 'extract.shape', message: expect.stringContaining('expected the primary key at `users[1].id`, found null') }],
  });
});

test('pages may be smaller than asked for', async () => {
  const outcome = await extractFrom([], {
    params: { page: 'small' },
    paginator: { type: 'offset', limit: 0, limitAt: { param: 'limit' }, offsetAt: { param: 'skip' }, totalPath: 'total' },
  });
  expect(outcome).toMatchObject({ pages: 1, records: 65 });
});

test('without a total the series ends at the first empty page', async () => {
  const outcome = await extractFrom([], {
    paginator: { type: 'offset', limit: 30, limitAt: { param: 'limit' }, offsetAt: { param: 'skip' } },
  });
  expect(outcome).toMatchObject({ pages: 4, records: 65 });
});

test('an empty resource is a complete load', async () => {
  expect(await extractFrom([], {}, { users: [] })).toMatchObject({ pages: 1, records: 0 });
});

test('a slow answer ends at the timeout, and an aborted run at once', async () => {
  const stalled: readonly FaultAt[] = [{ table: 'users', at: 1, times: forever, fault: 'stalled' }];
  const once = { maxAttempts: 1, backoff: 0, maxDelay: 0 };
  await expect(extractFrom(stalled, { timeout: { connect: 1, firstByte: 1, idle: 1, total: 0.2 }, retry: once })).rejects.toMatchObject({
    transient: true,
    diagnostics: [{ message: expect.stringContaining('no complete answer within 0.2 seconds') }],
  });
  const abort = new AbortController();
  const running = extract(extractNode('users', { baseUrl: api!.url }), ports, abort.signal);
  abort.abort(new Error('stopped by hand'));
  await expect(running).rejects.toThrow('stopped by hand');
});

test('secrets are sent, and shown nowhere', async () => {
  const token = 'S3CR3T-Köln/=&';
  ports = testPorts({ env: { TOKEN: token } });
  const over: Partial<Resource> = { headers: { Authorization: { env: 'TOKEN' } }, params: { key: { env: 'TOKEN' }, lang: 'en' } };
  const leak = { status: 403, body: JSON.stringify({ message: `bad token ${token} or ${encodeURIComponent(token)}` }) };
  await expect(extractFrom([{ table: 'users', at: 2, fault: leak }], over)).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'extract.http',
        message: expect.stringMatching(/\?key=\*\*\*&lang=en&limit=30&skip=30: answered 403: .*bad token \*\*\* or \*\*\*"/),
      },
    ],
  });
  const { headers, url } = api!.requests[0]!;
  expect(Buffer.from(headers.authorization!, 'latin1').toString('latin1')).toBe(token);
  expect(new URL(url, 'http://x').searchParams.get('key')).toBe(token);
  const { loadId } = await extract(extractNode('users', { baseUrl: api!.url, ...over }), ports, never);
  const manifest = await textOf(ports.store, `raw/shop/users/load_id=${loadId}/_manifest.json`);
  expect(manifest).toContain('?key=***&lang=en&limit=30&skip=0');
  expect(manifest).not.toContain('S3CR3T');
});

test('a secret that is not set is named before anything is asked', async () => {
  await expect(extractFrom([], { headers: { Authorization: { env: 'TOKEN' } } })).rejects.toMatchObject({
    diagnostics: [{ code: 'env.missing' }],
  });
  expect(api?.requests).toEqual([]);
});

test('recorded responses go the same way', async () => {
  const files: Readonly<Record<string, string>> = {
    'recordings/users/limit=30&skip=0.json': '{"users":[{"id":1}],"total":2}',
    'recordings/users/limit=30&skip=1.json': '{"users":[{"id":2}],"total":2}',
    'recordings/rates/limit=1&skip=0.json': '{"rates":[{"id":1}],"total":1}',
    'recordings/carts/limit=30&skip=0.json': '{"carts":[{"id":2}],"total":2}',
  };
  ports = testPorts({ fetcher: recordedFetcher(async (path) => (files[path] === undefined ? undefined : Buffer.from(files[path]))) });
  const node = (name: string) => extractNode(name, { baseUrl: 'recorded:recordings' });
  expect(await extract(node('users'), ports, never)).toMatchObject({ pages: 2, records: 2 });
  const one: Partial<Resource> = {
    baseUrl: 'recorded:recordings',
    paginator: { type: 'offset', limit: 1, limitAt: { param: 'limit' }, offsetAt: { param: 'skip' }, totalPath: 'total' },
  };
  expect(await extract(extractNode('rates', one), ports, never)).toMatchObject({ pages: 1, records: 1 });
  await expect(extract(node('carts'), ports, never)).rejects.toMatchObject({
    diagnostics: [
      {
        message:
          'GET recorded:recordings/carts?limit=30&skip=1: answered 404: no recorded response: `recordings/carts/limit=30&skip=1.json` is not in the project',
      },
    ],
  });
});

test('a loader in TypeScript yields bodies, which are landed and checked alike', async () => {
  const module = {
    default: async function* () {
      yield { rates: [{ id: 1, rate: 1.5 }] };
      yield '{"rates": [{"id": 2, "rate": 1.50}]}';
    },
  };
  ports = testPorts({ module: async () => module });
  const node = extractNode('rates', { module: 'sources/rates.ts', paginator: { type: 'single_page' } });
  expect(await extract(node, ports, never)).toMatchObject({ pages: 2, records: 2 });
  expect(await textOf(ports.store, `raw/shop/rates/load_id=${ID}/page-00002.json`)).toBe('{"rates": [{"id": 2, "rate": 1.50}]}');
  ports = testPorts({ module: async () => ({}) });
  await expect(extract(node, ports, never)).rejects.toMatchObject({ diagnostics: [{ code: 'macro.module' }] });
});
