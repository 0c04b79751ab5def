import type { NodeRetry } from '../core/manifest';
import { isConflict, isTransient } from './problem';

/** Conflicts between transactions are how a database keeps order, not failures: they are tried again whatever the project says of retries. */
const CONFLICTS: NodeRetry = { max: 5, delay: 0.2, backoff: 2, max_delay: 3 };

/** The further attempts that a step has left. */
export interface Budget {
  /** Whether a step that failed with `error` may be tried again. */
  allows(error: unknown): boolean;
  /** Takes one attempt away; answers how long to wait before it, in seconds. */
  spend(error: unknown): number;
  /** How many have been taken. */
  used(): number;
}

/** The attempts that `retry` grants to causes that pass, and as many again as conflicts are worth. `random` answers numbers in [0, 1). */
export function budgetOf(retry: NodeRetry, random: () => number): Budget {
  const spent = { passing: 0, conflicts: 0 };
  return {
    allows: (error) => isTransient(error) && (isConflict(error) ? spent.conflicts < CONFLICTS.max : spent.passing < retry.max),
    spend(error) {
      if (isConflict(error)) return waitOf(CONFLICTS, (spent.conflicts += 1), random);
      return waitOf(retry, (spent.passing += 1), random);
    },
    used: () => spent.passing + spent.conflicts,
  };
}

/** A random part of the longest wait before the `nth` further attempt (full jitter: AWS Architecture Blog, "Exponential Backoff And Jitter", 2015). */
function waitOf({ delay, backoff, max_delay }: NodeRetry, nth: number, random: () => number): number {
  const longest = Math.min(max_delay, delay * backoff ** (nth - 1));
  return Math.round(longest * random() * 100) / 100;
}
