import { failure, type EtlxError } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import type { Check, Together } from '../core/check';
import type { LoadStep, ModelStep, SeedStep, SnapshotStep, Statement } from '../core/plan';
import type { Adapter, Session } from '../core/ports';
import type { Status } from '../core/run';
import { answersOf, checked, type Answers } from './check';
import { commented } from './commented';
import type { Outcome } from './outcome';
import { StatementError } from './problem';
import { ask, placed, send } from './statements';

/** Runs an audit inside the step's transaction and reports it like any test; answers how it went, and throws only what is worth a retry. */
export type Audit = (check: Check, run: () => Promise<Outcome>) => Promise<{ readonly status: Status }>;

/**
 * Runs every audit on the candidate, those that can in one scan, and publishes it when none failed. When one did the old table stands: throws
 * `step.unpublished`, or answers it where the transaction is worth keeping for the wrong rows that are stored in it.
 */
export async function publishAudited(
  step: LoadStep | SeedStep | SnapshotStep | ModelStep,
  session: Session,
  audit: Audit,
  publish: readonly Statement[],
): Promise<EtlxError | undefined> {
  const { together, views = [], abandon } = step.auditing ?? {};
  const { answers, fault } = together === undefined ? NONE : await answersIn(session, together);
  const failed: string[] = [];
  const records: Statement[] = [];
  let broken = false;
  for (const check of step.audits.filter(({ id }) => fault === undefined || id === fault.id)) {
    const { status } = await audit(check, async () => {
      if (fault !== undefined) throw fault.error;
      if (check.store !== undefined) await send(session, check.store);
      return checked(check, (statement) => ask(session, statement), answers.get(check.id));
    });
    if (status === 'fail' || status === 'error') failed.push(check.name);
    if (status === 'pass' && check.record !== undefined) records.push(check.record);
    // an error has ended the transaction: what follows could only repeat that
    broken = status === 'error';
    if (broken) break;
  }
  if (failed.length === 0) {
    await send(session, [...publish, ...views, ...records]);
    return undefined;
  }
  const refusal = failure('step.unpublished', { node: step.name, tests: failed });
  if (broken || abandon === undefined) throw refusal;
  await send(session, abandon);
  return refusal;
}

interface Scanned {
  readonly answers: Answers;
  /** The check that made the scan fail, in a transaction that it may have ended. */
  readonly fault?: { readonly id: NodeId; readonly error: unknown };
}

const NONE: Scanned = { answers: new Map() };

/** Asks several checks of a candidate at once. Where a failed query can be taken back it gives no answers, and each check is asked alone. */
async function answersIn(session: Session, together: Together): Promise<Scanned> {
  const { statement, members, savepoint } = together;
  if (savepoint !== undefined) await send(session, [savepoint[0]]);
  try {
    return { answers: answersOf(together, await ask(session, statement)) };
  } catch (error) {
    if (savepoint === undefined) {
      const offset = error instanceof StatementError ? (error.error.offset ?? 0) : 0;
      return { ...NONE, fault: { id: (members.findLast(({ bodyAt }) => bodyAt <= offset) ?? members[0]!).id, error } };
    }
    await send(session, [savepoint[1]]);
    return NONE;
  }
}

/** Asks each query of checks on published tables once, whoever comes first; one that fails has no answers, and each check is asked alone. */
export function sharedAnswers(
  adapter: Adapter,
  commentOf?: (id: NodeId) => string,
): (together: Together, signal: AbortSignal) => Promise<Answers> {
  const asked = new Map<Together, Promise<Answers>>();
  return (together, signal) => {
    const { statement, members } = together;
    const asking = commentOf === undefined ? adapter : commented(adapter, commentOf(members[0]!.id));
    const answers =
      asked.get(together) ??
      placed([statement], () => asking.query(statement.sql, signal)).then(
        (result) => answersOf(together, result),
        () => NONE.answers,
      );
    asked.set(together, answers);
    return answers;
  };
}
