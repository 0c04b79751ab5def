import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by path, relative to the project folder. */
export type Files = Readonly<Record<string, string>>;

const made: string[] = [];

/** An empty folder of its own, removed when the test file ends. */
export function temporaryFolder(prefix = 'etlx-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  made.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Writes `files` (over what is there) into `root`. */
export function writeProject(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const SETTINGS = `name: demo
default_target: dev
targets:
  dev: {type: pglite, path: .etlx/dev, schema: demo, threads: 4}
lake: .etlx/lake
retries: {max: 0, delay: 0}
`;

/** A project in a folder of its own, written as a dict; `project.yaml` is a small one on PGlite unless given. Answers the folder. */
export function project(files: Files): string {
  const root = temporaryFolder();
  writeProject(root, { 'project.yaml': SETTINGS, ...files });
  return root;
}
