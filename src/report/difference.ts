import type { Difference } from '../core/run';
import { tableText } from './table';
import { counted } from './words';
import { widthOf } from './width';

/** dbt's marks. */
const MARKS: Readonly<Record<Difference['rows'][number]['change'], string>> = { changed: '→', missing: '---', unexpected: '+++' };
const MARK = '@@';

/**
 * The rows that differ: those that are missing (`---`), those that nobody expected (`+++`), and those with cells that changed, `expected → actual`
 * (`→`). Columns that are equal in all of them go first when the terminal has no room for all.
 */
export function differenceText(difference: Difference, room: number): string {
  const { cte, more = 0 } = difference;
  const what = cte === undefined ? 'the model' : `its common table expression \`${cte}\``;
  return [
    `${what} gives other rows than expected (--- missing, +++ unexpected, expected → actual):`,
    differenceTable(difference, room),
    ...(more > 0 ? [`(${counted(more, 'more row')})`] : []),
  ].join('\n');
}

/** The same as a table alone, without a line feed at its end. */
export function differenceTable({ columns, rows }: Pick<Difference, 'columns' | 'rows'>, room: number): string {
  const table = (shown: readonly number[]): string =>
    tableText({
      columns: [MARK, ...shown.map((at) => columns[at]!)],
      rows: rows.map(({ change, cells }) => ({
        [MARK]: MARKS[change],
        ...Object.fromEntries(shown.map((at) => [columns[at]!, cells[at]!])),
      })),
    }).trimEnd();
  const all = [...columns.keys()];
  const fits = widthOf(table(all).split('\n', 1)[0]!) <= room;
  const changed = all.filter((at) => rows.some(({ change, cells }) => change !== 'changed' || cells[at]!.includes(' → ')));
  return table(fits || changed.length === 0 ? all : changed);
}
