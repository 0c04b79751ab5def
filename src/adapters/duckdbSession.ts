import { ResultReturnType, StatementType, type DuckDBConnection, type DuckDBMaterializedResult } from '@duckdb/node-api';
import { DatabaseError } from '../core/ports';
import { copyStatement, withFile } from './duckdbCopy';
import { duckdbErrorOf } from './duckdbError';
import { duckdbRowsOf } from './duckdbRows';
import type { OpenSession } from './session';

/** How often a statement that was asked to stop is asked again: one that had not begun yet does not hear the first time. */
const INTERRUPT_EVERY = 20;

/** A transaction on `connection`, begun with its first statement; CSV passes through files in `folder`. */
export function duckdbSession(connection: DuckDBConnection, folder: string, signal?: AbortSignal): OpenSession {
  const state = { begun: false, failed: false };

  const run = async (sql: string, statement = 0): Promise<DuckDBMaterializedResult> => {
    signal?.throwIfAborted();
    try {
      if (!state.begun) await answerOf(connection, 'begin');
      state.begun = true;
      return await answerOf(connection, sql, statement, signal);
    } catch (error) {
      state.failed = true;
      throw error;
    }
  };

  return {
    query: async (sql) => duckdbRowsOf(await run(sql)),
    execute: async (statements) => {
      const counts: (number | null)[] = [];
      for (const [index, sql] of statements.entries()) counts.push(await countOf(await run(sql, index)));
      return counts;
    },
    copy: async (relation, columns, csv) => {
      signal?.throwIfAborted();
      return withFile(folder, csv, async (path) => (await countOf(await run(copyStatement(relation, columns, path)))) ?? 0, signal);
    },
    commit: async () => {
      if (!state.begun) return;
      // DuckDB goes on after some errors, and takes COMMIT of a failed transaction for a rollback without a word
      if (state.failed)
        throw new DatabaseError('the transaction was rolled back, because a statement in it had failed', { transient: false });
      state.begun = false;
      await answerOf(connection, 'commit');
    },
    rollback: async () => {
      if (state.begun) await answerOf(connection, 'rollback');
    },
  };
}

/** Runs `sql`; an abort of `signal` ends it. Throws DatabaseError. */
export async function answerOf(
  connection: DuckDBConnection,
  sql: string,
  statement = 0,
  signal?: AbortSignal,
): Promise<DuckDBMaterializedResult> {
  const state: { timer?: NodeJS.Timeout } = {};
  const interrupt = (): void => {
    connection.interrupt();
    state.timer ??= setInterval(() => connection.interrupt(), INTERRUPT_EVERY);
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await connection.run(sql);
  } catch (error) {
    throw duckdbErrorOf(error, sql, statement);
  } finally {
    signal?.removeEventListener('abort', interrupt);
    clearInterval(state.timer);
  }
}

/** The rows that a statement changed or gave; a table made from a query says so in its only row. Null for what has no rows. */
async function countOf(result: DuckDBMaterializedResult): Promise<number | null> {
  if (result.returnType === ResultReturnType.CHANGED_ROWS) return result.rowsChanged;
  if (result.returnType === ResultReturnType.QUERY_RESULT) return result.rowCount;
  if (result.rowCount === 0 || result.statementType !== StatementType.CREATE) return null;
  const [[count] = []] = await result.getRows();
  return Number(count);
}
