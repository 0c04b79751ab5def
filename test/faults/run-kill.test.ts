import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { hasResults, statusesOf } from '../support/artifacts';
import { etlx, queryDev } from '../support/etlx';
import { project, type Files } from '../support/project';
import { startServer, type Server } from '../support/server';
import { spawnEtlx } from '../support/spawned';
import { killedAfter, lengthOf, MOMENT, randoms } from './killing';

// F01, F02, F03, F13, F27, F52: the process dies at any moment, without a chance to do anything about it.

const SEED = 20261123;
const KILLS = 110;
const LANES = 2;
const EMBEDDED_KILLS = 8;
const ROWS = 300;

/** Each table holds one version of the rows, which `--vars` chooses. */
const FILES: Files = {
  'models/a.sql': `select {{ var('v', 0) }} as v, n from generate_series(1, ${ROWS}) as n\n`,
  'models/b.sql': "select a.v, a.n from {{ ref('a') }} as a order by n desc\n",
  'models/c.sql': "{{ config(materialized='view') }}\nselect v, n from {{ ref('b') }}\n",
  'models/all.yaml': `models:
  - {name: a, constraints: [{type: primary_key, columns: [n]}], columns: [{name: n, data_tests: [not_null]}, {name: v, data_tests: [not_null]}]}
  - {name: b, columns: [{name: n, data_tests: [unique]}]}
`,
};

/** One row a relation: how many rows, how many versions, and which. */
const wholeSql = (schema: string, names: readonly string[]): string =>
  names
    .map(
      (name) =>
        `select '${name}' as name, count(*)::int as rows, count(distinct v)::int as versions, max(v)::int as version from ${schema}.${name}`,
    )
    .join(' union all ');

const vars = (version: number): readonly string[] => ['--vars', `{"v":${version}}`];

describe('a PostgreSQL server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const helpers = (): Promise<readonly unknown[]> =>
    server.query("select relname::text from pg_class where relname like 'etlx%' and relname not like 'etlx_state%'");
  const sessions = (): Promise<readonly unknown[]> => server.query("select pid from pg_stat_activity where application_name like 'etlx%'");

  async function lane(number: number, kills: number): Promise<{ readonly killed: number; readonly versions: number }> {
    const schema = `lane_${number}`;
    const root = server.project(schema, FILES);
    const env = { DATABASE_URL: server.url };
    const length = await lengthOf(spawnEtlx(root, ['build', ...vars(0)], env));
    await server.query(
      `create schema people_${number}; create view people_${number}.mine as select v, n from ${schema}.a; grant select on people_${number}.mine to public`,
    );
    const random = randoms(SEED + number);
    const seen = new Set<unknown>();
    let killed = 0;
    for (let run = 1; run <= kills; run += 1) {
      const { code, stderr } = await killedAfter(spawnEtlx(root, ['build', ...vars(run)], env), length * random(), MOMENT * random());
      if (code === 137) killed += 1;
      else expect({ run, code, stderr }).toMatchObject({ code: 0 });
      const tables = await server.query(`${wholeSql(schema, ['a', 'b', 'c'])} union all ${wholeSql(`people_${number}`, ['mine'])}`);
      for (const table of tables) {
        expect({ seed: SEED + number, run, ...table }).toMatchObject({ rows: ROWS, versions: 1 });
        expect(table['version']).toBeLessThanOrEqual(run);
        seen.add(table['version']);
      }
    }
    return { killed, versions: seen.size };
  }

  test(`is whole after each of ${KILLS} kills at random moments, keeps no helper, and the next run succeeds`, async () => {
    const lanes = await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number, Math.ceil(KILLS / LANES))));
    // most of them died at work, and some had published something by then
    for (const { killed, versions } of lanes) {
      expect(killed).toBeGreaterThan(KILLS / LANES / 2);
      expect(versions).toBeGreaterThan(3);
    }
    while ((await sessions()).length > 0) await setTimeout(50);
    expect(await helpers()).toEqual([]);
    for (let number = 0; number < LANES; number += 1) {
      const root = server.project(`lane_${number}`, FILES);
      expect(await server.etlx(root, ['build', ...vars(1000)])).toMatchObject({ code: 0 });
      expect((await server.query(wholeSql(`lane_${number}`, ['a', 'b', 'c']))).map(({ version }) => version)).toEqual([1000, 1000, 1000]);
      expect(await server.query(`select has_table_privilege('public', 'people_${number}.mine', 'select') as granted`)).toEqual([
        { granted: true },
      ]);
    }
    expect(await helpers()).toEqual([]);
  }, 180_000);

  test('a run that was killed is gone on with: what it had done stays, the rest is done', async () => {
    const root = server.project('resumed', {
      ...FILES,
      'models/b.sql': "select v, n from {{ ref('a') }}, pg_sleep({{ var('seconds', 0) }})\n",
    });
    const env = { DATABASE_URL: server.url };
    expect(await server.etlx(root, ['build'])).toMatchObject({ code: 0 });
    const { child, ended } = spawnEtlx(root, ['build', '--vars', '{"v":7,"seconds":30}'], env);
    while (
      (
        await server.query(
          "select 1 from pg_stat_activity where query like '%pg_sleep(30)%' and state = 'active' and pid <> pg_backend_pid()",
        )
      ).length === 0
    )
      await setTimeout(10);
    child.kill('SIGKILL');
    await ended;
    // the server notices within two seconds that its client is gone, and lets the lock go
    const { code, stderr } = await server.etlx(root, ['retry', '--vars', '{"v":7}']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stderr).toMatch(/model\.b waits: "resumed"\."b" is being built by the server's process/);
    expect(statusesOf(root)).toEqual({ 'model.b': 'success', 'model.c': 'success', 'test.unique_b_n': 'pass' });
    expect((await server.query(wholeSql('resumed', ['a', 'b', 'c']))).map(({ version, rows }) => [version, rows])).toEqual(
      Array(3).fill([7, ROWS]),
    );
  });
});

test(`an embedded database is whole after each of ${EMBEDDED_KILLS} kills; the next run takes over the lock`, async () => {
  const root = project(FILES);
  const length = await lengthOf(spawnEtlx(root, ['build', ...vars(0)]));
  const random = randoms(SEED);
  let killed = 0;
  for (let run = 1; run <= EMBEDDED_KILLS; run += 1) {
    if ((await killedAfter(spawnEtlx(root, ['build', ...vars(run)]), length * random(), MOMENT * random())).code === 137) killed += 1;
    const tables = await queryDev(
      root,
      `${wholeSql('demo', ['a', 'b', 'c'])} union all select relname::text, 0, 0, 0 from pg_class where relname like 'etlx%' and relname not like 'etlx_state%'`,
    );
    expect(tables.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    for (const table of tables) expect({ seed: SEED, run, ...table }).toMatchObject({ rows: ROWS, versions: 1 });
  }
  expect(killed).toBeGreaterThan(EMBEDDED_KILLS / 2);
  expect(await etlx(root, ['build', ...vars(1000)])).toMatchObject({ code: 0 });
  expect(hasResults(root)).toBe(true);
  expect((await queryDev(root, wholeSql('demo', ['a', 'b', 'c']))).map(({ version }) => version)).toEqual([1000, 1000, 1000]);
  expect(readdirSync(join(root, '.etlx')).filter((name) => name.includes('lock'))).toEqual([]);
}, 120_000);
