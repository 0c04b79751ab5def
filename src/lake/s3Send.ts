import type { S3Client } from '@aws-sdk/client-s3';
import { setTimeout } from 'node:timers/promises';
import { isPassing, isThrottling } from './s3Problem';

/** Requests under way at once, at most; a server that says `SlowDown` halves it, and each round of answers without one adds one again. */
const MAX_AT_ONCE = 16;
const MAX_ATTEMPTS = 7;
const FIRST_WAIT = 100;
const LONGEST_WAIT = 10_000;

/** Sends one command; `attempt` counts from 1. */
export type Send = <T>(request: (client: S3Client, attempt: number) => Promise<T>) => Promise<T>;

/**
 * Sends requests to `client`, each again while the cause may pass, with twice the wait each time and jitter; `backoff` is the first wait in
 * milliseconds. How many are under way at once follows what the server bears (additive increase, multiplicative decrease, as TCP does).
 * Throws what the SDK throws.
 */
export function sender(client: S3Client, backoff = FIRST_WAIT): Send {
  const slots = slotsOf(MAX_AT_ONCE);
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      await slots.take();
      try {
        const answer = await request(client, attempt);
        slots.giveBack('well');
        return answer;
      } catch (error) {
        slots.giveBack(isThrottling(error) ? 'throttled' : 'failed');
        if (!isPassing(error) || attempt === MAX_ATTEMPTS) throw error;
      }
      await setTimeout(Math.min(backoff * 2 ** (attempt - 1), LONGEST_WAIT) * (0.5 + Math.random() / 2));
    }
  };
}

interface Slots {
  take(): Promise<void>;
  giveBack(how: 'well' | 'failed' | 'throttled'): void;
}

function slotsOf(most: number): Slots {
  const waiting: (() => void)[] = [];
  let limit = most;
  let taken = 0;
  let wellInARow = 0;
  const admit = (): void => {
    while (taken < limit && waiting.length > 0) {
      taken += 1;
      waiting.shift()!();
    }
  };
  return {
    take: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        admit();
      }),
    giveBack(how) {
      taken -= 1;
      wellInARow = how === 'well' ? wellInARow + 1 : 0;
      if (how === 'throttled') limit = Math.max(1, Math.floor(limit / 2));
      else if (wellInARow >= limit && limit < most) {
        limit += 1;
        wellInARow = 0;
      }
      admit();
    },
  };
}
