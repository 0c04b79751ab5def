import { join } from 'node:path';
import { againstLimit, timed, timingText } from './measure';

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
  const row = (name: string, limit?: number): string => {
    const { wall } = times.get(name)!;
    const ratio = wall.median / times.get('node -e 0')!.wall.median;
    return `${name.padEnd(14)}  ${timingText(wall)}${limit === undefined ? '' : `  ${againstLimit(ratio, '× node -e 0', limit)}`}`;
  };
  return [row('node -e 0'), row('etlx --version', 1.5), row('etlx ls', 3)];
}
