import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** What a process took: seconds from the call to its end, and the memory that it had (resident, in MB), every 100 ms. */
export interface Watched {
  readonly seconds: number;
  readonly megabytes: readonly number[];
}

const EVERY_MS = 100;

/** Runs `argv` in `cwd` to its end, and looks at its memory meanwhile. Linux only. Throws when it fails, with what it said. */
export async function watched(
  [program, ...words]: readonly [string, ...string[]],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Watched> {
  const began = performance.now();
  const child = spawn(program, words, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const megabytes: number[] = [];
  const looking = setInterval(() => megabytes.push(residentMegabytes(child.pid!)), EVERY_MS);
  child.once('exit', () => clearInterval(looking));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}: ${said}`);
  return { seconds: (performance.now() - began) / 1000, megabytes: megabytes.filter((each) => each > 0) };
}

/** 0 for a process that has ended. */
function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** The highest of each of `parts` stretches of equal length. */
export function curveOf(values: readonly number[], parts = 10): readonly number[] {
  const from = (part: number): number => Math.floor((part * values.length) / parts);
  return Array.from({ length: parts }, (_, part) => Math.max(...values.slice(from(part), Math.max(from(part) + 1, from(part + 1)))));
}

/** The middle one of `values`, which are not sorted. */
export const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
