import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../core/diagnostic';
import type { Store, Stored } from '../core/ports';
import { checkKey } from './key';

/** Names that begin like this are unfinished: no reader sees them. */
const UNFINISHED = '.etlx-unfinished-';

/**
 * A lake in the folder `root` (absolute), which is made with the first object; `location` is its name in messages.
 *
 * An object is written beside its place, brought to the disk (fsync) and renamed, so that a killed process or a power cut leaves it whole or absent.
 */
export function localStore(root: string, location: string): Store {
  const pathOf = (key: string): string => join(root, ...checkKey(key, location).split('/'));
  const refuse = (error: unknown, key: string): never => {
    throw problemOf(error, key, location);
  };

  return {
    location,

    async put(key, body) {
      const path = pathOf(key);
      const unfinished = join(dirname(path), `${UNFINISHED}${randomUUID()}`);
      try {
        await mkdir(dirname(path), { recursive: true });
        const stored = await writeDurably(unfinished, body);
        await rename(unfinished, path);
        await syncFolder(dirname(path));
        return stored;
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => undefined);
        return refuse(error, key);
      }
    },

    async *get(key) {
      const path = pathOf(key);
      try {
        for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) yield chunk as Uint8Array;
      } catch (error) {
        refuse(error, key);
      }
    },

    async *list(prefix) {
      const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      if (folder !== '') checkKey(folder.slice(0, -1), location);
      try {
        yield* keysIn(root, folder, prefix);
      } catch (error) {
        refuse(error, prefix);
      }
    },

    async remove(key) {
      const path = pathOf(key);
      await rm(path, { force: true }).catch((error: unknown) => refuse(error, key));
    },
  };
}

async function writeDurably(path: string, body: AsyncIterable<Uint8Array> | Uint8Array): Promise<Stored> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Makes a rename in `folder` last through a power cut; where folders cannot be opened (Windows), the system does it in its own time. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

/** The keys under `folder` that begin with `prefix`, in order; a folder sorts as its name and the `/` that follows it in every key. */
async function* keysIn(root: string, folder: string, prefix: string): AsyncIterable<string> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  });
  const names = entries
    .filter((entry) => !entry.name.startsWith(UNFINISHED))
    .map((entry) => (entry.isDirectory() ? `${folder}${entry.name}/` : `${folder}${entry.name}`))
    .filter((name) => name.startsWith(prefix) || prefix.startsWith(name))
    .sort((a, b) => (a < b ? -1 : 1));
  for (const name of names) {
    if (name.endsWith('/')) yield* keysIn(root, name, prefix);
    else if (name.startsWith(prefix)) yield name;
  }
}

/** Errors of the file system, by shape: their class differs between realms. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error;

function problemOf(error: unknown, key: string, location: string): unknown {
  // what the body's producer threw has its own words
  if (!isSystemError(error)) return error;
  return failure('lake.error', { location, problem: wordsOf(error, key) }, undefined, { cause: error });
}

function wordsOf({ code, message }: NodeJS.ErrnoException, key: string): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return `it holds no object \`${key}\``;
  return code === 'ENOSPC' ? `the disk is full, writing \`${key}\`` : `\`${key}\`: ${message}`;
}
