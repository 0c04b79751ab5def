import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startPostgres, type TestServer } from '../support/postgres';
import { temporaryFolder, writeProject } from '../support/project';
import { ask, expectClean, fieldProject, run, through, versionOf } from './field';

/** F24: between etlx and the server stands pgbouncer, which gives each transaction whatever session is free. */
const program = process.env['ETLX_TEST_PGBOUNCER'] ?? 'pgbouncer';
const installed = ((): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

(installed ? describe : describe.skip)(
  `F24: pgbouncer in transaction mode${installed ? '' : ' (skipped: pgbouncer is not installed)'}`,
  () => {
    let server: TestServer;
    let pooler: ChildProcess;
    let url: string;

    beforeAll(async () => {
      server = await startPostgres();
      const { hostname, port, username, password, pathname } = new URL(server.url);
      const folder = temporaryFolder('etlx-pgbouncer-');
      chmodSync(folder, 0o755);
      const listening = await freePort();
      url = through(server.url, listening);
      writeFileSync(
        join(folder, 'pgbouncer.ini'),
        `[databases]
${pathname.slice(1)} = host=${hostname} port=${port} user=${username} password='${decodeURIComponent(password)}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listening}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
`,
      );
      const user = userInfo().uid === 0 ? { uid: 65534, gid: 65534 } : {};
      pooler = spawn(program, ['-q', join(folder, 'pgbouncer.ini')], { ...user, stdio: 'ignore' });
      for (let tried = 0; !(await answers(listening)); tried += 1) {
        if (tried > 200) throw new Error('pgbouncer does not start');
        await sleep(50);
      }
    });
    afterAll(async () => {
      const ended = pooler.exitCode === null && pooler.signalCode === null ? once(pooler, 'exit') : undefined;
      pooler.kill('SIGKILL');
      await ended;
      await server.stop();
    });
    beforeEach(() => ask(server.url, 'drop schema if exists shop cascade'));

    const settings = '    timeouts: {statement: 77, lock: 78}\n    session: {work_mem: 5MB}\n';

    test('a run goes well, with the target’s settings, and none of them stays behind', async () => {
      const root = fieldProject(
        {
          'models/set.sql': `select current_setting('statement_timeout') as a, current_setting('lock_timeout') as b, current_setting('work_mem') as c`,
        },
        settings,
      );
      for (const version of [1, 2]) expect(await run(root, url, version)).toMatchObject({ code: 0 });
      expect(await versionOf(server.url)).toBe(2);
      expect(await ask(server.url, 'select a, b, c from shop.set')).toEqual([['77s', '78s', '5MB']]);
      for (let client = 0; client < 4; client += 1) {
        expect(
          await ask(
            url,
            `select current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('work_mem'), current_setting('search_path')`,
          ),
        ).toEqual([['0', '0', '4MB', '"$user", public']]);
      }
    });

    test('an interrupted run stops its statement on the server', async () => {
      const root = fieldProject({}, settings);
      expect(await run(root, url, 1)).toMatchObject({ code: 0 });
      writeProject(root, { 'models/users.sql': 'select 1 as id, 2 as version from pg_sleep(30)' });
      const interrupt = new AbortController();
      const ran = run(root, url, 2, [], { signal: interrupt.signal });
      const asleep = `select 1 from pg_stat_activity where query like '%pg_sleep(30)%' and state = 'active' and pid <> pg_backend_pid()`;
      while ((await ask(server.url, asleep)).length === 0) await sleep(20);
      interrupt.abort('SIGINT');
      expect(await ran).toMatchObject({ code: 130 });
      expect(await ask(server.url, asleep)).toEqual([]);
      expect(await versionOf(server.url)).toBe(1);
      await expectClean(server.url, { pooled: true });
      expect(pooler.exitCode).toBeNull();
    });
  },
);

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.on('connect', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
}
