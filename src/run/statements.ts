import type { Statement } from '../core/plan';
import { DatabaseError, type QueryResult, type Session } from '../core/ports';
import { StatementError } from './problem';

/** Sends the statements of a plan together; answers each one's row count. Throws StatementError. */
export const send = async (session: Session, statements: readonly Statement[]): Promise<readonly (number | null)[]> =>
  statements.length === 0 ? [] : placed(statements, () => session.execute(statements.map((each) => each.sql)));

/** Asks a query of a plan. Throws StatementError. */
export const ask = (session: Session, statement: Statement): Promise<QueryResult> =>
  placed([statement], () => session.query(statement.sql));

/** Lets a database error keep the statement that it is about. */
export async function placed<T>(statements: readonly Statement[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof DatabaseError ? new StatementError(error, statements[error.statement]) : error;
  }
}
