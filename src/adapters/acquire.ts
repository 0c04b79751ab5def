import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseError } from '../core/ports';
import { databaseErrorOf } from './databaseError';

/** The server is there, and says that it will take connections later: it is starting or stopping, or full. */
const LATER = /^(57P0[1-3]|53300)$/;
const LONGEST_PAUSE = 2000;

/**
 * Takes connections by `connect`, again and again for up to `patience` milliseconds while the server is restarting or full; pauses grow, and
 * are partly random, so that those who wait do not all come at once. A server that was never reached is not waited for when nobody
 * answers at its address: that is more often a mistake in the address. Throws DatabaseError.
 */
export function acquired<T>(connect: () => Promise<T>, patience: number): (signal?: AbortSignal) => Promise<T> {
  let reached = false;
  return async (signal) => {
    const began = Date.now();
    for (let pause = 50; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        const connection = await connect();
        reached = true;
        return connection;
      } catch (cause) {
        const error = databaseErrorOf(cause);
        if (!isWorthWaiting(error, reached) || Date.now() - began + pause > patience) throw error;
        await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal });
      }
    }
  };
}

function isWorthWaiting({ code, transient }: DatabaseError, reached: boolean): boolean {
  return LATER.test(code ?? '') || (reached && transient);
}
