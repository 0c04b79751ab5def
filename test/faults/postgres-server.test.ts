import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { userInfo } from 'node:os';
import { startOwnPostgres, type OwnServer } from '../support/postgres';
import { writeProject } from '../support/project';
import { ask, expectClean, expectNextRunWell, fieldProject, run, session, versionOf } from './field';

/** Faults of the server itself, a real one of the test's own; numbers as in `docs/operations.md`. */
let server: OwnServer;
beforeAll(async () => {
  server = await startOwnPostgres({ max_connections: 12, max_locks_per_transaction: 10, superuser_reserved_connections: 3 });
});
afterAll(() => server.stop());
beforeEach(() => ask(server.url, 'drop schema if exists shop cascade'));

const quick = '    timeouts: {connect: 1, reconnect: 20, publish: 1}\n';
const SLOW = `select n as id, {{ var('version') }} as version from generate_series(1, 1000) n, (select pg_sleep({{ var('pause', 0) }})) pause`;

/** A project whose version 1 stands. */
async function standing(target = quick): Promise<string> {
  const root = fieldProject({ 'models/users.sql': SLOW }, target);
  expect(await run(root, server.url, 1)).toMatchObject({ code: 0 });
  return root;
}

/** Resolves with the process that builds the model, once it does. */
async function building(): Promise<number> {
  for (;;) {
    const [found] = await ask(
      server.url,
      `select pid from pg_stat_activity where query like '%pg_sleep(1%' and state = 'active' and pid <> pg_backend_pid() and application_name = 'etlx'`,
    );
    if (found !== undefined) return Number(found[0]);
    await sleep(20);
  }
}

const slowly = (root: string, version: number) => run(root, server.url, version, ['--vars', `{version: ${version}, pause: 1}`]);

test('F05: a server that crashes in the middle of a run is waited for, and the model is built again', async () => {
  const root = await standing();
  const ran = slowly(root, 2);
  process.kill(await building(), 'SIGKILL');
  expect(await ran).toMatchObject({ code: 0 });
  expect(await versionOf(server.url)).toBe(2);
  await expectClean(server.url);
});

test('F06: so is one that is restarted', async () => {
  const root = await standing();
  const ran = slowly(root, 2);
  await building();
  await server.halt('fast');
  await sleep(300);
  await server.resume();
  expect(await ran).toMatchObject({ code: 0 });
  expect(await versionOf(server.url)).toBe(2);
  await expectClean(server.url);
});

describe('F07: a server that cannot be reached at the start is told in one line, and nothing is tried again', () => {
  const refused = async (change: (url: URL) => void): Promise<string> => {
    const root = fieldProject({}, quick);
    const url = new URL(server.url);
    change(url);
    const began = Date.now();
    const { code, stderr } = await run(root, url.href, 1);
    expect(code).toBe(2);
    expect(Date.now() - began).toBeLessThan(2500);
    expect(stderr).not.toContain('hunter2');
    return stderr;
  };

  test('nobody at the port', async () => {
    expect(await refused((url) => (url.port = '1'))).toContain('hint: is the server running at `127.0.0.1:1`?');
  });
  test('a wrong password', async () => {
    expect(await refused((url) => (url.password = 'hunter2'))).toContain('hint: is the password of `postgres` right?');
  });
  test('an unknown database', async () => {
    expect(await refused((url) => (url.pathname = '/no_such'))).toContain('hint: create it with `createdb no_such`');
  });
  test('a server that is stopped', async () => {
    await server.halt();
    try {
      expect(await refused(() => undefined)).toContain('ECONNREFUSED');
    } finally {
      await server.resume();
    }
  });
});

test('F20: a lock table that is too small fails the step, with the setting that enlarges it', async () => {
  const root = await standing();
  writeProject(root, {
    'models/greedy.sql':
      "select n, pg_advisory_xact_lock(n)::text as held from generate_series(1, 100000) n where exists (select from {{ ref('users') }})",
  });
  const ran = await run(root, server.url, 2);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('out of shared memory');
  expect(ran.stderr).toContain('hint: raise `max_locks_per_transaction` of the server');
  expect(await versionOf(server.url)).toBe(2);
  await expectClean(server.url);
});

