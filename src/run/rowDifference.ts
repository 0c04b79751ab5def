import type { QueryResult } from '../core/ports';
import type { Difference } from '../core/run';

/** So many rows are shown of a difference; pairs are looked for among so many. */
const SHOWN = 20;
const PAIRED = 200;

/** A row as texts, in the order of the columns that are compared. */
type Cells = readonly string[];

/**
 * How `actual` differs from `expected` in the given columns, whatever the order of the rows; undefined when it does not. A row that agrees in
 * some cells with one that was expected is shown as that one, changed.
 */
export function rowDifference(expected: QueryResult, actual: QueryResult, columns: readonly string[]): Difference | undefined {
  const [missing, unexpected] = apart(cellsOf(expected, columns), cellsOf(actual, columns));
  if (missing.length === 0 && unexpected.length === 0) return undefined;
  const rows: Difference['rows'][number][] = [];
  const left = new Set(unexpected);
  for (const wanted of missing) {
    const nearest = missing.length > PAIRED || unexpected.length > PAIRED ? undefined : nearestOf(wanted, left);
    if (nearest === undefined) rows.push({ change: 'missing', cells: wanted });
    else {
      left.delete(nearest);
      rows.push({ change: 'changed', cells: wanted.map((cell, at) => (cell === nearest[at] ? cell : `${cell} → ${nearest[at]!}`)) });
    }
  }
  for (const cells of left) rows.push({ change: 'unexpected', cells });
  return { columns, rows: rows.slice(0, SHOWN), ...(rows.length > SHOWN && { more: rows.length - SHOWN }) };
}

/** The rows that only one side has, each as often as it has it more often. */
function apart(expected: readonly Cells[], actual: readonly Cells[]): readonly [missing: readonly Cells[], unexpected: readonly Cells[]] {
  const open = new Map<string, Cells[]>();
  for (const cells of expected) {
    const key = JSON.stringify(cells);
    const same = open.get(key);
    if (same === undefined) open.set(key, [cells]);
    else same.push(cells);
  }
  const unexpected = actual.filter((cells) => open.get(JSON.stringify(cells))?.pop() === undefined);
  return [[...open.values()].flat(), unexpected];
}

/** The row that has most cells in common with `wanted`, if one has any. */
function nearestOf(wanted: Cells, rows: Iterable<Cells>): Cells | undefined {
  let nearest: Cells | undefined;
  let most = 0;
  for (const cells of rows) {
    const common = cells.filter((cell, at) => cell === wanted[at]).length;
    if (common > most) [nearest, most] = [cells, common];
  }
  return nearest;
}

function cellsOf({ rows, columns: given, exactNumbers }: QueryResult, columns: readonly string[]): readonly Cells[] {
  const names = columns.map((name) => nameIn(given, name) ?? name);
  return rows.map((row) => names.map((name) => textOf(row[name], exactNumbers.has(name))));
}

/** The column that is meant by `name`: dbt lets capitals differ. */
export function nameIn(columns: readonly string[], name: string): string | undefined {
  return columns.includes(name) ? name : columns.find((each) => each.toLowerCase() === name.toLowerCase());
}

/** Equal values have equal texts: `1.50` is `1.5`. */
function textOf(value: unknown, isNumber: boolean): string {
  if (value === null || value === undefined) return 'null';
  if (isNumber && typeof value === 'string' && value.includes('.')) return value.replace(/\.?0+$/, '');
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
