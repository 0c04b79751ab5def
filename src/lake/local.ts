import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../core/diagnostic';
import type { Store, Stored } from '../core/ports';
import { checkKey } from './key';

/** Names that begin like this are unfinished: no reader sees them. */
const UNFINISHED = '.etlx-unfinished-';

/** How file systems say that they have no hard links: FAT, some network and container ones. */
const LINKLESS = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK']);

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

    async put(key, body, { fresh = false } = {}) {
      const path = pathOf(key);
      const unfinished = join(dirname(path), `${UNFINISHED}${randomUUID()}`);
      try {
        await mkdir(dirname(path), { recursive: true });
        const stored = await writeDurably(unfinished, body);
        await (fresh ? publishFresh(unfinished, path) : rename(unfinished, path));
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

/** Gives a file its name unless another has it (EEXIST), which a rename would replace; file systems without hard links cannot tell. */
async function publishFresh(unfinished: string, path: string): Promise<void> {
  try {
    await link(unfinished, path);
    await rm(unfinished);
  } catch (error) {
    if (!isSystemError(error) || !LINKLESS.has(error.code ?? '')) throw error;
    await rename(unfinished, path);
  }
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
  return failure('lake.error', { location, ...wordsOf(error, key) }, undefined, { cause: error });
}

function wordsOf({ code, message }: NodeJS.ErrnoException, key: string): { readonly problem: string; readonly hint?: string } {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { problem: `it holds no object \`${key}\`` };
    case 'EEXIST':
      return { problem: `\`${key}\` stands there already`, hint: 'two runs made a load of the same id at once: run again' };
    case 'ENOSPC':
    case 'EDQUOT':
      return { problem: `the disk is full, writing \`${key}\``, hint: 'free some space (`etlx lake prune` removes old loads), then run again' };
    case 'EROFS':
      return { problem: `the file system is read-only, writing \`${key}\`` };
    case 'EACCES':
    case 'EPERM':
      return { problem: `etlx may not read or write \`${key}\``, hint: "give the process's user the right to the folder" };
    default:
      return { problem: `\`${key}\`: ${message}` };
  }
}
