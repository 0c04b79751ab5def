import { setTimeout } from 'node:timers/promises';
import type { Ran } from '../support/etlx';
import type { Spawned } from '../support/spawned';

/** The longest moment between a line and the kill, in milliseconds. */
export const MOMENT = 25;

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const linesIn = (text: string): number => text.split('\n').length - 1;

/** Lets the run end; answers how many lines it writes. */
export async function lengthOf({ ended }: Spawned): Promise<number> {
  const { code, stderr } = await ended;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return linesIn(stderr);
}

/** Kills the process a moment after its `lines`th line: how far it has come by then does not depend on how fast the machine is. */
export async function killedAfter({ child, ended }: Spawned, lines: number, milliseconds: number): Promise<Ran> {
  let written = 0;
  await Promise.race([
    ended,
    new Promise<void>((resolve) => {
      child.stderr!.on('data', (text: string) => {
        written += linesIn(text);
        if (written >= lines) resolve();
      });
    }),
  ]);
  await setTimeout(milliseconds);
  child.kill('SIGKILL');
  return ended;
}
