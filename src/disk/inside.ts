import { realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';

/**
 * Where `path`, given relative to the project folder `root`, really lies; undefined when it leads out of the project, be it by `..`, as an
 * absolute path, or through a link. A path at which nothing stands is judged by its text.
 */
export function pathInside(root: string, path: string): string | undefined {
  const project = realOf(resolve(root));
  const file = resolve(project, path);
  const real = realOf(file);
  return file.startsWith(project + sep) && real.startsWith(project + sep) ? real : undefined;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
