import { join } from 'node:path';
import { timed, timingText } from './measure';

/** Start-up: `etlx --version` and `etlx ls` (on the shop) against Node alone, in one run. */
export function benchStart(repository: string, rounds: number): readonly string[] {
  const etlx = join(repository, 'dist/etlx.cjs');
  const node = process.execPath;
  const times = timed(
    [
      { name: 'node -e 0', argv: [node, '-e', '0'] },
      { name: 'etlx --version', argv: [node, etlx, '--version'] },
      { name: 'etlx ls', argv: [node, etlx, 'ls'], cwd: repository },
    ],
    rounds,
  );
  const floor = times.get('node -e 0')!;
  return [...times].map(([name, timing]) => `${name.padEnd(16)} ${timingText(timing)}  ${(timing.median / floor.median).toFixed(2)} × node`);
}
