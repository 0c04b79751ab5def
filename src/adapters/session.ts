import type { Client, QueryArrayResult } from 'pg';
import { DatabaseError, type Session } from '../core/ports';
import type { Relation } from '../core/relation';
import { databaseErrorOf, isLost } from './databaseError';
import type { Fate } from './fate';
import { exactTypes, rowsOf } from './rows';
import { scriptOf } from './script';

/** Fills `relation` from CSV over the given connection, and answers the number of rows. */
export type Copy = (
  client: Client,
  relation: Relation,
  columns: readonly string[],
  csv: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
) => Promise<number>;

/** A Session, and how its transaction ends. */
export interface OpenSession extends Session {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** How the transactions of one connection are run. */
export interface Wire {
  readonly copy: Copy;
  /** Statements that stand behind every `begin`. */
  readonly opening: readonly string[];
  /** What became of the transaction `id` whose COMMIT was not answered; absent where a connection cannot be lost. */
  readonly fateOf?: (id: string) => Promise<Fate>;
}

/** The transaction's id, null while it has written nothing. Its old name, because PostgreSQL 12 has only that one. */
const TRANSACTION_ID = 'select pg_catalog.txid_current_if_assigned()';

/**
 * A transaction on `client`. It begins with the first call, in the same message as that call's statements; COMMIT is a message of its own,
 * because a server that loses its client half-way through a message still runs the rest of it. The transaction's id travels with the
 * statements, so that it is known when the answer to COMMIT is lost.
 */
export function sessionOn(client: Client, { copy, opening, fateOf }: Wire, signal?: AbortSignal): OpenSession {
  let begun = false;
  let id: string | undefined;

  const run = async (statements: readonly string[], more: readonly string[] = []): Promise<readonly QueryArrayResult<unknown[]>[]> => {
    signal?.throwIfAborted();
    const own = begun ? [] : ['begin', ...opening];
    begun = true;
    const answers = await answersOf(client, [...own, ...statements, ...more], own.length);
    return answers.slice(own.length);
  };

  return {
    query: async (sql) => rowsOf((await run([sql])).at(-1)),
    execute: async (statements) => {
      if (statements.length === 0) return [];
      const asks = fateOf !== undefined && id === undefined;
      const answers = await run(statements, asks ? [TRANSACTION_ID] : []);
      if (asks) id = (answers.at(-1)?.rows[0]?.[0] as string | null) ?? undefined;
      return statements.map((_, index) => answers[index]?.rowCount ?? null);
    },
    copy: async (relation, columns, csv) => {
      if (!begun) await run([]);
      signal?.throwIfAborted();
      return await copy(client, relation, columns, csv, signal);
    },
    commit: async () => {
      if (!begun) return;
      try {
        const [answer] = await answersOf(client, ['commit'], 0);
        // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error: somebody swallowed one.
        if (answer?.command === 'ROLLBACK')
          throw new DatabaseError('the transaction was rolled back, because a statement in it had failed', { transient: false });
      } catch (error) {
        if (fateOf === undefined || id === undefined || !isLost(error)) throw error;
        const fate = await fateOf(id);
        if (fate !== 'committed') throw unanswered(error, fate);
      }
    },
    rollback: async () => {
      if (begun) await answersOf(client, ['rollback'], 0);
    },
  };
}

/** Trying again is right when it is known that nothing was done, and only then. */
function unanswered(cause: unknown, fate: 'aborted' | 'unknown'): DatabaseError {
  return fate === 'aborted'
    ? new DatabaseError('the connection was lost before the transaction was committed', { code: '08006', transient: true }, { cause })
    : new DatabaseError(
        'the connection was lost while the transaction was being committed, and the server does not say whether it was',
        { code: '08007', transient: false, hint: 'look whether the table is new; running again is safe, it replaces the table' },
        { cause },
      );
}

/**
 * Sends `statements` in one simple-query message and answers the result of each. The first `own` of them are not the caller's, and are
 * left out of the places of errors. Throws DatabaseError.
 */
export async function answersOf(
  client: Client,
  statements: readonly string[],
  own: number,
): Promise<readonly QueryArrayResult<unknown[]>[]> {
  const script = scriptOf(statements);
  let completed = 0;
  const count = (): void => {
    completed += 1;
  };
  client.connection.on('commandComplete', count);
  try {
    const answer: QueryArrayResult<unknown[]> | QueryArrayResult<unknown[]>[] = await client.query<unknown[]>({
      text: script.text,
      rowMode: 'array',
      types: exactTypes,
    });
    return Array.isArray(answer) ? answer : [answer];
  } catch (error) {
    throw databaseErrorOf(error, { script, completed, own });
  } finally {
    client.connection.off('commandComplete', count);
  }
}
