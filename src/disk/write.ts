import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files (paths relative to `root`, with `/`), making folders as needed. */
export function writeFiles(root: string, files: Iterable<{ readonly path: string; readonly text: string }>): void {
  const made = new Set<string>();
  for (const { path, text } of files) {
    const file = join(root, path);
    const folder = dirname(file);
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true });
      made.add(folder);
    }
    writeFileSync(file, text);
  }
}

/** Writes one file beside its final name, then renames it: a reader never sees half of it. */
export function replaceFile(root: string, path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}
