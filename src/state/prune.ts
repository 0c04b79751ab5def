import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { JOURNAL, RUNS } from './runHead';
import { runNames } from './pastRun';
import { unsealed } from './sealed';

/** Forgets all but the latest `keep` runs of the project in `root`, and those that are not over while their process lives. What cannot be removed stays. */
export function pruneRuns(root: string, keep: number): void {
  for (const run of runNames(root).slice(0, -keep)) {
    const folder = join(root, RUNS, run);
    if (lives(folder)) continue;
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // the next run tries again
    }
  }
}

/** Whether the process that wrote the journal may still be at it. */
function lives(folder: string): boolean {
  try {
    const lines = readFileSync(join(folder, JOURNAL), 'utf8').trimEnd().split('\n');
    const head = unsealed(lines[0]!);
    if (unsealed(lines.at(-1)!)?.['type'] === 'run.finished') return false;
    if (typeof head?.['pid'] !== 'number' || head['host'] !== hostname()) return false;
    process.kill(head['pid'], 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
