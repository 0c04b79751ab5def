import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { hasResults, resultsOf, statusesOf } from '../support/artifacts';
import { problemLines } from '../support/problems';
import type { Files } from '../support/project';
import { startServer, type Server } from '../support/server';
import { runBash, spawnEtlx } from '../support/spawned';

// F21, F50: what a run does when the machine around it is not as it should be.

const FILES = {
  'models/a.sql': 'select 1 as id\n',
  'models/b.sql': "select id, pg_sleep({{ var('seconds', 0) }})::text as slept from {{ ref('a') }}\n",
};

let server: Server;
const mounted: string[] = [];
beforeAll(async () => {
  server = await startServer();
});
afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['-l', folder]);
});
afterAll(() => server.stop());

const env = (): Record<string, string> => ({ DATABASE_URL: server.url });

/** A project whose `target/` is a disk of its own, of so many KiB; undefined where this user may not mount one. */
function projectOnDisk(schema: string, kilobytes: number, more: Files = {}): string | undefined {
  const root = server.project(schema, { ...FILES, ...more });
  mkdirSync(join(root, 'target'));
  if (userInfo().uid !== 0) return undefined;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', join(root, 'target')], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  mounted.push(join(root, 'target'));
  return root;
}

/** Fills the disk to the last byte. */
function fill(root: string): void {
  for (let size = 1 << 16; size >= 1; size >>= 1) {
    for (let number = 0; ; number += 1) {
      try {
        writeFileSync(join(root, `target/filler-${size}-${number}`), Buffer.alloc(size));
      } catch {
        break;
      }
    }
  }
}

const empty = (root: string): void => void execFileSync('sh', ['-c', 'rm -f target/filler-*'], { cwd: root });

describe('a full disk under `target`', () => {
  test('before the run: nothing is touched, and the message says why', async () => {
    const root = projectOnDisk('full', 64);
    // without the right to mount there is no disk to fill
    if (root === undefined) return;
    fill(root);
    const { code, stderr } = await server.etlx(root, ['build']);
    expect({ code, says: problemLines(stderr) }).toEqual({
      code: 2,
      says: [expect.stringMatching(/^- `target\/\S+` cannot be written: .*ENOSPC/) as string],
    });
    expect(await server.query("select 1 from pg_namespace where nspname = 'full'")).toEqual([]);
    empty(root);
    expect(await server.etlx(root, ['build'])).toMatchObject({ code: 0 });
  });

  test('in the middle of it: what is built is published, the run says what it could not write, and can be gone on with', async () => {
    const below = Array.from({ length: 30 }, (_, number) => [`models/c${number}.sql`, "select id from {{ ref('b') }}\n"] as const);
    const root = projectOnDisk('filled', 512, Object.fromEntries(below));
    if (root === undefined) return;
    const run = spawnEtlx(root, ['build', '--vars', '{"seconds":1.5}'], env());
    while (
      (
        await server.query(
          "select 1 from pg_stat_activity where query like '%pg_sleep(1.5)%' and state = 'active' and pid <> pg_backend_pid()",
        )
      ).length === 0
    )
      await setTimeout(10);
    fill(root);
    const { code, stderr } = await run.ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/Warning: `target\/runs\/\S+\/journal\.ndjson` cannot be written: ENOSPC/);
    expect(stderr).toMatch(/`target\/run_results\.json` cannot be written: ENOSPC/);
    expect(await server.query('select id from filled.b union all select id from filled.c29')).toEqual([{ id: 1 }, { id: 1 }]);
    empty(root);
    // what was not written down is done again, and only that
    expect(await server.etlx(root, ['retry', '--vars', '{}'])).toMatchObject({ code: 0 });
    const statuses = statusesOf(root);
    expect(Object.keys(statuses).length).toBeGreaterThan(0);
    expect(statuses).not.toHaveProperty(['model.a']);
  });
});

test('a `target` that is no folder', async () => {
  const root = server.project('nofolder', FILES);
  writeFileSync(join(root, 'target'), '');
  const { code, stderr } = await server.etlx(root, ['build']);
  expect({ code, says: problemLines(stderr) }).toEqual({
    code: 2,
    says: [expect.stringMatching(/^- `target\/manifest\.json` cannot be written: .*E(EXIST|NOTDIR)/) as string],
  });
  rmSync(join(root, 'target'));
  expect(await server.etlx(root, ['build'])).toMatchObject({ code: 0 });
});

test('a reader of the report that has seen enough does not stop the run', async () => {
  const root = server.project('piped', FILES);
  const { stdout } = await runBash(root, '$ETLX build 2>&1 | head -1; echo "${PIPESTATUS[0]}"', env());
  expect(stdout).toMatch(/Running with etlx=\S+\n0\n$/);
  expect(statusesOf(root)).toEqual({ 'model.a': 'success', 'model.b': 'success' });
});

test('no home, a Turkish locale, a far time zone, a strict umask', async () => {
  const root = server.project('abroad', { ...FILES, 'models/IRI.sql': 'select 1 as "İI"\n' });
  const { code, stdout } = await runBash(root, 'umask 077; $ETLX build --quiet; echo $?', {
    ...env(),
    HOME: undefined,
    LC_ALL: 'tr_TR.UTF-8',
    TZ: 'Asia/Kathmandu',
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '0\n' });
  expect(resultsOf(root)).toHaveLength(3);
  const { metadata } = JSON.parse(readFileSync(join(root, 'target/run_results.json'), 'utf8')) as { metadata: { generated_at: string } };
  expect(Math.abs(Date.parse(metadata.generated_at) - Date.now())).toBeLessThan(60_000);
  expect(await server.query('select "İI" as id from abroad."IRI"')).toEqual([{ id: 1 }]);
  expect(hasResults(root)).toBe(true);
});
