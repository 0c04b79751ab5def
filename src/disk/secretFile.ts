import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ReadSecretFile } from '../core/secret';

/** Reads files that hold secrets: mounted by Docker or Kubernetes, say, so that they may be outside the project in `root`. */
export const secretFile =
  (root: string): ReadSecretFile =>
  (path) => {
    try {
      return readFileSync(resolve(root, path), 'utf8');
    } catch {
      return undefined;
    }
  };
