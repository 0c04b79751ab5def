import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './localProblem';

/**
 * The files under `folder` of `root` whose names (from `root` on, with `/`) begin with `prefix`, those that `takes`, in order of code units;
 * a folder sorts as its name and the `/` that follows it in every name.
 */
export async function* namesIn(
  root: string,
  folder: string,
  prefix: string,
  takes: (file: string) => boolean,
): AsyncGenerator<string, void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  });
  const names = entries
    .filter((entry) => entry.isDirectory() || takes(entry.name))
    .map((entry) => (entry.isDirectory() ? `${folder}${entry.name}/` : `${folder}${entry.name}`))
    .filter((name) => name.startsWith(prefix) || prefix.startsWith(name))
    .sort((a, b) => (a < b ? -1 : 1));
  for (const name of names) {
    if (name.endsWith('/')) yield* namesIn(root, name, prefix, takes);
    else if (name.startsWith(prefix)) yield name;
  }
}
