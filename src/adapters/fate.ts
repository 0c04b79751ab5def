import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from '../core/ports';
import type { Ask } from './control';

/** A transaction on a server: its id, and the process that ran it where that is known (not behind a pooler). */
export interface Transaction {
  readonly id: string;
  readonly pid?: number;
}

export type Fate = 'committed' | 'aborted' | 'unknown';

/** How long a transaction may take to end by itself after its connection was lost. */
const GRACE = 1000;
const PAUSE = 250;

/**
 * What became of `transaction`, whose COMMIT was sent and never answered: asked of the server, for at most `patience` milliseconds while it
 * cannot be reached. A transaction that goes on waiting for the client it has lost is ended, so that the answer is final.
 */
export async function fateOf(transaction: Transaction, ask: Ask, patience: number): Promise<Fate> {
  const began = Date.now();
  for (;;) {
    const elapsed = Date.now() - began;
    const status = await statusOf(transaction, ask, elapsed > GRACE);
    if (status === 'committed' || status === 'aborted') return status;
    if (status === 'unknown' || elapsed > patience) return 'unknown';
    await sleep(PAUSE);
  }
}

/** One question; undefined when the server could not be asked. */
async function statusOf({ id, pid }: Transaction, ask: Ask, end: boolean): Promise<string | undefined> {
  try {
    const answer = await ask(`select pg_catalog.txid_status(${id}) as status${end && pid !== undefined ? `, (${ending(id, pid)})` : ''}`);
    return answer?.['status'] ?? 'unknown';
  } catch (error) {
    // A server that takes the question and refuses it does not know the transaction, and will not get to know it.
    return error instanceof DatabaseError && error.transient ? undefined : 'unknown';
  }
}

/** Ends the process only while it runs this very transaction: `backend_xid` is the lower half of the id. */
const ending = (id: string, pid: number): string =>
  `select pg_catalog.pg_terminate_backend(a.pid) from pg_catalog.pg_stat_activity a where a.pid = ${pid} and a.backend_xid::text::bigint = ${id} % 4294967296`;
