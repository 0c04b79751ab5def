import { areEqual, type RelationDiff } from '../core/diff';
import { differenceTable } from './difference';
import { jsonText } from './jsontext';
import { tableText } from './table';
import { counted } from './words';

/** How two relations differ, for people: columns, numbers of rows, where a key tells rows apart also the columns that differ, and samples. */
export function diffText(diff: RelationDiff, room: number): string {
  const { a, b, key, columns, samples } = diff;
  const differing = columns.filter(({ different }) => different > 0);
  const perColumn = tableText({ columns: ['column', 'equal', 'different'], rows: differing });
  return [
    `a: ${a}\nb: ${b}\n`,
    schemaText(diff),
    rowsText(diff),
    ...(differing.length > 0 ? [perColumn] : []),
    ...(samples.rows.length > 0
      ? [`--- only in a, +++ only in b${key.length > 0 ? ', → from a to b' : ''}\n${differenceTable(samples, room)}\n`]
      : []),
    ...(areEqual(diff) ? ['they are equal\n'] : []),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

/** The same for programs: one JSON object on a line, with `equal`. */
export const diffJson = (diff: RelationDiff): string => `${jsonText({ equal: areEqual(diff), ...diff })}\n`;

function schemaText({ schema: { onlyA, onlyB, types } }: RelationDiff): string {
  const only = (side: string, columns: readonly string[]): readonly string[] =>
    columns.length === 0 ? [] : [`columns only in ${side}: ${columns.join(', ')}`];
  const lines = [
    ...only('a', onlyA),
    ...only('b', onlyB),
    ...types.map(({ column, a, b }) => `the type of ${column}: ${a} in a, ${b} in b`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function rowsText({ rows, onlyA, onlyB, changed, key }: RelationDiff): string {
  const by = key.length === 0 ? 'whole rows, since no key is known' : `by ${key.join(', ')}`;
  const told = [
    `${rows.a - onlyA - changed} equal`,
    ...(key.length === 0 ? [] : [`${changed} changed`]),
    `${onlyA} only in a`,
    `${onlyB} only in b`,
  ];
  return `${counted(rows.a, 'row')} in a, ${rows.b} in b: ${told.join(', ')} (${by})\n`;
}
