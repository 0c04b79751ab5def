import { connect } from '../../src/adapters/connect';
import type { PostgresTarget } from '../../src/core/manifest';
import { writeProject } from '../support/project';
import { startPostgres, type TestServer } from '../support/postgres';
import { startProxy, type Message, type Proxy } from '../support/proxy';
import { ask, expectClean, expectNextRunWell, fieldProject, run, through, versionOf } from './field';

/** Faults of the network between etlx and a server, at a real one behind a proxy; numbers as in `docs/operations.md`. */
let server: TestServer;
let proxy: Proxy;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
  proxy = await startProxy(Number(new URL(server.url).port));
  url = through(server.url, proxy.port);
});
afterAll(async () => {
  await proxy.close();
  await server.stop();
});
beforeEach(async () => {
  proxy.set({});
  await ask(server.url, 'drop schema if exists shop cascade');
});

const BUILD = 'create table "shop"."etlx_users';
const isBuild = ({ text }: Message): boolean => text.includes(BUILD);
/** The COMMIT of the model's transaction. */
const isCommit = ({ text }: Message): boolean => text.startsWith('commit') && proxy.messages.some(isBuild);
const quick = '    timeouts: {connect: 0.5, reconnect: 3, silence: 0.4}\n';

/** A project whose version 1 stands, built without faults. */
async function standing(target = quick): Promise<string> {
  const root = fieldProject({}, target);
  expect(await run(root, server.url, 1)).toMatchObject({ code: 0 });
  return root;
}

test('F02: a connection cut at any message of a run is made again, and the run succeeds', async () => {
  const root = await standing();
  let version = 1;
  let struck = 0;
  for (const ending of ['rst', 'fin'] as const) {
    for (let at = 0; ; at += 1) {
      proxy.set({ at: (_message, index) => index === at, ending, times: 1 });
      const before = version;
      version += 1;
      const { code } = await run(root, url, version);
      if (proxy.struck() === 0) break;
      struck += 1;
      // What is cut before the run has begun is not tried again, and nothing was done.
      expect({ at, ending, code, found: await versionOf(server.url) }).toEqual({
        at,
        ending,
        code: code === 0 ? 0 : 2,
        found: code === 0 ? version : before,
      });
      if (code !== 0) version = before;
    }
  }
  expect(struck).toBeGreaterThan(12);
  await expectClean(server.url);
  await expectNextRunWell(root, server.url);
});

test('F04: when the answer to COMMIT is lost the server is asked, and nothing is built twice', async () => {
  const root = await standing();
  proxy.set({ at: isCommit, ending: 'rst', forward: true, times: 1 });
  const ran = await run(root, url, 2);
  expect(ran).toMatchObject({ code: 0 });
  expect(proxy.struck()).toBe(1);
  expect(proxy.messages.filter(isBuild)).toHaveLength(1);
  expect(proxy.messages.filter(({ text }) => text.includes('txid_status'))).toHaveLength(1);
  expect(await versionOf(server.url)).toBe(2);
  await expectClean(server.url);
  await expectNextRunWell(root, server.url);
});

test('F04: when COMMIT itself is lost the transaction is ended, and the model is built again', async () => {
  const root = await standing();
  proxy.set({ at: isCommit, ending: 'rst', times: 1 });
  expect(await run(root, url, 2)).toMatchObject({ code: 0 });
  expect(proxy.messages.filter(isBuild)).toHaveLength(2);
  expect(await versionOf(server.url)).toBe(2);
  await expectClean(server.url);
});

test('F08: a server that falls silent in the middle of a query is noticed, and the model is built again', async () => {
  const root = await standing();
  proxy.set({ at: isBuild, ending: 'stall', times: 1 });
  const began = Date.now();
  expect(await run(root, url, 2)).toMatchObject({ code: 0 });
  expect(proxy.struck()).toBe(1);
  expect(Date.now() - began).toBeLessThan(8000);
  expect(await versionOf(server.url)).toBe(2);
  proxy.set({});
  await expectClean(server.url);
});

test('F08: so is one that falls silent with the answer to COMMIT; nothing is built twice', async () => {
  const root = await standing();
  proxy.set({ at: isCommit, ending: 'stall', forward: true, times: 1 });
  expect(await run(root, url, 2)).toMatchObject({ code: 0 });
  expect(proxy.messages.filter(isBuild)).toHaveLength(1);
  expect(await versionOf(server.url)).toBe(2);
  proxy.set({});
  await expectClean(server.url);
});

test('F08: a long query on a server that works is left alone', async () => {
  const root = await standing();
  writeProject(root, {
    'models/users.sql': `select n as id, {{ var('version') }} as version from generate_series(1, 1000) n, (select pg_sleep(1.5)) s`,
  });
  expect(await run(root, url, 2)).toMatchObject({ code: 0 });
  expect(proxy.messages.filter(isBuild)).toHaveLength(1);
  expect(proxy.messages.filter(({ text }) => text.includes('pg_stat_activity a\nwhere a.pid = any')).length).toBeGreaterThan(0);
});

test('F09: at 200 ms for each round trip a model takes two of them, and at 64 KB/s all is well', async () => {
  const root = await standing('');
  proxy.set({ latency: 20 });
  expect(await run(root, url, 2)).toMatchObject({ code: 0 });
  const start = proxy.messages.findIndex(isBuild);
  const trips = proxy.messages
    .slice(start)
    .map(({ text }) => text.replace(/\0$/, ''))
    .filter((text) => !text.includes('advisory') || text.includes(BUILD));
  expect(trips.map((text) => (text.includes(BUILD) ? 'build and publish' : text))).toEqual(['build and publish', 'commit', '']);
  proxy.set({ latency: 100 });
  expect(await run(root, url, 3)).toMatchObject({ code: 0 });
  proxy.set({ throttle: 64 * 1024 });
  expect(await run(root, url, 4)).toMatchObject({ code: 0 });
  expect(await versionOf(server.url)).toBe(4);
  await expectClean(server.url);
});

describe('F10: a connection that ends in the middle of a COPY', () => {
  const row = Buffer.from(`${'x'.repeat(99)}\n`);
  const rows = 40_000;
  async function* csv(): AsyncIterable<Uint8Array> {
    for (let sent = 0; sent < rows; sent += 1000) yield Buffer.concat(Array<Buffer>(1000).fill(row));
  }
  const target = (address: string): PostgresTarget => ({
    type: 'postgres',
    name: 'prod',
    url: address,
    sslmode: 'disable',
    schema: 'shop',
    threads: 1,
    timeouts: { connect: 0.5, reconnect: 3, silence: 0.4 },
  });

  test.each(['rst', 'fin', 'stall'] as const)('by %s leaves nothing, and the next one loads all', async (ending) => {
    await ask(server.url, 'create schema shop; create table shop.notes (note text)');
    proxy.set({ afterBytes: 1_000_000, ending, times: 1 });
    const adapter = await connect(target(url), { root: '/', env: {} });
    try {
      const load = () => adapter.transaction((session) => session.copy({ schema: 'shop', name: 'notes' }, ['note'], csv()));
      await expect(load()).rejects.toMatchObject({
        name: 'DatabaseError',
        transient: true,
        message: expect.stringMatching(/^the connection (to the server )?was lost/),
      });
      expect(proxy.struck()).toBe(1);
      expect(await ask(server.url, 'select count(*)::int from shop.notes')).toEqual([[0]]);
      expect(await load()).toBe(rows);
      expect(await ask(server.url, 'select count(*)::int from shop.notes')).toEqual([[rows]]);
    } finally {
      await adapter.close();
    }
  });
});
