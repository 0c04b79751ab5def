import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateProject } from './generate';
import { timed, timingText } from './measure';

/** `etlx compile` as a whole process on generated projects, cold: parse, link, render, and write every artifact. */
export function benchCompile(repository: string, rounds: number): readonly string[] {
  const etlx = join(repository, 'dist/etlx.cjs');
  const root = mkdtempSync(join(tmpdir(), 'etlx-bench-'));
  try {
    return [2_000, 10_000].map((models) => {
      const folder = join(root, String(models));
      const { refs, tests } = generateProject(folder, models);
      const clean = () => rmSync(join(folder, 'target'), { recursive: true, force: true });
      const timing = timed([{ name: 'compile', argv: [process.execPath, etlx, 'compile', '--quiet'], cwd: folder, before: clean }], rounds).get('compile')!;
      const each = ((timing.median / models) * 1e3).toFixed(3);
      return `compile ${models} models, ${refs} refs, ${tests} tests: ${timingText(timing)}, ${each} ms a model`;
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
