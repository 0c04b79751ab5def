import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stored } from '../../src/core/ports';
import type { Ran } from '../support/etlx';
import { serve, type Site } from '../support/http';
import { startFaultyS3, type FaultyS3 } from '../support/s3Faults';
import { project } from '../support/project';
import { startServer, type Server } from '../support/server';
import { spawnEtlx } from '../support/spawned';
import { expectWell } from './apiField';
import { killedAfter, lengthOf, MOMENT, randoms } from './killing';

/** `kill -9` of etlx while it lands, transforms and loads: no reader sees a load that is not whole, and no row comes twice. */
const SEED = 20261123;
const LOCAL_KILLS = 5;
/** A run is killed at every second request: whatever it was, there is one of its kind among them. */
const STEP = 2;
/** Nine megabytes: a page goes in two parts. */
const ROWS = 9;
const TEXT = 'x'.repeat(1_000_000);

let server: Server;
let api: Site;
/** Which the API's records are of: every run asks for another one. */
let version = 0;
beforeAll(async () => {
  server = await startServer();
  api = await serve(() => ({
    bytes: `id,version,text\n${Array.from({ length: ROWS }, (_, id) => `${id},${version},${TEXT}\n`).join('')}`,
    headers: { 'content-type': 'text/csv' },
  }));
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});

const table = (name: string, load: object): object => ({
  name,
  transform: { from: 'users', columns: { id: 'id', version: 'version' } },
  load,
  columns: [
    { name: 'id', data_type: 'INT' },
    { name: 'version', data_type: 'INT' },
  ],
});

/** A table that is replaced, and one that is added to, from one resource. */
const projectOver = (schema: string, lake: string): string =>
  project({
    'project.yaml': `name: demo
default_target: prod
targets: { prod: { type: postgres, url: { env: DATABASE_URL }, sslmode: disable, schema: ${schema}, threads: 1 } }
lake: ${lake}
retries: { max: 0, delay: 0 }
`,
    'sources/api.yaml': JSON.stringify({
      sources: [
        {
          name: 'api',
          extract: { client: { base_url: api.url }, resources: ['users'] },
          tables: [table('users', { primary_key: ['id'] }), table('events', { write_disposition: 'append' })],
        },
      ],
    }),
  });

/** The one version that the table holds, every row of it; of what is added to, each version is there whole or not at all. */
async function versionOf(schema: string): Promise<number> {
  const [users] = await server.query(`select count(*)::int as rows, min(version) as low, max(version) as high from ${schema}.users`);
  expect(users).toMatchObject({ rows: ROWS, low: users!['high'] });
  expect(await server.values(`select version from ${schema}.events group by version having count(*) <> ${ROWS}`)).toEqual([]);
  return Number(users!['high']);
}

/** Every manifest lists what is there, byte for byte. Answers the keys of what no manifest lists. */
function expectWholeLoads(objects: ReadonlyMap<string, Buffer>): readonly string[] {
  const listed = new Set<string>();
  for (const [key, body] of objects) {
    if (!key.endsWith('/_manifest.json')) continue;
    const { pages, files } = JSON.parse(body.toString('utf8')) as Readonly<Record<string, readonly (Stored & { readonly key: string })[]>>;
    for (const part of (pages ?? files)!) {
      const [whole, found] = [...objects].find(([name]) => name.endsWith(part.key)) ?? [];
      expect({ key, part: part.key, sha256: found && createHash('sha256').update(found).digest('hex') }).toEqual({
        key,
        part: part.key,
        sha256: part.sha256,
      });
      listed.add(whole!);
    }
    listed.add(key);
  }
  return [...objects.keys()].filter((key) => !listed.has(key));
}

/** What was left undone is done by `retry`; where nothing had begun, there is nothing to go on with. */
async function expectRetried(root: string, schema: string, env: Readonly<Record<string, string>>): Promise<void> {
  const { code, stderr } = await server.etlx(root, ['retry'], { env });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(await versionOf(schema)).toBe(version);
}

test('F40: killed at every second of its requests to S3: whole loads alone are seen, `retry` does the rest, and each row is there once', async () => {
  let onRequest: (nth: number) => void = () => undefined;
  const s3: FaultyS3 = await startFaultyS3({ onRequest: (nth) => onRequest(nth) });
  const env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const root = projectOver('on_s3', `{ url: 's3://lake/p', endpoint: '${s3.options.endpoint}' }`);
  try {
    version = 0;
    expectWell(await server.etlx(root, ['build'], { env }));
    let kills = 0;
    let unlisted = 0;
    for (let at = 1; ; at += STEP) {
      version = at;
      const before = s3.requests.length;
      const { child, ended } = spawnEtlx(root, ['build'], { ...env, DATABASE_URL: server.url });
      onRequest = (nth) => void (nth === before + at && child.kill('SIGKILL'));
      const ran: Ran = await ended;
      onRequest = () => undefined;
      if (ran.code === 0) break;
      expect(ran.code).toBe(137);
      kills += 1;
      expect(await versionOf('on_s3')).toBeLessThanOrEqual(version);
      unlisted += expectWholeLoads(new Map([...s3.objects].map(([key, { body }]) => [key, body]))).length;
      // the others are left for the next run to live with
      if (at % 4 === 1) await expectRetried(root, 'on_s3', env);
    }
    expect(await versionOf('on_s3')).toBe(version);
    expect(kills).toBeGreaterThan(7);
    expect(unlisted).toBeGreaterThan(0);
    // what the killed left is found, and nothing else
    expect(s3.uploads.size).toBeGreaterThan(1);
    const pruned = await server.etlx(root, ['lake', 'prune', '--keep', '100', '--yes'], { env });
    expect(pruned).toMatchObject({ code: 0 });
    expect(s3.uploads.size).toBe(0);
    expect(expectWholeLoads(new Map([...s3.objects].map(([key, { body }]) => [key, body])))).toEqual([]);
    // of what is added to, a dataset that is made anew would be added anew
    const select = ['--select', 'dataset.api.users', 'source.api.users'];
    expectWell(await server.etlx(root, ['load', '--from-lake', ...select], { env }));
    expect(await versionOf('on_s3')).toBe(version);
  } finally {
    await s3.stop();
  }
});

/** The files of a lake by their paths. */
const filesIn = (folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name))
      .map((path) => [path, readFileSync(path)]),
  );

test(`F40: killed ${LOCAL_KILLS} times over a lake in a folder: the same`, async () => {
  const root = projectOver('on_disk', '.etlx/lake');
  const lake = join(root, '.etlx/lake');
  const env = { DATABASE_URL: server.url };
  version = 0;
  const length = await lengthOf(spawnEtlx(root, ['build'], env));
  const random = randoms(SEED);
  let killed = 0;
  for (version = 1; version <= LOCAL_KILLS; version += 1) {
    // its first lines come before there is anything to do
    const ran = await killedAfter(spawnEtlx(root, ['build'], env), 5 + (length - 12) * random(), MOMENT * random());
    if (ran.code === 137) killed += 1;
    expect({ seed: SEED, version, standing: await versionOf('on_disk') }).toMatchObject({ seed: SEED });
    for (const left of expectWholeLoads(filesIn(lake))) expect(left).toMatch(/load_id=|\.etlx-unfinished/);
    if (version % 3 === 0) await expectRetried(root, 'on_disk', {});
  }
  expect(killed).toBeGreaterThan(LOCAL_KILLS / 2);
  expectWell(await server.etlx(root, ['build']));
  expect(await versionOf('on_disk')).toBe(version);
  expect(existsSync(lake)).toBe(true);
});
