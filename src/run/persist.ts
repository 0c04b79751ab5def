import { EtlxError } from '../core/diagnostic';
import type { Emit } from '../core/event';
import type { NodeRetry } from '../core/manifest';
import { DatabaseError, type Clock } from '../core/ports';
import { budgetOf } from './budget';
import { isConflict, problemOf } from './problem';

export interface Persistence {
  readonly retry: NodeRetry;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/** Does `work` on the database that belongs to no step, again while its failures may pass. Throws EtlxError `database.error` for a refusal of the database. */
export async function persist<T>(work: () => Promise<T>, { retry, clock, random, signal, emit }: Persistence): Promise<T> {
  const budget = budgetOf(retry, random);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      if (signal.aborted || !budget.allows(error)) throw new EtlxError(problemOf(error, { textOf: () => undefined }), { cause: error });
      const delay = budget.spend(error);
      // that two runs make the same schema at once is nothing to worry about
      if (!isConflict(error)) emit({ type: 'notice', level: 'warn', message: `${error.message}; trying again in ${delay}s` });
      await clock.sleep(delay * 1000, signal);
    }
  }
}