const root = userInfo().uid === 0;
(root ? test : test.skip)(
  `F21: a full disk fails the step, the old table stands, and the room comes back${root ? '' : ' (skipped: only root makes a file system)'}`,
  async () => {
    const folder = join(server.folder, 'small');
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]);
    try {
      mkdirSync(join(folder, 'space'));
      execFileSync('chown', ['-R', '65534:65534', folder]);
      await ask(server.url, `create tablespace small location '${folder}/space'`);
      const project = await standing(`${quick}    session: {default_tablespace: small}\n`);
      writeProject(project, { 'models/wide.sql': `select n, repeat('x', 900) as filling from generate_series(1, {{ var('rows', 1) }}) n` });
      expect(await run(project, server.url, 2)).toMatchObject({ code: 0 });
      const ran = await run(project, server.url, 3, ['--vars', '{version: 3, rows: 20000}']);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('No space left on device');
      expect(ran.stderr).toContain('hint: the disk of the server is full');
      expect(await ask(server.url, 'select count(*)::int from shop.wide')).toEqual([[1]]);
      expect(await ask(server.url, `select pg_tablespace_size('small') < 2000000`)).toEqual([[true]]);
      await expectClean(server.url);
      await expectNextRunWell(project, server.url);
      await ask(server.url, 'drop schema shop cascade');
      await ask(server.url, 'checkpoint');
      await ask(server.url, 'drop tablespace small');
    } finally {
      await server.halt();
      execFileSync('umount', ['-l', folder]);
      await server.resume();
    }
  },
);

test('F22: a statement that takes too long is ended and named, what waits for it is skipped, the rest goes on', async () => {
  const root = await standing('    timeouts: {statement: 0.5}\n');
  writeProject(root, { 'models/after.sql': "select * from {{ ref('users') }}", 'models/other.sql': 'select 1 as one' });
  const ran = await slowly(root, 2);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('canceling statement due to statement timeout');
  expect(ran.stderr).toContain('hint: raise `timeouts: {statement: …}` of the target');
  expect(await versionOf(server.url)).toBe(1);
  expect(await ask(server.url, `select to_regclass('shop.after'), one from shop.other`)).toEqual([[null, 1]]);
  await expectClean(server.url);
});

test('F25: when every connection is taken the run waits for some, and works with fewer', async () => {
  const root = await standing();
  await ask(
    server.url,
    'create role plain login; grant all on schema shop to plain; alter table shop.users owner to plain; alter table shop.etlx_state owner to plain; grant create on database postgres to plain',
  );
  const url = new URL(server.url);
  url.username = 'plain';
  await ask(server.url, `alter role plain password 'plain'`);
  url.password = 'plain';
  const others = await Promise.all(Array.from({ length: 9 }, () => session(url.href)));
  const ran = run(root, url.href, 2);
  await sleep(400);
  await others[0]!.end();
  await others[1]!.end();
  expect(await ran).toMatchObject({ code: 0 });
  await Promise.all(others.slice(2).map((other) => other.end()));
  expect(await versionOf(server.url)).toBe(2);
  await expectClean(server.url);
});

test('F26: a server that is read only is told, and nothing is tried again', async () => {
  const root = await standing();
  await ask(server.url, 'alter database postgres set default_transaction_read_only = on');
  try {
    const ran = await run(root, server.url, 2);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('read-only transaction');
    expect(ran.stderr).toContain('hint: this server is a standby, or set to read only');
    expect(await versionOf(server.url)).toBe(1);
  } finally {
    await ask(server.url, 'begin read write; alter database postgres reset default_transaction_read_only; commit');
  }
  await expectClean(server.url);
});
