import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failure } from '../core/diagnostic';

/**
 * Writes files (paths relative to `root`, with `/`), making folders as needed. A file that says the same already is left as it is: to read
 * one takes a quarter of the time of writing it, and what watches the folder sees what changed. Throws EtlxError `artifact.write`.
 */
export function writeFiles(root: string, files: Iterable<{ readonly path: string; readonly text: string }>): void {
  const isNew = new Map<string, boolean>();
  for (const { path, text } of files) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    const file = `${root}/${path}`;
    writing(path, () => {
      if (!isNew.has(folder)) isNew.set(folder, mkdirSync(`${root}/${folder}`, { recursive: true }) !== undefined);
      if (isNew.get(folder) || textOf(file) !== text) writeFileSync(file, text);
    });
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Writes one file beside its final name, then renames it: a reader never sees half of it. Throws EtlxError `artifact.write`. */
export function replaceFile(root: string, path: string, text: string): void {
  const file = join(root, path);
  const beside = `${file}.${process.pid}.tmp`;
  writing(path, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, file);
  });
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw failure('artifact.write', { path, problem: error instanceof Error ? error.message : String(error) }, undefined, { cause: error });
  }
}
