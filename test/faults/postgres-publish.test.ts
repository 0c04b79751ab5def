import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { connect } from '../../src/adapters/connect';
import { model } from '../../src/plan/nodes.fixture';
import { build } from '../adapters/engines';
import { startPostgres, type TestServer } from '../support/postgres';
import { writeProject } from '../support/project';
import { ask, expectClean, expectNextRunWell, fieldProject, run, session, versionOf } from './field';

/** Replacing a table while others use it; numbers as in `docs/operations.md`. */
let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(() => ask(server.url, 'drop schema if exists shop cascade'));

const impatient = '    timeouts: {publish: 1}\n';

async function standing(target = ''): Promise<string> {
  const root = fieldProject({}, target);
  expect(await run(root, server.url, 1)).toMatchObject({ code: 0 });
  return root;
}

const open: Client[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.end();
});
async function somebody(): Promise<Client> {
  const client = await session(server.url);
  open.push(client);
  return client;
}

describe('F15: a reader in a long transaction', () => {
  /** Reads the table over and over; answers the longest that it ever took, in milliseconds. */
  async function longestRead(client: Client, reading: () => boolean): Promise<number> {
    let longest = 0;
    while (reading()) {
      const began = performance.now();
      await client.query('select count(*) from shop.users');
      longest = Math.max(longest, performance.now() - began);
      await sleep(5);
    }
    return longest;
  }

  test('is waited for, and other readers hardly notice', async () => {
    const root = await standing();
    const slow = await somebody();
    const quick = await somebody();
    await slow.query('begin; select count(*) from shop.users');
    let running = true;
    const longest = longestRead(quick, () => running);
    const ran = run(root, server.url, 2).finally(() => (running = false));
    await sleep(1200);
    expect(running).toBe(true);
    await slow.query('commit');
    expect(await ran).toMatchObject({ code: 0 });
    // 300 ms in line, and what a busy machine adds
    expect(await longest).toBeLessThan(600);
    expect(await versionOf(server.url)).toBe(2);
    await expectClean(server.url);
  });

  test('is given up on after a while: the step fails and names it, the old table stands', async () => {
    const root = await standing(impatient);
    const slow = await somebody();
    await slow.query('begin; select count(*) from shop.users');
    const ran = await run(root, server.url, 2);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('"shop"."users" is in use, and could not be replaced within 1 s');
    expect(ran.stderr).toMatch(/process \d+ \(postgres, somebody\) has held it for \d+ s/);
    expect(ran.stderr).toContain('hint: end what reads it, or raise `timeouts: {publish: …}` of the target');
    await slow.query('commit');
    expect(await versionOf(server.url)).toBe(1);
    await expectClean(server.url);
    await expectNextRunWell(root, server.url);
  });

  test('of a view on the table keeps it as well', async () => {
    const root = await standing(impatient);
    await ask(server.url, 'create view shop.seen as select * from shop.users');
    const slow = await somebody();
    await slow.query('begin; select count(*) from shop.seen');
    expect((await run(root, server.url, 2)).stderr).toContain('could not be replaced within 1 s');
    await slow.query('commit');
    expect(await versionOf(server.url)).toBe(1);
    expect(await run(root, server.url, 2)).toMatchObject({ code: 0 });
    expect(await ask(server.url, 'select min(version), max(version) from shop.seen')).toEqual([[2, 2]]);
    await expectClean(server.url);
  });
});

