import type { RowCounts } from '../core/loader';
import type { StepResult } from '../core/run';
import { printable } from './printable';
import { bareName, counted } from './words';
import { padEnd, padStart, widthOf } from './width';

const PARTS = ['received', 'loaded', 'merged', 'filtered', 'rejected'] as const;

/**
 * What became of every row of every load, one line each, figures aligned: `72 received = 70 loaded + 2 merged + 0 filtered + 0 rejected`.
 * Rows that the parts do not account for are named, never passed over.
 */
export function rowCountLines(results: readonly StepResult[]): readonly string[] {
  const loads = countsByTable(results);
  const discarded = discardedByTable(results);
  if (loads.length === 0) return [];
  const nameWidth = loads.reduce((widest, [name]) => Math.max(widest, widthOf(name)), 0);
  const widths = PARTS.map((part) => loads.reduce((widest, [, counts]) => Math.max(widest, String(counts[part]).length), 0));
  return [
    'Rows of the loads:',
    ...loads.map(([name, counts]) => {
      const [received, ...parts] = PARTS.map((part, index) => `${padStart(String(counts[part]), widths[index]!)} ${part}`);
      const lost = counts.received - counts.loaded - counts.merged - counts.filtered - counts.rejected;
      const sum = parts.join(' + ');
      const values = discarded.get(name);
      const line = `  ${padEnd(name, nameWidth)}  ${received} ${lost === 0 ? `= ${sum}` : `≠ ${sum}: ${lost} not accounted for`}`;
      return values === undefined ? line : `${line}; ${counted(values, 'value')} discarded`;
    }),
  ];
}

/** A table's dataset and its load count the same rows; the load's figures are the last word. */
function countsByTable(results: readonly StepResult[]): readonly (readonly [string, RowCounts])[] {
  const byTable = new Map<string, RowCounts>();
  for (const { id, kind, counts } of results) {
    const table = bareName(id);
    if (counts !== undefined && (kind === 'load' || !byTable.has(table))) byTable.set(table, counts);
  }
  return [...byTable].map(([name, counts]) => [printable(name), counts]);
}

/** Values that a contract left out, told by the table's dataset. */
function discardedByTable(results: readonly StepResult[]): ReadonlyMap<string, number> {
  const byTable = new Map<string, number>();
  for (const { id, drift } of results) {
    const values = Object.values(drift?.discarded ?? {}).reduce((sum, each) => sum + each, 0);
    if (values > 0) byTable.set(printable(bareName(id)), values);
  }
  return byTable;
}
