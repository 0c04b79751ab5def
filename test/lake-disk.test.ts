import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { localStore } from '../src/lake/local';
import { keysOf, textOf } from './support/loaders';

const folder = mkdtempSync(join(tmpdir(), 'etlx-disk-'));

const isRoot = userInfo().uid === 0;

/** A file system of its own of one megabyte; undefined where the machine lets nobody mount one. */
function mounted(name: string): string | undefined {
  const path = join(folder, name);
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  }
}

const full = mounted('full');
const readOnly = mounted('read-only');
afterAll(() => {
  for (const path of [full, readOnly]) if (path !== undefined) execFileSync('umount', [path]);
  rmSync(folder, { recursive: true, force: true });
});

const withMount = full !== undefined && readOnly !== undefined ? test : test.skip;

withMount('F21: a full disk is told, leaves no trace, and does no harm to what stands (skipped where nothing can be mounted)', async () => {
  const store = localStore(full!, 'the lake');
  await store.put('a/old', Buffer.from('old'));
  const body = Buffer.alloc(300_000, 1);
  async function* endless() {
    for (let piece = 0; piece < 100; piece += 1) yield body;
  }
  await expect(store.put('a/new', endless())).rejects.toMatchObject({
    diagnostics: [{ code: 'lake.error', message: 'the lake at `the lake`: the disk is full, writing `a/new`' }],
  });
  await expect(store.put('a/old', endless())).rejects.toMatchObject({ diagnostics: [{ code: 'lake.error' }] });
  expect(readdirSync(join(full!, 'a'))).toEqual(['old']);
  expect(await textOf(store, 'a/old')).toBe('old');
  // the space has come back
  await store.put('a/new', Buffer.alloc(500_000));
});

withMount('a read-only file system is told (skipped where nothing can be mounted)', async () => {
  const store = localStore(readOnly!, 'the lake');
  await store.put('a', Buffer.from('x'));
  execFileSync('mount', ['-o', 'remount,ro', readOnly!]);
  await expect(store.put('b', Buffer.from('x'))).rejects.toMatchObject({
    diagnostics: [{ message: 'the lake at `the lake`: the file system is read-only, writing `b`' }],
  });
  await expect(store.remove('a')).rejects.toMatchObject({ diagnostics: [{ code: 'lake.error' }] });
  expect(await keysOf(store)).toEqual(['a']);
});

(isRoot ? test.skip : test)('a folder without rights is told (skipped for root, who has all of them)', async () => {
  const root = mkdtempSync(join(folder, 'closed-'));
  chmodSync(root, 0o500);
  await expect(localStore(root, 'the lake').put('b', Buffer.from('x'))).rejects.toMatchObject({
    diagnostics: [{ message: 'the lake at `the lake`: etlx may not read or write `b`' }],
  });
});

test('a file in the place of a folder is told', async () => {
  const store = localStore(mkdtempSync(join(folder, 'file-')), 'the lake');
  await store.put('a', Buffer.from('x'));
  await expect(store.put('a/b', Buffer.from('x'))).rejects.toMatchObject({ diagnostics: [{ code: 'lake.error' }] });
});
