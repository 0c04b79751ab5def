import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Store, Stored } from '../core/ports';
import { checkKey } from './key';
import { isSystemError, problemOf } from './localProblem';
import { namesIn } from './localWalk';

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

  async function* keys(prefix: string): AsyncGenerator<string, void> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (folder !== '') checkKey(folder.slice(0, -1), location);
    try {
      yield* namesIn(root, folder, prefix, (file) => !file.startsWith(UNFINISHED));
    } catch (error) {
      refuse(error, prefix);
    }
  }

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

    list: keys,

    async *objects(prefix) {
      for await (const key of keys(prefix)) {
        const { size, mtime } = await stat(pathOf(key)).catch((error: unknown) => refuse(error, key));
        yield { key, bytes: size, modified: mtime };
      }
    },

    async *leftovers() {
      try {
        for await (const name of namesIn(root, '', '', (file) => file.startsWith(UNFINISHED))) {
          const path = join(root, name);
          const { size, mtime } = await stat(path);
          yield { name, bytes: size, begun: mtime, remove: () => rm(path, { force: true }) };
        }
      } catch (error) {
        refuse(error, '');
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
