import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Store } from '../src/core/ports';
import { s3Store } from '../src/lake/s3';
import type { S3Options } from '../src/lake/s3Client';
import { extract } from '../src/loaders/extract';
import { transform } from '../src/loaders/transform';
import { startApi, type Api } from './support/api';
import { at, datasetNode, extractNode, testPorts, type TestPorts } from './support/loaders';
import { startFaultyS3, type FaultyS3, type S3Fault } from './support/s3Faults';

const SLOW_DOWN: S3Fault = { status: 503, code: 'SlowDown' };
const servers: FaultyS3[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function faulty(
  options: Parameters<typeof startFaultyS3>[0],
  more: Partial<S3Options> = {},
): Promise<{ readonly server: FaultyS3; readonly store: Store }> {
  const server = await startFaultyS3(options);
  servers.push(server);
  return { server, store: await s3Store('s3://lake/p', { ...server.options, ...more }) };
}

async function bytesOf(store: Store, key: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.get(key)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const operations = ({ requests }: FaultyS3) => requests.map(({ operation }) => operation);
const large = randomBytes(17 * 1024 * 1024);

describe('F39: what passes is tried again', () => {
  test.each<[string, S3Fault, number]>([
    ['SlowDown, five times', SLOW_DOWN, 5],
    ['an internal error', { status: 500, code: 'InternalError' }, 1],
    ['a reset', 'reset', 2],
    ['a lost answer', 'lost-answer', 1],
    ['a body damaged on its way', 'flipped-byte', 1],
    ['a clock that is wrong', { status: 403, code: 'RequestTimeTooSkewed' }, 1],
  ])('%s', async (_, fault, times) => {
    const { server, store } = await faulty({ faults: [{ on: 'put', fault, times }] });
    await store.put('k', Buffer.from('value'));
    expect(operations(server)).toEqual(Array.from({ length: times + 1 }, () => 'put'));
    expect(String(server.objects.get('p/k')?.body)).toBe('value');
  });

  test('every request of an upload in parts, and nothing of it stays', async () => {
    const faults = (['create', 'part', 'complete'] as const).flatMap((on) => [
      { on, at: 1, fault: SLOW_DOWN },
      { on, at: 2, fault: 'reset' as const },
      { on, at: 3, fault: { status: 500, code: 'InternalError' } },
    ]);
    const { server, store } = await faulty({ faults });
    await store.put('k', large);
    expect(server.objects.get('p/k')?.body.equals(large)).toBe(true);
    expect(server.uploads.size).toBe(0);
  });

  test('a completed upload whose answer was lost is complete', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'complete', fault: 'lost-answer' }] });
    await store.put('k', large);
    expect(operations(server).slice(-3)).toEqual(['complete', 'complete', 'head']);
    expect(server.objects.get('p/k')?.body.equals(large)).toBe(true);
  });

  test('an answer that breaks off is taken up where it ended', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'get', at: 1, times: 3, fault: 'half-body' }] });
    await store.put('k', large);
    expect((await bytesOf(store, 'k')).equals(large)).toBe(true);
    const ranges = server.requests.filter(({ operation }) => operation === 'get').map(({ headers }) => headers.range);
    expect(ranges).toHaveLength(4);
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });
});

test('F39: a burst of SlowDown loses nothing of many objects at once', async () => {
  const { server, store } = await faulty({ faults: [{ on: 'put', at: 1, times: 12, fault: SLOW_DOWN }] });
  const keys = Array.from({ length: 60 }, (_, index) => `k${index}`);
  await Promise.all(keys.map((key) => store.put(key, Buffer.from(key))));
  expect(keys.map((key) => String(server.objects.get(`p/${key}`)?.body))).toEqual(keys);
});

describe('F39: what does not pass fails, and leaves nothing', () => {
  test('an upload that was killed is a leftover, and can be given up', async () => {
    const { server, store } = await faulty({
      faults: [
        { on: 'part', times: 100, fault: { status: 403, code: 'AccessDenied' } },
        { on: 'abort', times: 100, fault: { status: 403, code: 'AccessDenied' } },
      ],
    });
    await expect(store.put('k', large)).rejects.toMatchObject({ diagnostics: [{ code: 'lake.error' }] });
    const { store: later } = { store: await s3Store('s3://lake/p', server.options) };
    const names: string[] = [];
    for await (const { name } of later.leftovers()) names.push(name);
    expect(names).toEqual(['parts of k']);
  });

  test('SlowDown for ever', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'put', times: 100, fault: SLOW_DOWN }] });
    await expect(store.put('k', Buffer.from('x'))).rejects.toMatchObject({
      transient: true,
      diagnostics: [{ code: 'lake.error', message: expect.stringContaining('SlowDown') }],
    });
    expect(server.requests).toHaveLength(7);
  });

  test('access that is denied is not tried twice', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'put', times: 9, fault: { status: 403, code: 'AccessDenied' } }] });
    await expect(store.put('k', Buffer.from('x'))).rejects.toMatchObject({
      transient: false,
      diagnostics: [{ message: expect.stringContaining('access to `k` is denied') }],
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each<'part' | 'complete'>(['part', 'complete'])('an upload whose %s is refused is given up', async (on) => {
    const { server, store } = await faulty({ faults: [{ on, times: 100, fault: { status: 500, code: 'InternalError' } }] });
    await expect(store.put('k', large)).rejects.toMatchObject({ transient: true });
    expect(operations(server).at(-1)).toBe('abort');
    expect({ objects: server.objects.size, uploads: server.uploads.size }).toEqual({ objects: 0, uploads: 0 });
  });
});

