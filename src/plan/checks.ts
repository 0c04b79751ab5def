import { CANDIDATE, type LineMap, type TestNode } from '../core/node';
import type { Check } from '../core/plan';
import { relationName, type Relation } from '../core/relation';
import { bodyOf } from './body';

/** The test as one query on published tables. */
export function checkOf(test: TestNode): Check {
  return checkWith(test, test.sql, test.lines);
}

/** The test as one query on the candidate of its only parent `relation`; undefined when the test cannot be asked so. */
export function auditOf(test: TestNode, relation: Relation, candidate: Relation): Check | undefined {
  if (test.auditSql === undefined) return undefined;
  const name = relationName(candidate);
  return checkWith(
    test,
    test.auditSql.replaceAll(CANDIDATE, () => name),
    auditLines(test, relationName(relation), name),
  );
}

/** dbt's wrapper of a data test (dbt-adapters, `tests/helpers.sql`). */
function checkWith(test: TestNode, sql: string, lines: LineMap | undefined): Check {
  const { id, name, path, severity, warnIf, errorIf, failCalc } = test;
  const head = `select ${failCalc} as failures, ${failCalc} ${warnIf} as should_warn, ${failCalc} ${errorIf} as should_error from (\n`;
  const limit = test.limit === undefined ? '' : `\nlimit ${test.limit}`;
  const statement = { sql: `${head}${bodyOf(sql)}${limit}\n) as etlx_test`, bodyAt: head.length };
  return { id, name, path, statement, severity, warnIf, errorIf, ...(lines && { lines }) };
}

/**
 * The test's line map, moved along where the candidate's name is longer or shorter than the published one. Undefined when the two texts
 * differ in more than that name: a wrong line is worse than none.
 */
function auditLines({ sql, auditSql, lines }: TestNode, published: string, candidate: string): LineMap | undefined {
  if (lines === undefined || auditSql === undefined) return undefined;
  const pieces = auditSql.split(CANDIDATE);
  if (pieces.join(published) !== sql) return undefined;
  const growth = candidate.length - published.length;
  const marks: (readonly [number, number])[] = [];
  let piece = 0;
  let pieceEnd = pieces[0]!.length;
  for (const [compiled, source] of lines.marks) {
    while (piece + 1 < pieces.length && compiled >= pieceEnd + published.length) {
      piece += 1;
      pieceEnd += published.length + pieces[piece]!.length;
    }
    marks.push([compiled + piece * growth, source]);
  }
  return { ...lines, marks };
}
