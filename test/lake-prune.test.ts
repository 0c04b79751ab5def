import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { s3Store } from '../src/lake/s3';
import { landingOf } from '../src/loaders/land';
import { resourcePrefix, type RawManifest } from '../src/loaders/lakeManifest';
import { prunable } from '../src/loaders/prune';
import { transform } from '../src/loaders/transform';
import { etlx } from './support/etlx';
import { at, datasetNode, keysOf, testPorts, type TestPorts } from './support/loaders';
import { project } from './support/project';
import { startFaultyS3 } from './support/s3Faults';

const never = new AbortController().signal;
const tomorrow = new Date(Date.now() + 86_400_000);
const dataset = datasetNode('t', ['id INT'], ['id'], {
  inputs: [{ from: 'users', at, includeFromParent: {}, columns: { id: { path: 'id' } } }],
});
let ports: TestPorts;
beforeEach(() => {
  ports = testPorts();
});
afterEach(async () => {
  await ports.client.close();
  rmSync(ports.root, { recursive: true, force: true });
});

/** Lands a load of one page; without a manifest when it is not `complete`. Answers its id. */
async function land(resource: string, complete = true, parent?: RawManifest['parent'], store = ports.store): Promise<string> {
  const id = ports.nextLoadId();
  const landing = landingOf(store, resourcePrefix('raw', 'shop', resource), id);
  const page = { ...(await landing.page(Buffer.from(`{"${resource}":[{"id":1}]}`))), records: 1 };
  const known = {
    version: 1,
    source: 'shop',
    resource,
    load_id: id,
    started_at: '',
    ended_at: '',
    request: '',
    status: 'complete',
  } as const;
  if (complete)
    await landing.complete({ ...known, data_selector: resource, pages: [page], records: 1, total: 1, ...(parent && { parent }) });
  return id;
}

const found = async (keep: number, before = tomorrow, store = ports.store) =>
  (await prunable(store, { keep, before })).map(({ why, name, objects }) => ({ why, name, objects }));
const old = (name: string, objects = 2) => ({ why: 'old', name, objects });

test('the last loads of each resource stay', async () => {
  const users = [await land('users'), await land('users'), await land('users')];
  await land('carts');
  expect(await found(2)).toEqual([old(`raw/shop/users/load_id=${users[0]}`)]);
  expect(await found(1)).toEqual([old(`raw/shop/users/load_id=${users[0]}`), old(`raw/shop/users/load_id=${users[1]}`)]);
  expect(await found(3)).toEqual([]);
});

test('what a dataset that stays was made from stays, and so does the parent of a load that stays', async () => {
  const parent = await land('teams');
  await land('teams');
  const first = await land('users', true, { resource: 'teams', load_id: parent });
  await transform(dataset, ports, never);
  await land('users');
  await land('users');
  expect(await found(1)).toEqual([old(expect.stringContaining('raw/shop/users/load_id=') as unknown as string)]);
  expect((await found(1))[0]!.name).not.toContain(first);
  // once another dataset has taken its place, all of it may go
  await transform(dataset, ports, never);
  const names = (await found(1)).map(({ name }) => name);
  expect(names).toHaveLength(4);
  expect(names).toEqual(expect.arrayContaining([`raw/shop/users/load_id=${first}`, `raw/shop/teams/load_id=${parent}`]));
});

test('loads without a manifest go, even newer ones; what is no load stays', async () => {
  await land('users');
  const broken = await land('users', false);
  await ports.store.put('raw/shop/users/notes.txt', Buffer.from('x'));
  await ports.store.put('elsewhere/load_id', Buffer.from('x'));
  writeFileSync(join(ports.root, 'raw/shop/users/.etlx-unfinished-1'), 'ha');
  expect(await found(1)).toEqual([
    { why: 'incomplete', name: `raw/shop/users/load_id=${broken}`, objects: 1 },
    { why: 'unfinished', name: 'raw/shop/users/.etlx-unfinished-1', objects: 1 },
  ]);
});