describe('an object that must be new', () => {
  test('does not replace another', async () => {
    const { server, store } = await faulty({});
    await store.put('m', Buffer.from('first'), { fresh: true });
    await expect(store.put('m', Buffer.from('second'), { fresh: true })).rejects.toMatchObject({
      diagnostics: [{ message: 'the lake at `s3://lake/p`: `m` stands there already' }],
    });
    expect(String(server.objects.get('p/m')?.body)).toBe('first');
  });

  test('is written once when the answer to it was lost', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'put', fault: 'lost-answer' }] });
    await store.put('m', Buffer.from('mine'), { fresh: true });
    expect(operations(server)).toEqual(['put', 'put', 'get']);
  });

  test('waits for one that is being written', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'put', fault: { status: 409, code: 'ConditionalRequestConflict' } }] });
    await store.put('m', Buffer.from('mine'), { fresh: true });
    expect(server.objects.size).toBe(1);
  });

  test.each(['ignores', 'refuses'] as const)('is written by a server that %s the condition', async (conditional) => {
    const { server, store } = await faulty({ conditional });
    await store.put('m', Buffer.from('first'), { fresh: true });
    expect(String(server.objects.get('p/m')?.body)).toBe('first');
  });
});

test('options reach the server', async () => {
  const { server, store } = await faulty({}, { sse: 'aws:kms', kmsKey: 'key-1' });
  await store.put('small', Buffer.from('x'));
  await store.put('large', large);
  for (const key of ['p/small', 'p/large']) {
    expect(server.objects.get(key)?.headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
    });
  }
  expect(server.requests.some(({ headers }) => headers['x-amz-checksum-crc32'] !== undefined)).toBe(false);
  const summed = await s3Store('s3://lake/p', { ...server.options, checksum: 'when_supported' });
  await summed.put('summed', Buffer.from('x'));
  expect(server.requests.at(-1)?.headers['x-amz-checksum-crc32']).toBeDefined();
});

describe('a build over a store that goes wrong', () => {
  const never = new AbortController().signal;
  const users = Array.from({ length: 45 }, (_, index) => ({ id: index + 1 }));
  let api: Api;
  let ports: TestPorts;
  beforeAll(async () => {
    api = await startApi({ users });
    ports = testPorts();
  });
  afterAll(async () => {
    await api.stop();
    await ports.client.close();
    rmSync(ports.root, { recursive: true });
  });
  const extracted = (store: Store) => extract(extractNode('users', { baseUrl: api.url }), { ...ports, store }, never);
  const dataset = datasetNode('users', ['id INT'], ['id'], {
    inputs: [{ from: 'users', at, includeFromParent: {}, columns: { id: { path: 'id' } } }],
  });
  const transformed = (store: Store) => transform(dataset, { ...ports, store }, never);
  /** Whatever may have been made of it, no dataset exists. */
  const expectNoDataset = ({ objects }: FaultyS3) =>
    expect([...objects.keys()].filter((key) => /datasets.*_manifest/.test(key))).toEqual([]);

  test('which keeps half of a page and says that all is well: the page is refused when it is read', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'put', at: 2, fault: 'half-body' }] });
    await extracted(store);
    await expect(transformed(store)).rejects.toMatchObject({
      diagnostics: [{ code: 'lake.corrupt', message: expect.stringMatching(/it has \d+ bytes instead of \d+/) }],
    });
    expectNoDataset(server);
  });

  test('which changes a byte on its way back', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'get', at: 2, fault: 'flipped-byte' }] });
    await extracted(store);
    await expect(transformed(store)).rejects.toMatchObject({
      diagnostics: [{ code: 'lake.corrupt', message: expect.stringContaining('SHA-256') }],
    });
    expectNoDataset(server);
  });

  test('F39: which fails before the manifest: the load does not exist', async () => {
    const { server, store } = await faulty({ faults: [{ on: 'put', at: 3, times: 7, fault: { status: 500, code: 'InternalError' } }] });
    await expect(extracted(store)).rejects.toMatchObject({ transient: true });
    expect([...server.objects.keys()].map((key) => key.split('/').at(-1))).toEqual(['page-00001.json', 'page-00002.json']);
    await expect(transformed(store)).rejects.toMatchObject({ diagnostics: [{ code: 'lake.missing-load' }] });
  });

  test('F41: whose listings lag: pages are found by the manifest, which is the last to be listed', async () => {
    const { store } = await faulty({ staleLists: 1 });
    await extracted(store);
    expect((await transformed(store)).counts).toMatchObject({ received: 45, loaded: 45 });
  });
});
