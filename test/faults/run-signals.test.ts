import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { hasResults, statusesOf } from '../support/artifacts';
import type { Ran } from '../support/etlx';
import { startProxy } from '../support/proxy';
import { startServer, type Server } from '../support/server';
import { spawnEtlx, until, type Spawned } from '../support/spawned';
import { through } from './field';

// F23: Ctrl-C and SIGTERM, once and twice, at work, at a moment of chance, and before a server that says nothing.

const FILES = {
  'models/a.sql': 'select 1 as id\n',
  'models/b.sql': "select id, pg_sleep({{ var('seconds', 0) }})::text as slept from {{ ref('a') }}\n",
  'models/c.sql': "select id from {{ ref('b') }}\n",
};
const SLEEPY = ['build', '--vars', '{"seconds":60}'];

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
/** What a test opened, for it to be closed however the test ends. */
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});
afterAll(() => server.stop());

const env = (): Record<string, string> => ({ DATABASE_URL: server.url });
const atWork = (): Promise<readonly unknown[]> =>
  server.query("select pid from pg_stat_activity where application_name like 'etlx%' and state <> 'idle' and pid <> pg_backend_pid()");

async function asleep(): Promise<void> {
  const sql = "select 1 from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()";
  while ((await server.query(sql)).length === 0) await setTimeout(10);
}

/** Sends the signals, one after the other; answers how the process ended, and how long after the first, in milliseconds. */
async function ended({ child, ended }: Spawned, ...signals: readonly NodeJS.Signals[]): Promise<Ran & { readonly after: number }> {
  const began = Date.now();
  for (const signal of signals) {
    child.kill(signal);
    if (signals.length > 1) await setTimeout(100);
  }
  const ran = await ended;
  return { ...ran, after: Date.now() - began };
}

describe('a run that is interrupted at work', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s cancels what runs on the server, writes the results and the journal, and can be gone on with', async (signal, code) => {
    const root = server.project(signal.toLowerCase(), FILES);
    expect(await server.etlx(root, ['build'])).toMatchObject({ code: 0 });
    const run = spawnEtlx(root, SLEEPY, env());
    await asleep();
    const outcome = await ended(run, signal);
    expect(outcome.code).toBe(code);
    expect(outcome.after).toBeLessThan(5000);
    expect(await atWork()).toEqual([]);
    expect(statusesOf(root)).toEqual({ 'model.a': 'success', 'model.b': 'skipped', 'model.c': 'skipped' });
    expect(await server.query(`select slept from ${signal.toLowerCase()}.b`)).toEqual([{ slept: '' }]);
    const journal = join(root, 'target/runs', readFileSync(join(root, 'target/runs/latest'), 'utf8').trim(), 'journal.ndjson');
    expect(readFileSync(journal, 'utf8')).toMatch(/"type":"run\.finished".*\n$/);
    expect(await server.etlx(root, ['retry', '--vars', '{}'])).toMatchObject({ code: 0 });
    expect(statusesOf(root)).toEqual({ 'model.b': 'success', 'model.c': 'success' });
  });

  test('at moments of chance: within five seconds, and with nothing left at work', async () => {
    const root = server.project('chance', FILES);
    expect(await server.etlx(root, ['build'])).toMatchObject({ code: 0 });
    for (let index = 0; index < 12; index += 1) {
      const signal = index % 2 === 0 ? 'SIGINT' : 'SIGTERM';
      const run = spawnEtlx(root, ['build', '--vars', '{"seconds":0.2}'], env());
      let words = '';
      run.child.stderr!.on('data', (text: string) => (words += text));
      // from the first word of the run on: before that there is no run to interrupt
      await until(() => words !== '' || run.child.exitCode !== null);
      await setTimeout((index * 37) % 450);
      const { code, after, stderr } = await ended(run, signal);
      expect({ index, stderr, isRight: code === 0 || code === (signal === 'SIGINT' ? 130 : 143) }).toMatchObject({ isRight: true });
      expect(after).toBeLessThan(5000);
      expect(await atWork()).toEqual([]);
      expect(await server.query("select relname from pg_class where relname like 'etlx%' and relname not like 'etlx_state%'")).toEqual([]);
    }
    expect(await server.etlx(root, ['build'])).toMatchObject({ code: 0 });
  });
});

describe('a server that says nothing', () => {
  test('in the middle of a statement: the run ends all the same, with its results', async () => {
    const proxy = await startProxy(Number(new URL(server.url).port));
    opened.push(() => proxy.close());
    proxy.set({ at: ({ text }) => text.includes('pg_sleep(60)'), ending: 'stall' });
    const root = server.project('stalled', FILES);
    const run = spawnEtlx(root, SLEEPY, { DATABASE_URL: through(server.url, proxy.port) });
    await until(() => proxy.struck() > 0);
    const { code, after } = await ended(run, 'SIGINT');
    expect(code).toBe(130);
    expect(after).toBeLessThan(5000);
    expect(statusesOf(root)).toEqual({ 'model.a': 'success', 'model.b': 'skipped', 'model.c': 'skipped' });
  });

  test('while connecting: one signal ends it within five seconds, a second one at once', async () => {
    let connections = 0;
    const silent = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    opened.push(() => void silent.close());
    await until(() => silent.listening);
    const root = server.project('silent', FILES);
    const url = through(server.url, (silent.address() as AddressInfo).port);
    for (const [signals, most] of [
      [['SIGINT'], 5000],
      [['SIGINT', 'SIGINT'], 1500],
      [['SIGTERM', 'SIGTERM'], 1500],
    ] as const) {
      const before = connections;
      const run = spawnEtlx(root, ['build'], { DATABASE_URL: url });
      await until(() => connections > before);
      const { code, after } = await ended(run, ...signals);
      expect({ code, isInTime: after < most, results: hasResults(root) }).toEqual({
        code: signals[0] === 'SIGINT' ? 130 : 143,
        isInTime: true,
        results: false,
      });
    }
  });
});
