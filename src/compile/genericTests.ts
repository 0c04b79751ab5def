import type { InScan } from '../core/node';
import type { GenericTest, TestArguments, Wrong } from './genericTest';
import { TESTS_OF_ORDER } from './testsOfOrder';
import { TESTS_OF_PAIRS } from './testsOfPairs';
import { TESTS_OF_ROWS } from './testsOfRows';
import { TESTS_OF_TOTALS } from './testsOfTotals';

/**
 * The generic tests. `unique`, `not_null`, `accepted_values` and `relationships` are dbt's, with its null rules. The others are what its users install
 * packages for, under the names and arguments that dbt_utils has, or else dbt_expectations or SQLMesh.
 */
export const GENERIC_TESTS: Readonly<Record<string, GenericTest>> = {
  ...TESTS_OF_ROWS,
  ...TESTS_OF_ORDER,
  ...TESTS_OF_TOTALS,
  ...TESTS_OF_PAIRS,
};

/** The query that gives what is `wrong` in `model`, a relation or a sub-select. */
export function wrongSql(wrong: Wrong, model: string): string {
  if ('sql' in wrong) return wrong.sql;
  if ('table' in wrong) {
    const { table, figure, by } = wrong;
    const grouped = by.length === 0 ? [] : [`group by ${by.join(', ')}`];
    return [`select ${[...by, `${figure} as figure`].join(', ')}`, `from ${model}`, ...grouped, `having ${table}`].join('\n');
  }
  const { row, by } = wrong;
  return by === undefined
    ? ['select *', `from ${model}`, `where ${row}`].join('\n')
    : [`select ${by} as value_field, count(*) as n_records`, `from ${model}`, `where ${row}`, `group by ${by}`].join('\n');
}

/** The same as one of many aggregates over the table, restricted to the rows of `where`; undefined when it takes a query of its own. */
export function wrongInScan(wrong: Wrong, where: string | undefined, limit: number | undefined): InScan | undefined {
  const limited = (count: string): string => (limit === undefined ? count : `least(${count}, ${limit})`);
  if ('row' in wrong) {
    // `case` keeps the condition from rows on which it may not be asked
    const condition = where === undefined ? wrong.row : `case when ${where}\nthen ${wrong.row}\nend`;
    return { failures: limited(`count(*) filter (where ${condition}\n)`), perValue: wrong.by !== undefined };
  }
  if ('table' in wrong && wrong.by.length === 0 && where === undefined) {
    return { failures: `case when ${wrong.table}\nthen 1 else 0 end`, perValue: false };
  }
  return undefined;
}

/**
 * A generic test's name as dbt makes it: `<test>_<model>_<arguments>`, the arguments in the order of their names, joined by `__`;
 * names of 64 characters and more are cut to 30 and get a hash. `hash` gives a short hexadecimal digest.
 */
export function genericTestName(testName: string, modelName: string, args: TestArguments, hash: (text: string) => string): string {
  const words = Object.keys(args)
    .sort()
    .flatMap((key) => {
      const value = args[key];
      return (Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value) : [value]).map(String);
    })
    .map((word) => word.replace(/[^\p{L}\p{N}_]+/gu, '_'));
  const start = `${testName}_${modelName}`;
  const full = `${start}_${words.join('__')}`;
  return full.length < 64 ? full : `${start.slice(0, 30)}_${hash(full)}`;
}
