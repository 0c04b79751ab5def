import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysOf } from '../../test/support/loaders';
import { localStore } from '../lake/local';
import { deadLetter } from './deadLetter';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'etlx-dead-letter-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const bytesIn = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((each) => each.isFile())
    .reduce((sum, each) => sum + statSync(join(each.parentPath, each.name)).size, 0);

const piece = Buffer.alloc(100_000, 'x');

test('pieces are in the store while others are still to come, and readers see all of them or nothing', async () => {
  const store = localStore(root, 'the lake');
  const letter = deadLetter(store, 'a/rejected.ndjson');
  for (let count = 0; count < 30; count += 1) await letter.write(piece);
  expect(bytesIn(root)).toBeGreaterThan(20 * piece.length);
  expect(await keysOf(store)).toEqual([]);
  expect(await letter.end()).toMatchObject({ bytes: 30 * piece.length });
  expect(readFileSync(join(root, 'a/rejected.ndjson')).byteLength).toBe(30 * piece.length);
});

test('without a piece there is no object', async () => {
  const store = localStore(root, 'the lake');
  expect(await deadLetter(store, 'a').end()).toBeUndefined();
  await deadLetter(store, 'a').abandon();
  expect(readdirSync(root)).toEqual([]);
});

test('what is abandoned leaves no object', async () => {
  const store = localStore(root, 'the lake');
  const letter = deadLetter(store, 'a');
  await letter.write(piece);
  await letter.abandon();
  expect(await keysOf(store)).toEqual([]);
});

test('a store that fails is told by whoever writes, and keeps nobody waiting', async () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  const letter = deadLetter(localStore(file, 'the lake'), 'a');
  const failing = { diagnostics: [{ code: 'lake.error' }] };
  await expect(letter.write(piece)).rejects.toMatchObject(failing);
  await expect(letter.write(piece)).rejects.toMatchObject(failing);
  await letter.abandon();
  await expect(letter.end()).rejects.toMatchObject(failing);
});
