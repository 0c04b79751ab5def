import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** As dbt's artifacts have it: of a text, of a file, or of nothing. */
export interface Checksum {
  readonly name: 'sha256' | 'path' | 'none';
  readonly checksum: string;
}

/** Larger files are told apart by their paths alone: dbt's rule for seeds. */
const LARGEST = 1024 * 1024;

export const checksumOf = (content: string | Uint8Array): Checksum => ({
  name: 'sha256',
  checksum: createHash('sha256').update(content).digest('hex'),
});

/** Of the file at `path` in the project folder `root`; of one that is gone by now, its path. */
export function fileChecksum(root: string, path: string): Checksum {
  const file = join(root, path);
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  return bytes === undefined || bytes > LARGEST ? { name: 'path', checksum: path } : checksumOf(readFileSync(file));
}
