import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timed, timingText } from './measure';

const PARTS = ['project.yaml', 'sources', 'models', 'macros', 'tests', 'recordings'];

/** `etlx build` of the shop on the embedded database, as a whole process: on a fresh clone, and again on what stands. */
export function benchBuild(repository: string, rounds: number): readonly string[] {
  const etlx = join(repository, 'dist/etlx.cjs');
  const root = mkdtempSync(join(tmpdir(), 'etlx-bench-'));
  const shop = join(root, 'shop');
  const past = { count: 0 };
  const freshClone = (): void => {
    if (past.count > 0) renameSync(shop, `${shop}.${past.count}`);
    past.count += 1;
    for (const part of PARTS) cpSync(join(repository, part), join(shop, part), { recursive: true });
  };
  try {
    const argv: readonly [string, ...string[]] = [process.execPath, etlx, 'build', '--quiet'];
    const times = timed(
      [
        { name: 'first build', argv, cwd: shop, before: freshClone },
        { name: 'second build', argv, cwd: shop },
      ],
      rounds,
    );
    return [...times].map(([name, { wall }]) => `${name.padEnd(12)}  ${timingText(wall)}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
