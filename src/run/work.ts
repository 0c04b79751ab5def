import { failure } from '../core/diagnostic';
import type { Check, DatasetStep, ExtractStep, LoadStep, ModelStep, Statement, Step, TestStep } from '../core/plan';
import { DatabaseError, type Adapter, type QueryResult, type Session } from '../core/ports';
import type { RowCounts } from '../core/loader';
import type { Status } from '../core/run';
import { judge } from './check';
import type { Outcome } from './outcome';
import { StatementError } from './problem';

/** What the steps work on; databases and lakes come in as ports. */
export interface Workers {
  readonly adapter: Adapter;
  extract(step: ExtractStep, signal: AbortSignal): Promise<{ readonly records: number; readonly pages: number }>;
  dataset(step: DatasetStep, signal: AbortSignal): Promise<{ readonly counts: RowCounts }>;
  /** Copies the latest dataset into the step's candidate table. */
  load(step: LoadStep, session: Session): Promise<{ readonly rows: number; readonly counts: RowCounts }>;
}

/** Runs an audit inside the step's transaction and reports it like any test; answers how it went, and throws only what is worth a retry. */
export type Audit = (check: Check, run: () => Promise<Outcome>) => Promise<{ readonly status: Status }>;

/** One attempt at `step`. Throws what went wrong; then nothing of it is visible. */
export function work(step: Step, workers: Workers, audit: Audit, signal: AbortSignal): Promise<Outcome> {
  switch (step.kind) {
    case 'extract':
      return extract(step, workers, signal);
    case 'dataset':
      return dataset(step, workers, signal);
    case 'load':
      return load(step, workers, audit, signal);
    case 'model':
      return model(step, workers, audit, signal);
    case 'test':
      return test(step, workers, signal);
  }
}

async function extract(step: ExtractStep, workers: Workers, signal: AbortSignal): Promise<Outcome> {
  const { records, pages } = await workers.extract(step, signal);
  return { status: 'success', rows: records, message: `${records} records in ${pages} ${pages === 1 ? 'page' : 'pages'}` };
}

async function dataset(step: DatasetStep, workers: Workers, signal: AbortSignal): Promise<Outcome> {
  const { counts } = await workers.dataset(step, signal);
  return { status: 'success', rows: counts.loaded, counts };
}

async function load(step: LoadStep, workers: Workers, audit: Audit, signal: AbortSignal): Promise<Outcome> {
  return workers.adapter.transaction(async (session) => {
    await send(session, step.build);
    const { rows, counts } = await workers.load(step, session);
    // without audits the keys and the publication travel together
    const audited = step.audits.length > 0;
    await send(session, audited ? step.finish : [...step.finish, ...step.publish]);
    if (audited) {
      await auditAll(step, session, audit);
      await send(session, step.publish);
    }
    return { status: 'success', rows, counts, message: `COPY ${rows}` };
  }, signal);
}

async function model(step: ModelStep, workers: Workers, audit: Audit, signal: AbortSignal): Promise<Outcome> {
  return workers.adapter.transaction(async (session) => {
    if (step.describe !== undefined && step.columns !== undefined) await compareColumns(step, step.columns, step.describe, session);
    const audited = step.audits.length > 0;
    const statements = audited ? step.build : [...step.build, ...step.publish];
    const counts = await send(session, statements);
    if (audited) {
      await auditAll(step, session, audit);
      await send(session, step.publish);
    }
    const rows = statements
      .map((each, index) => (each.counts ? counts[index] : undefined))
      .find((each) => each !== undefined && each !== null);
    return rows === undefined || rows === null
      ? { status: 'success', message: `CREATE ${step.materialized.toUpperCase()}` }
      : { status: 'success', rows, message: `SELECT ${rows}` };
  }, signal);
}

async function test(step: TestStep, workers: Workers, signal: AbortSignal): Promise<Outcome> {
  return judge(step.check, await placed([step.check.statement], () => workers.adapter.query(step.check.statement.sql, signal)));
}

/** A contract names the columns: one that is missing or too many is told before anything is built. */
async function compareColumns(step: ModelStep, declared: readonly string[], describe: Statement, session: Session): Promise<void> {
  const { columns } = await ask(session, describe);
  const missing = declared.filter((name) => !columns.includes(name));
  const extra = columns.filter((name) => !declared.includes(name));
  if (missing.length > 0 || extra.length > 0) {
    throw failure('model.columns', { model: step.name, missing, extra }, { file: step.lines.file, line: 1, column: 1 });
  }
}

/** Runs every audit on the candidate; throws when one of them failed, so that the old table stands. */
async function auditAll(step: LoadStep | ModelStep, session: Session, audit: Audit): Promise<void> {
  const failed: string[] = [];
  for (const check of step.audits) {
    const outcome = await audit(check, async () => judge(check, await ask(session, check.statement)));
    if (outcome.status === 'fail' || outcome.status === 'error') failed.push(check.name);
    // an error has ended the transaction: what follows could only repeat that
    if (outcome.status === 'error') break;
  }
  if (failed.length > 0) throw failure('step.unpublished', { node: step.name, tests: failed });
}

const send = (session: Session, statements: readonly Statement[]): Promise<readonly (number | null)[]> =>
  placed(statements, () => session.execute(statements.map((each) => each.sql)));

const ask = (session: Session, statement: Statement): Promise<QueryResult> => placed([statement], () => session.query(statement.sql));

/** Lets a database error keep the statement that it is about. */
async function placed<T>(statements: readonly Statement[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof DatabaseError ? new StatementError(error, statements[error.statement]) : error;
  }
}
