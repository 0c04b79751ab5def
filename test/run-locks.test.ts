import { statusesOf } from './support/artifacts';
import { etlx } from './support/etlx';
import { problemLines } from './support/problems';
import { project } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const SLOW = "select 1 as id, pg_sleep({{ var('seconds', 0) }})::text as slept\n";
const slow = (seconds: number): readonly string[] => ['--vars', `{"seconds":${seconds}}`];

/** Resolves when a session of etlx sleeps in a model. */
async function asleep(): Promise<void> {
  const sql = "select 1 from pg_stat_activity where wait_event = 'PgSleep' and application_name like 'etlx%'";
  while ((await server.query(sql)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Resolves when a run waits for what another one holds. */
async function inLine(): Promise<void> {
  const sql =
    "select 1 from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and l.locktype = 'advisory' and not l.granted";
  while ((await server.query(sql)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('two runs at once', () => {
  test('F11: of the same models, on an empty database: both go well, and nothing of the server shows through', async () => {
    const files = {
      'models/a.sql': 'select n as id from generate_series(1, 100) as n\n',
      'models/v.sql': "{{ config(materialized='view') }}\nselect id from {{ ref('a') }}\n",
      'models/w.sql': "{{ config(materialized='view') }}\nselect id from {{ ref('v') }}\n",
      'models/b.sql': "select id from {{ ref('w') }}\n",
      'models/a.yaml': 'models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]\n',
    };
    for (const round of ['new', 'standing']) {
      const runs = await Promise.all(Array.from({ length: 6 }, () => server.etlx(server.project('together', files), ['build'])));
      for (const { code, stderr } of runs) {
        expect({ round, code, stderr: code === 0 ? '' : stderr }).toEqual({ round, code: 0, stderr: '' });
        expect(stderr).not.toMatch(/concurrently|unique constraint|already exists|ERROR(?!=0)/);
      }
      expect(await server.query('select count(*)::int as n, (select count(*)::int from together.w) as of_w from together.b')).toEqual([
        { n: 100, of_w: 100 },
      ]);
      expect(await server.query("select relname from pg_class where relname like 'etlx%' and relname not like 'etlx_state%'")).toEqual([]);
    }
  });

  test('F11: `--lock fail` is refused by name and since when, its old table stands; the other goes on', async () => {
    const root = server.project('refused', {
      'models/a.sql': SLOW,
      'models/b.sql': "select id from {{ ref('a') }}\n",
      'models/c.sql': 'select 1 as id\n',
    });
    expect(await server.etlx(root, ['run'])).toMatchObject({ code: 0 });
    const first = server.etlx(root, ['run', '--select', 'a', ...slow(2)]);
    await asleep();
    const { code, stderr } = await server.etlx(root, ['run', '--lock', 'fail']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error\[step.locked\]: "refused"\."a" is being built by the server's process \d+ \(`etlx[^`]*`, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)\n.*hint: try again later, or let it wait with `--lock wait`/,
    );
    expect(statusesOf(root)).toEqual({ 'model.a': 'error', 'model.b': 'skipped', 'model.c': 'success' });
    expect(await server.query('select id from refused.a')).toEqual([{ id: 1 }]);
    expect(await first).toMatchObject({ code: 0 });
  });

  test('otherwise it says whom it waits for, and goes on when that is done', async () => {
    const root = server.project('waiting', { 'models/a.sql': SLOW });
    const first = server.etlx(root, ['run', ...slow(2.5)]);
    await asleep();
    const { code, stderr } = await server.etlx(root, ['run']);
    expect(code).toBe(0);
    expect(stderr.match(/model\.a waits: "waiting"\."a" is being built by the server's process \d+ \(`etlx/g)).toHaveLength(1);
    expect(await first).toMatchObject({ code: 0 });
    expect(await server.query('select slept from waiting.a')).toEqual([{ slept: '' }]);
  });

  test('but not longer than `--lock-timeout`', async () => {
    const root = server.project('impatient', { 'models/a.sql': SLOW });
    const first = server.etlx(root, ['run', ...slow(4)]);
    await asleep();
    const { code, stderr } = await server.etlx(root, ['run', '--lock-timeout', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /is being built by the server's process \d+ .*, and was still after [12] s\n.*hint: try again later, or wait longer with `--lock-timeout`/,
    );
    expect((await server.etlx(root, ['run', '--lock-timeout', 'long'])).stderr).toContain(
      '`--lock-timeout` takes a whole number from 1, found `long`',
    );
    await first;
  });

  test('F12: of different models do not wait for each other', async () => {
    const root = server.project('disjoint', { 'models/a.sql': SLOW, 'models/b.sql': 'select 1 as id\n' });
    const ended: string[] = [];
    const first = server.etlx(root, ['run', '--select', 'a', ...slow(1.5)]).then(() => ended.push('a'));
    await asleep();
    expect(await server.etlx(root, ['run', '--select', 'b', '--lock', 'fail'])).toMatchObject({ code: 0 });
    ended.push('b');
    await first;
    expect(ended).toEqual(['b', 'a']);
  });

  test('a run that waits can be interrupted', async () => {
    const root = server.project('interrupted', { 'models/a.sql': SLOW });
    const [enough, interrupt] = [new AbortController(), new AbortController()];
    const first = server.etlx(root, ['run', ...slow(60)], { signal: enough.signal });
    await asleep();
    const second = server.etlx(root, ['run'], { signal: interrupt.signal, patient: true });
    await inLine();
    interrupt.abort('SIGINT');
    expect(await second).toMatchObject({ code: 130 });
    expect(statusesOf(root)).toEqual({ 'model.a': 'skipped' });
    enough.abort('SIGINT');
    expect(await first).toMatchObject({ code: 130 });
  });
});

describe('two runs at once on an embedded database', () => {
  const files = { 'models/a.sql': 'select 1 as id\n' };

  test('the second one is refused, or waits when asked to', async () => {
    const root = project(files);
    const first = etlx(root, ['run', '--lock', 'wait'], { patient: true });
    const waiting = etlx(root, ['run', '--lock', 'wait'], { patient: true });
    const refused = await etlx(root, ['run'], { patient: true });
    expect({ code: refused.code, says: problemLines(refused.stderr) }).toEqual({
      code: 2,
      says: [expect.stringMatching(new RegExp(`^- the database in \`\\S+\` is in use by process ${process.pid}`)) as string],
    });
    const both = await Promise.all([first, waiting]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    // either may have come first
    expect(
      both
        .map(({ stderr }) => stderr)
        .join('')
        .match(/waiting: the database in `\S+` is in use by process \d+\n/g),
    ).toHaveLength(1);
  });
});
