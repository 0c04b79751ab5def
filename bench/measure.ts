import { spawnSync } from 'node:child_process';

/** Seconds. */
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
  /** Run after each measured run, not timed; what it answers is noted beside the wall time. */
  readonly after?: () => number;
}

export interface Timed {
  /** Wall time of the whole process, start-up included. */
  readonly wall: Timing;
  /** What `after` answered. */
  readonly noted?: Timing;
}

/** Times the commands in turn (A B C A B C …), so that a machine whose speed drifts is fair to all; the first round warms up and does not count. */
export function timed(commands: readonly Command[], rounds: number): ReadonlyMap<string, Timed> {
  const runs = new Map(commands.map(({ name }) => [name, { wall: [] as number[], noted: [] as number[] }]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, argv, cwd, env, before, after } of commands) {
      before?.();
      const began = process.hrtime.bigint();
      const { status, stderr, error } = spawnSync(argv[0], argv.slice(1), { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
      const taken = Number(process.hrtime.bigint() - began) / 1e9;
      if (error !== undefined || status !== 0)
        throw new Error(`${argv.join(' ')} ended with ${status}: ${error?.message ?? stderr.toString()}`);
      const noted = after?.();
      if (round === 0) continue;
      runs.get(name)!.wall.push(taken);
      if (noted !== undefined) runs.get(name)!.noted.push(noted);
    }
  }
  return new Map(
    [...runs].map(([name, { wall, noted }]) => [name, { wall: timingOf(wall), ...(noted.length > 0 && { noted: timingOf(noted) }) }]),
  );
}

function timingOf(seconds: readonly number[]): Timing {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)]!, least: sorted[0]!, most: sorted.at(-1)! };
}

/** `1.234 s (1.200–1.300)` */
export const timingText = ({ median, least, most }: Timing): string => `${median.toFixed(3)} s (${least.toFixed(3)}–${most.toFixed(3)})`;

/** `1.23 × node -e 0, limit 1.5: held` */
export function againstLimit(value: number, unit: string, limit: number): string {
  return `${value.toFixed(2)} ${unit}, limit ${limit}: ${value <= limit ? 'held' : 'missed'}`;
}
