import { mkdtempSync, renameSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateProject } from './generate';
import { againstLimit, timed, timingText, type Command } from './measure';

const SMALL = 2_000;
const LARGE = 10_000;

/**
 * `etlx compile` as a whole process on generated projects: read, parse, link, render, and write every artifact. Cold: there is no `target/`;
 * and again, over the files that the run before has written.
 */
export function benchCompile(repository: string, rounds: number): readonly string[] {
  const etlx = join(repository, 'dist/etlx.cjs');
  const root = mkdtempSync(join(tmpdir(), 'etlx-bench-'));
  try {
    const sizes = [SMALL, LARGE].map((models) => ({
      ...generateProject(join(root, String(models)), models),
      folder: join(root, String(models)),
    }));
    const commands = sizes.flatMap(({ models, folder }): readonly Command[] => [
      {
        name: `${models} cold`,
        argv: [process.execPath, etlx, 'compile', '--quiet'],
        cwd: folder,
        before: () => putAside(join(folder, 'target')),
      },
      { name: `${models} again`, argv: [process.execPath, etlx, 'compile', '--quiet'], cwd: folder },
    ]);
    const times = timed([...commands, { name: 'node', argv: [process.execPath, '-e', '0'] }], rounds);
    const wall = (name: string) => times.get(name)!.wall;
    const rows = sizes.flatMap(({ models, refs, tests }) => [
      `${models} models, ${refs} refs, ${tests} tests, cold   ${timingText(wall(`${models} cold`))}`,
      `${models} models, ${refs} refs, ${tests} tests, again  ${timingText(wall(`${models} again`))}`,
    ]);
    return [
      ...rows,
      `node -e 0, meanwhile  ${timingText(wall('node'))}`,
      `${SMALL} cold: ${againstLimit(wall(`${SMALL} cold`).median, 's', 1.5)}`,
      `${LARGE} / ${SMALL} cold: ${againstLimit(wall(`${LARGE} cold`).median / wall(`${SMALL} cold`).median, '×', 5.5)}`,
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Moved, not deleted: on ext4 without a journal thousands of new files take ten times as long while the deletion of as many is recent. */
function putAside(folder: string): void {
  if (existsSync(folder)) renameSync(folder, `${folder}.${process.hrtime.bigint()}`);
}
