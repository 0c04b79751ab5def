import type { Around, Statement } from '../core/plan';
import type { Adapter, Session } from '../core/ports';
import type { Outcome } from './outcome';
import { ask, placed, send } from './statements';

/** Does `work`, and before and after it what the step does outside its transaction: each statement by itself, and the last ones only when the work is done. */
export async function surrounded(
  { before = [], afterwards = [] }: Around,
  adapter: Adapter,
  signal: AbortSignal,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const alone = async (statements: readonly Statement[]): Promise<void> => {
    for (const statement of statements) await placed([statement], () => adapter.query(statement.sql, signal));
  };
  await alone(before);
  const outcome = await work();
  await alone(afterwards);
  return outcome;
}

/** Writes the comments that depend on which columns there are, as the last thing in the transaction of a step. */
export async function remark({ remarks }: Around, session: Session): Promise<void> {
  if (remarks === undefined) return;
  const { rows } = await ask(session, remarks.columns);
  await send(session, remarks.for(rows.map(({ name }) => String(name))));
}
