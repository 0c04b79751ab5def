import type { Check } from '../core/plan';
import type { QueryResult } from '../core/ports';
import type { Outcome } from './outcome';

/** Judges the one row that a check's query gives, by dbt's rules: `error_if` counts only with severity error, `warn_if` always. */
export function judge(check: Check, { rows }: QueryResult): Outcome {
  const row = rows[0] ?? {};
  const failures = Number(row['failures'] ?? 0);
  const got = `Got ${failures} ${failures === 1 ? 'result' : 'results'}`;
  if (check.severity === 'error' && row['should_error'] === true) {
    return { status: 'fail', failures, message: `${got}, configured to fail if ${check.errorIf}` };
  }
  if (row['should_warn'] === true) return { status: 'warn', failures, message: `${got}, configured to warn if ${check.warnIf}` };
  return { status: 'pass', failures };
}
