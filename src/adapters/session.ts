import type { Client, QueryArrayResult } from 'pg';
import { DatabaseError, type Session } from '../core/ports';
import type { Relation } from '../core/relation';
import { databaseErrorOf } from './databaseError';
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

/**
 * A transaction on `client`. It begins with the first call, in the same message as that call's statements; COMMIT is a message of its own,
 * because a server that loses its client half-way through a message still runs the rest of it.
 */
export function sessionOn(client: Client, copy: Copy, signal?: AbortSignal): OpenSession {
  let begun = false;

  const run = async (statements: readonly string[]): Promise<readonly QueryArrayResult<unknown[]>[]> => {
    signal?.throwIfAborted();
    const own = begun ? [] : ['begin'];
    begun = true;
    const answers = await answersOf(client, [...own, ...statements], own.length);
    return answers.slice(own.length);
  };

  return {
    query: async (sql) => rowsOf((await run([sql])).at(-1)),
    execute: async (statements) => {
      if (statements.length === 0) return [];
      const answers = await run(statements);
      return statements.map((_, index) => answers[index]?.rowCount ?? null);
    },
    copy: async (relation, columns, csv) => {
      if (!begun) await run([]);
      signal?.throwIfAborted();
      return await copy(client, relation, columns, csv, signal);
    },
    commit: async () => {
      if (!begun) return;
      const [answer] = await answersOf(client, ['commit'], 0);
      // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error: somebody swallowed one.
      if (answer?.command === 'ROLLBACK')
        throw new DatabaseError('the transaction was rolled back, because a statement in it had failed', { transient: false });
    },
    rollback: async () => {
      if (begun) await answersOf(client, ['rollback'], 0);
    },
  };
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
