import { constants, cpSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/*
 * A new PGlite database runs initdb in WebAssembly: 3 to 7 seconds. An image is such a database, made once when etlx is installed, and
 * copied on first use. Copying the folder takes 0.2 s; PGlite's own `loadDataDir` from a tar of it takes 0.8 s more.
 */

/** Makes an image in `folder`, in place of any that is there; one made by the installed PGlite is kept. */
export async function writeImage(folder: string): Promise<void> {
  if (await fits(folder)) return;
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await initialise(join(draft, 'data'));
  await openToAll(join(draft, 'data'));
  await writeFile(join(draft, 'version'), await installedVersion());
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

/** Makes the database folder `path` unless it is there, from `image` when that was made by the installed PGlite. It appears whole, or not at all. */
export async function prepareFolder(path: string, image?: string): Promise<void> {
  if (await exists(path)) return;
  const draft = `${path}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(path), { recursive: true });
  if (image !== undefined && (await fits(image))) copyFolder(join(image, 'data'), draft);
  else await initialise(draft);
  await rename(draft, path);
}

async function initialise(path: string): Promise<void> {
  const database = await PGlite.create(path);
  await database.close();
}

/** PostgreSQL makes some files for its own user only; whoever installed etlx need not be the one who runs it. */
async function openToAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

/** A thousand small files: the synchronous copy takes a tenth of the asynchronous one's time. Where the file system can, blocks are shared. */
function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

async function fits(image: string): Promise<boolean> {
  const version = await readFile(join(image, 'version'), 'utf8').catch(() => undefined);
  return version !== undefined && version === (await installedVersion());
}

/** PGlite does not say its version, so it is read from its package, two folders above its entry file. */
async function installedVersion(): Promise<string> {
  const manifest = await readFile(join(dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
