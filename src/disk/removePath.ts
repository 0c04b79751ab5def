import { existsSync, realpathSync, rmSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { failure } from '../core/diagnostic';
import { pathInside } from './inside';

/** The path of what lies at `path` in the project folder `root`, relative to it and with `/`; undefined when that leads out of the project, through a link as well, or is the project itself. */
export function pathWithin(root: string, path: string): string | undefined {
  const file = pathInside(root, path);
  return file === undefined ? undefined : relative(realpathSync(root), file).split(sep).join('/');
}

/** Removes a file of the project, or a folder with all that is in it; links in it are removed, not followed. Answers whether there was one. Throws EtlxError `artifact.write`. */
export function remove(root: string, path: string): boolean {
  const file = pathInside(root, path);
  if (file === undefined || !existsSync(file)) return false;
  try {
    rmSync(file, { recursive: true });
    return true;
  } catch (error) {
    throw failure('artifact.write', { path, problem: error instanceof Error ? error.message : String(error) }, undefined, { cause: error });
  }
}
