import type { Check, Together } from '../core/check';
import type { Statement } from '../core/plan';
import type { QueryResult, Row } from '../core/ports';
import type { FailingRows } from '../core/run';
import type { NodeId } from '../core/node';
import type { Outcome } from './outcome';

/** What queries that ask checks have answered: `failures`, `should_warn`, `should_error` of each. */
export type Answers = ReadonlyMap<NodeId, Row>;

/** Asks a check with `ask`, unless its `answer` is known, and judges it; some of the rows that are wrong are fetched when it did not pass. */
export async function checked(check: Check, ask: (statement: Statement) => Promise<QueryResult>, answer?: Row): Promise<Outcome> {
  const outcome = judge(check, answer ?? (await ask(check.statement)).rows[0] ?? {});
  return outcome.status === 'pass' ? outcome : { ...outcome, failingRows: shownRows(await ask(check.sample)) };
}

/** Judges the one row that a check's query gives, by dbt's rules: `error_if` counts only with severity error, `warn_if` always. */
export function judge(check: Check, row: Row): Outcome {
  const failures = Number(row['failures'] ?? 0);
  const got = `Got ${failures} ${failures === 1 ? 'result' : 'results'}`;
  if (check.severity === 'error' && row['should_error'] === true) {
    return { status: 'fail', failures, message: `${got}, configured to fail if ${check.errorIf}` };
  }
  if (row['should_warn'] !== true) return { status: 'pass', failures };
  return check.strict
    ? { status: 'fail', failures, message: `${got}, configured to fail if ${check.warnIf}` }
    : { status: 'warn', failures, message: `${got}, configured to warn if ${check.warnIf}` };
}

/** What each member of a query that asks several checks was answered; those that have to be asked alone are left out. */
export function answersOf({ members }: Together, { rows }: QueryResult): Answers {
  const row = rows[0] ?? {};
  const answers = members.map(({ id, perValue }, index) => {
    const [failures, warns, errs] = ['failures', 'should_warn', 'should_error'].map((name) => row[`${name}_${index + 1}`]);
    return { id, asked: !perValue || Number(failures) === 0, answer: { failures, should_warn: warns, should_error: errs } };
  });
  return new Map(answers.filter(({ asked }) => asked).map(({ id, answer }) => [id, answer]));
}

/** So that a result stays small whatever is in the table. */
const MOST_COLUMNS = 50;
const MOST_LETTERS = 200;

function shownRows({ columns, rows }: QueryResult): FailingRows {
  const shown = columns.slice(0, MOST_COLUMNS);
  return { columns: shown, rows: rows.map((row) => Object.fromEntries(shown.map((name) => [name, shownValue(row[name])]))) };
}

function shownValue(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  const text = value instanceof Date ? value.toISOString() : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
}
