import type { Addition, Statement, TableColumn } from '../core/plan';
import type { Session } from '../core/ports';
import { ask, send } from './statements';

/** What became of the new rows. */
export interface Added {
  /** How many rows the statements that count have written; absent where none does. */
  readonly rows?: number;
  /** How the table's columns were changed, in words; absent when they were not. */
  readonly told?: string;
}

/**
 * Takes the rows that a step has built into the table that stands. Throws EtlxError for what the rules of the node do not allow, in the columns
 * of the new rows or in the rows; then nothing was changed.
 */
export async function addRows({ standing, arriving, into, question }: Addition, session: Session): Promise<Added> {
  const { statements, told } = into(await columnsOf(standing, session), await columnsOf(arriving, session));
  if (question !== undefined) {
    const { rows } = await ask(session, question.statement);
    const refused = question.refusal(rows[0]!);
    if (refused !== undefined) throw refused;
  }
  const counts = await send(session, statements);
  const counting = counts.filter((_, index) => statements[index]!.counts);
  return {
    ...(counting.length > 0 && { rows: counting.reduce<number>((sum, count) => sum + (count ?? 0), 0) }),
    ...(told !== undefined && { told }),
  };
}

async function columnsOf(query: Statement, session: Session): Promise<readonly TableColumn[]> {
  const { rows } = await ask(session, query);
  return rows.map((row) => ({ name: String(row['name']), type: String(row['type']), required: row['required'] === true }));
}