test('F16: 200 rebuilds under 8 readers and views of another owner: no reader errs, nothing is lost', async () => {
  await ask(server.url, `create schema shop; create role analyst; create role auditor; grant usage, create on schema shop to analyst`);
  const adapter = await connect({ type: 'postgres', name: 'prod', url: server.url, schema: 'shop', threads: 1 }, { root: '/', env: {} });
  const users = (version: number) =>
    model('users', [], { sql: `select n as id, ${version} as version from generate_series(1, 100) n`, primaryKey: ['id'] });
  let writing = true;
  try {
    await build(adapter, [users(0)]);
    await ask(
      server.url,
      `
      grant select on shop.users to analyst with grant option; grant update (version) on shop.users to auditor; comment on table shop.users is 'who bought';
      set role analyst;
      create view shop.totals as select count(*)::int as rows, min(version) as low, max(version) as high from shop.users;
      create view shop.over with (security_barrier) as select t.rows, u.id from shop.totals t, shop.users u;
      grant select on shop.totals to auditor; comment on view shop.over is 'rows by rows'`,
    );
    const hanging = () =>
      ask(
        server.url,
        `select c.relname, pg_get_userbyid(c.relowner), c.relacl::text, c.reloptions::text, obj_description(c.oid, 'pg_class'),
        (select string_agg(a.attname || a.attacl::text, ',') from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
        case c.relkind when 'v' then pg_get_viewdef(c.oid) end
        from pg_class c where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'v') order by 1`,
      );
    const before = await hanging();
    const ways = [
      'select count(*)::int, min(version), max(version) from shop.users',
      'select rows, low, high from shop.totals',
      'select count(*)::int, min(a.version), max(b.version) from shop.users a join shop.users b using (id)',
      { name: 'prepared', text: 'select count(*)::int, min(version), max(version) from shop.users' },
    ];
    const reader = async (way: number): Promise<number> => {
      const client = await session(server.url);
      let reads = 0;
      try {
        while (writing) {
          // A snapshot that is older than a table finds it empty (PostgreSQL documentation, 13.6): who keeps one locks first.
          if (way === 7) await client.query('begin isolation level repeatable read; lock table shop.users in access share mode');
          const query = ways[way % ways.length]!;
          const { rows } = await client.query<number[]>({ ...(typeof query === 'string' ? { text: query } : query), rowMode: 'array' });
          if (way === 7) await client.query('commit');
          if (rows[0]?.[0] !== 100 || rows[0][1] !== rows[0][2]) throw new Error(`a mixed table: ${JSON.stringify(rows)}`);
          reads += 1;
          await sleep(2);
        }
      } finally {
        await client.end();
      }
      return reads;
    };
    const readers = Promise.all(Array.from({ length: 8 }, (_, way) => reader(way)));
    const writer = async (): Promise<void> => {
      for (let version = 1; version <= 200; version += 1) await build(adapter, [users(version)]);
    };
    const [reads] = await Promise.all([readers, writer().finally(() => (writing = false))]);
    expect(Math.min(...reads)).toBeGreaterThan(10);
    expect(await hanging()).toEqual(before);
    expect(await ask(server.url, 'select * from shop.totals')).toEqual([[100, 200, 200]]);
  } finally {
    writing = false;
    await adapter.close();
    // roles belong to the server, which may not be the test's own
    await ask(server.url, 'drop owned by analyst, auditor cascade; drop role analyst, auditor');
  }
  await expectClean(server.url);
}, 240_000);

test.each([
  [
    'a view of another column',
    'create view shop.seen as select version from shop.users',
    'select 1 as id',
    'the view shop.seen cannot be rebuilt',
  ],
  [
    'a foreign key',
    'create table shop.orders (user_id int references shop.users (id))',
    undefined,
    'cannot drop table shop.users because other objects depend on it',
  ],
  [
    'a function',
    "create function shop.count_users(shop.users) returns bigint language sql as 'select 1::bigint'",
    undefined,
    'cannot drop table shop.users because other objects depend on it',
  ],
])('F17: %s that a new table would take away stops the step', async (_name, setting, sql, message) => {
  const root = await standing();
  await ask(server.url, setting);
  if (sql !== undefined) writeProject(root, { 'models/users.sql': sql });
  const ran = await run(root, server.url, 2);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(message);
  expect(ran.stderr).not.toMatch(/cascade/i);
  expect(await versionOf(server.url)).toBe(1);
  await expectClean(server.url);
});

test('F18: of two who wait for each other the server stops one; when it is etlx, it tries again', async () => {
  const root = await standing();
  await ask(server.url, 'create table shop.a as select 1 as n; create table shop.b as select 1 as n');
  writeProject(root, {
    'models/both.sql': `select (select count(*) from shop.b) as b, (select pg_advisory_xact_lock(1)::text) as first, (select pg_sleep(0.5)::text) as pause, (select pg_advisory_xact_lock(2)::text) as second`,
  });
  const other = await somebody();
  await other.query(`set deadlock_timeout = '10s'; begin; select pg_advisory_xact_lock(2)`);
  const ran = run(root, server.url, 2);
  for (;;) {
    const [waiting] = await ask(server.url, `select 1 from pg_locks where locktype = 'advisory' and not granted`);
    if (waiting !== undefined) break;
    await sleep(10);
  }
  const held = other.query('select pg_advisory_xact_lock(1)');
  // etlx, which waits less patiently, is chosen; its lock is free then
  await held;
  await other.query('commit');
  expect(await ran).toMatchObject({ code: 0 });
  await expectClean(server.url);
});

test('F19: eight runs that make the same schema and the same table at once all succeed', async () => {
  for (let round = 0; round < 3; round += 1) {
    await ask(server.url, 'drop schema if exists shop cascade');
    const roots = Array.from({ length: 8 }, () => fieldProject());
    const runs = await Promise.all(roots.map((root) => run(root, server.url, 4)));
    expect(runs.map(({ code }) => code)).toEqual(Array(8).fill(0));
    expect(await versionOf(server.url)).toBe(4);
  }
  await expectClean(server.url);
});
