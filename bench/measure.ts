import { spawnSync } from 'node:child_process';

/** Seconds of wall time. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Command {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Run before each measured run, not timed. */
  readonly before?: () => void;
}

/** Times the commands in turn (A B C A B C …), so that a machine whose speed drifts is fair to all; the first round warms up and does not count. */
export function timed(commands: readonly Command[], rounds: number): ReadonlyMap<string, Timing> {
  const seconds = new Map<string, number[]>(commands.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, argv, cwd, env, before } of commands) {
      before?.();
      const began = process.hrtime.bigint();
      const { status, stderr, error } = spawnSync(argv[0], argv.slice(1), { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
      const taken = Number(process.hrtime.bigint() - began) / 1e9;
      if (error !== undefined || status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${error?.message ?? stderr.toString()}`);
      if (round > 0) seconds.get(name)!.push(taken);
    }
  }
  return new Map([...seconds].map(([name, all]) => [name, timingOf(all)]));
}

function timingOf(seconds: readonly number[]): Timing {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)]!, least: sorted[0]!, most: sorted.at(-1)! };
}

/** `1.234 s (1.200–1.300)` */
export const timingText = ({ median, least, most }: Timing): string => `${median.toFixed(3)} s (${least.toFixed(3)}–${most.toFixed(3)})`;
