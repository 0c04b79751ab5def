import { CANDIDATE, type LineMap, type TestNode } from '../core/node';
import type { Check } from '../core/check';
import type { Statement } from '../core/statement';
import { relationName, type Relation } from '../core/relation';
import { bodyOf } from '../core/body';
import { storing } from './storing';

/** How many of the rows that are wrong are shown. */
const SHOWN_ROWS = 5;

/** What checks have to know of a run. */
export interface CheckSetting {
  /** A warning is a failure. */
  readonly strict: boolean;
  /** What a relation stands as. */
  readonly kindOf: (relation: Relation) => string | undefined;
}

/** The test as one query on published tables. */
export function checkOf(test: TestNode, setting: CheckSetting): Check {
  return checkWith(test, test.sql, test.lines, test.stored, setting);
}

/** The test as one query on the candidate of its only parent `relation`; undefined when the test cannot be asked so. */
export function auditOf(test: TestNode, relation: Relation, candidate: Relation, setting: CheckSetting): Check | undefined {
  if (test.auditSql === undefined) return undefined;
  const name = relationName(candidate);
  // a view cannot be made of what has no name yet
  const stored = test.stored?.as === 'table' ? test.stored : undefined;
  return checkWith(
    test,
    test.auditSql.replaceAll(CANDIDATE, () => name),
    auditLines(test, relationName(relation), name),
    stored,
    setting,
  );
}

/** dbt's wrapper of a data test (dbt-adapters, `tests/helpers.sql`). */
function checkWith(test: TestNode, sql: string, lines: LineMap | undefined, stored: TestNode['stored'], setting: CheckSetting): Check {
  const { id, name, path, severity, warnIf, errorIf, failCalc } = test;
  const limit = test.limit === undefined ? '' : `\nlimit ${test.limit}`;
  const body = `${bodyOf(sql)}${limit}`;
  const head = `select ${failCalc} as failures, ${failCalc} ${warnIf} as should_warn, ${failCalc} ${errorIf} as should_error from `;
  const common = { id, name, path, severity, warnIf, errorIf, ...(lines && { lines }), ...(setting.strict && { strict: true as const }) };
  if (stored === undefined) {
    const rows = `(\n${body}\n) as etlx_test`;
    return { ...common, statement: { sql: `${head}${rows}`, bodyAt: head.length + 2 }, sample: sampleOf(rows) };
  }
  const keptIn = relationName(stored.relation);
  const store = storing(stored, body, setting.kindOf(stored.relation));
  return { ...common, statement: { sql: `${head}${keptIn}` }, sample: sampleOf(keptIn), store, keptIn };
}

const sampleOf = (rows: string): Statement => ({ sql: `select * from ${rows} limit ${SHOWN_ROWS}` });

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