test('nothing goes that was written to lately', async () => {
  await land('users');
  const broken = await land('users', false);
  await land('users');
  expect(await found(1, new Date(Date.now() - 60_000))).toEqual([]);
  const page = join(ports.root, `raw/shop/users/load_id=${broken}/page-00001.json`);
  utimesSync(page, new Date(0), new Date(0));
  expect(await found(1, new Date(Date.now() - 60_000))).toEqual([
    { why: 'incomplete', name: `raw/shop/users/load_id=${broken}`, objects: 1 },
  ]);
});

test('a manifest of a load that stays, and cannot be read, stops everything', async () => {
  await land('users');
  const last = await land('users');
  writeFileSync(join(ports.root, `raw/shop/users/load_id=${last}/_manifest.json`), '{');
  await expect(prunable(ports.store, { keep: 1, before: tomorrow })).rejects.toMatchObject({ diagnostics: [{ code: 'lake.corrupt' }] });
});

test('on S3: loads, and uploads that were never completed', async () => {
  const server = await startFaultyS3({
    faults: (['part', 'abort'] as const).map((on) => ({ on, times: 9, fault: { status: 403, code: 'AccessDenied' } })),
  });
  try {
    const store = await s3Store('s3://lake/p', server.options);
    const first = await land('users', true, undefined, store);
    await land('users', true, undefined, store);
    await expect(store.put('raw/shop/users/load_id=x/page-00001.json', Buffer.alloc(9 * 1024 * 1024))).rejects.toThrow();
    const all = await prunable(store, { keep: 1, before: tomorrow });
    expect(all.map(({ why, name }) => ({ why, name }))).toEqual([
      { why: 'old', name: `raw/shop/users/load_id=${first}` },
      { why: 'unfinished', name: 'parts of raw/shop/users/load_id=x/page-00001.json' },
    ]);
    await all[0]!.remove();
    const removed = server.requests.filter(({ operation }) => operation === 'delete').map(({ key }) => key.split('/').at(-1));
    expect(removed).toEqual(['_manifest.json', 'page-00001.json']);
    expect(await found(1, tomorrow, store)).toEqual([
      { why: 'unfinished', name: 'parts of raw/shop/users/load_id=x/page-00001.json', objects: 1 },
    ]);
  } finally {
    await server.stop();
  }
});

test('the command lists, and removes only when told to', async () => {
  const ids = [await land('users'), await land('users')];
  const root = project({ 'models/a.sql': 'select 1 as id\n' });
  const files = ['page-00001.json', '_manifest.json'].map((name) => join(ports.root, `raw/shop/users/load_id=${ids[0]}`, name));
  for (const file of files) utimesSync(file, new Date(0), new Date(0));
  writeFileSync(join(root, 'project.yaml'), `name: demo\ntargets: { dev: { type: pglite } }\nlake: ${JSON.stringify(ports.root)}\n`);
  const before = await keysOf(ports.store);

  const listed = await etlx(root, ['lake', 'prune', '--keep', '1']);
  expect(listed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^old {9}raw\/shop\/users\/load_id=\S+ {2}2 objects {2}\d+ B\n$/),
  });
  expect(listed.stderr).toMatch(/^would remove 2 objects \(\d+ B\) from `.*`; nothing is removed without `--yes`\n$/);
  expect(await keysOf(ports.store)).toEqual(before);

  expect(await etlx(root, ['lake', 'prune', '--keep', '1', '--yes'])).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^removed 2 objects/),
  });
  expect(await keysOf(ports.store)).toEqual(before.filter((key) => !key.includes(ids[0]!)));
  expect(await etlx(root, ['lake', 'prune', '--yes'])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^nothing to remove/),
  });
  expect(readdirSync(root)).not.toContain('.etlx');
});

test.each([
  [['lake'], '`etlx lake` needs a word'],
  [['lake', 'prun'], 'does not know `prun`'],
  [['lake', 'prune', '--keep', '0'], '`--keep` takes a whole number from 1'],
])('%j is not understood', async (args, problem) => {
  const { code, stderr } = await etlx(project({}), args);
  expect(code).toBe(2);
  expect(stderr).toContain(problem);
});
