import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, type TestServer } from '../support/postgres';
import { startProxy, type Proxy } from '../support/proxy';
import { spawnEtlx, type Spawned } from '../support/spawned';
import { ask, expectClean, expectNextRunWell, fieldProject, run, through, versionOf } from './field';

/** `kill -9` of etlx, as a process of its own, at every moment that its server can tell apart; numbers as in `docs/operations.md`. */
let server: TestServer;
let proxy: Proxy;
beforeAll(async () => {
  server = await startPostgres();
  proxy = await startProxy(Number(new URL(server.url).port));
});
afterAll(async () => {
  await proxy.close();
  await server.stop();
});
beforeEach(() => ask(server.url, 'drop schema if exists shop cascade'));

const PAUSE = `select n as id, {{ var('version') }} as version from generate_series(1, 1000) n, (select pg_sleep({{ var('pause', 0) }})) pause`;

async function standing(): Promise<string> {
  const root = fieldProject({ 'models/users.sql': PAUSE });
  expect(await run(root, server.url, 1)).toMatchObject({ code: 0 });
  return root;
}

const spawned = (root: string, url: string, vars: string): Spawned =>
  spawnEtlx(root, ['run', '--vars', vars], { DATABASE_URL: url, HOME: root });

test('F01: killed while a table is built, it leaves the old one, and its server stops working on it', async () => {
  const root = await standing();
  const { child, ended } = spawned(root, server.url, '{version: 2, pause: 60}');
  const building = `select 1 from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()`;
  while ((await ask(server.url, building)).length === 0) await sleep(20);
  child.kill('SIGKILL');
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
  expect(await versionOf(server.url)).toBe(1);
  const [[version] = []] = await ask(server.url, `select current_setting('server_version_num')::int`);
  // PostgreSQL 12 and 13 look for their client only when the statement has ended
  if (Number(version) < 140_000) await ask(server.url, building.replace('select 1', 'select pg_terminate_backend(pid)'));
  await expectClean(server.url);
  await expectNextRunWell(root, server.url);
});

test('F14: a run that is stopped in its transaction holds its lock no longer than `timeouts: {idle: …}`', async () => {
  const tested = 'models:\n  - {name: users, columns: [{name: id, data_tests: [unique]}]}\n';
  const root = fieldProject({ 'models/users.sql': PAUSE, 'models/users.yaml': tested }, '    timeouts: {idle: 1}\n');
  expect(await run(root, server.url, 1)).toMatchObject({ code: 0 });
  const stopped = spawnEtlx(root, ['build', '--vars', '{version: 2, pause: 1}'], { DATABASE_URL: server.url, HOME: root });
  const holding = (state: string) => `select 1 from pg_stat_activity where application_name = 'etlx' and ${state}`;
  while ((await ask(server.url, holding(`query like '%pg_sleep(1)%' and state = 'active'`))).length === 0) await sleep(10);
  stopped.child.kill('SIGSTOP');
  const began = performance.now();
  const other = await run(root, server.url, 3);
  expect({
    code: other.code,
    waited: /model\.users waits: "shop"\."users" is being built by the server's process \d+/.test(other.stderr),
  }).toEqual({
    code: 0,
    waited: true,
  });
  expect(performance.now() - began).toBeLessThan(8000);
  expect(await versionOf(server.url)).toBe(3);
  // it goes on, finds that its transaction was taken from it, and begins anew
  stopped.child.kill('SIGCONT');
  const { code, stderr } = await stopped.ended;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(stderr).toMatch(/attempt 1 failed: the connection to the server was lost/);
  expect(await versionOf(server.url)).toBe(2);
  await expectClean(server.url);
  await expectNextRunWell(root, server.url);
});

test('F02: killed at any of its messages, it leaves the old table or the new one', async () => {
  const root = await standing();
  const seen = new Set<number>();
  let kills = 0;
  for (let at = 0; ; at += 1) {
    const started: Spawned[] = [];
    proxy.set({
      at: (_message, index) => index === at,
      ending: 'fin',
      forward: at % 2 === 1,
      times: 1,
      onStrike: () => started[0]?.child.kill('SIGKILL'),
    });
    started.push(spawned(root, through(server.url, proxy.port), '{version: 2}'));
    await started[0]!.ended;
    if (proxy.struck() === 0) break;
    kills += 1;
    seen.add(await versionOf(server.url));
    await expectClean(server.url);
    expect(await run(root, server.url, 1)).toMatchObject({ code: 0 });
  }
  expect(kills).toBeGreaterThan(6);
  expect(seen).toContain(1);
  await expectNextRunWell(root, server.url);
});
