import type { Row } from '../../src/core/ports';

/** Rows in an order that does not depend on where they come from. */
export function sortedRows(rows: readonly Row[]): readonly Row[] {
  return rows
    .map((row) => ({ row, key: JSON.stringify(Object.entries(row).sort()) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
}
