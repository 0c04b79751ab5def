import type { TestNode } from '../core/node';
import type { Check, Together } from '../core/check';

/** Savepoints keep a transaction usable after a query in it that failed. */
export const SAVEPOINT: NonNullable<Together['savepoint']> = [{ sql: 'savepoint etlx_tests' }, { sql: 'rollback to savepoint etlx_tests' }];

/**
 * One query that scans `table` once for all of `checks` that can share a scan: each is an aggregate of its own, and is judged by dbt's conditions as
 * in a query of its own. Undefined when fewer than two can.
 */
export function togetherOf(
  checks: readonly Check[],
  testOf: (check: Check) => TestNode,
  table: string,
  savepoint?: Together['savepoint'],
): Together | undefined {
  // rows that are kept are counted where they are kept
  const sharing = checks.flatMap((check) => {
    const { inScan } = testOf(check);
    return inScan === undefined || check.store !== undefined ? [] : [{ check, ...inScan }];
  });
  if (sharing.length < 2) return undefined;
  const judged = sharing.map(({ check: { warnIf, errorIf } }, index) => {
    const failures = `failures_${index + 1}`;
    return `${failures}, ${failures} ${warnIf} as should_warn_${index + 1}, ${failures} ${errorIf} as should_error_${index + 1}`;
  });
  let sql = `select\n${judged.join(',\n')}\nfrom (\nselect\n`;
  const members = sharing.map(({ check: { id }, failures, perValue }, index) => {
    const bodyAt = sql.length;
    sql += `${failures} as failures_${index + 1}${index + 1 < sharing.length ? ',' : ''}\n`;
    return { id, perValue, bodyAt };
  });
  return { statement: { sql: `${sql}from ${table}\n) as etlx_tests` }, members, ...(savepoint && { savepoint }) };
}
