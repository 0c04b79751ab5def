import { compareCursors, cursorOf, earlier, type Cursor } from '../core/cursor';
import { failure, type Location } from '../core/diagnostic';
import type { Incremental, Resource } from '../core/loader';
import type { Filled } from '../core/plan';
import type { Row } from '../core/ports';
import type { LandedIncremental } from './lakeManifest';

/** What one extract of an incremental resource asks for: records from `start` on, and before `end`. */
export interface Window {
  readonly incremental: Incremental;
  readonly start: Cursor;
  readonly end?: Cursor;
  /** The last value that each of the filled tables held when the window was made; null for none. */
  readonly committed: Readonly<Record<string, string | null>>;
}

/** The tables that a resource fills, and what the database says of how far they have come. */
export interface Standing {
  readonly fills: readonly Filled[];
  /** `table_name`, `cursor_path`, `cursor_value`. */
  readonly committed: readonly Row[];
}

/**
 * The window of `resource`; undefined when it is not incremental. It begins at the smallest value that a filled table holds, less the lag, or at
 * the initial value when one of them holds nothing yet, and never before that. Throws `load.cursor` for a table that is appended to and was
 * filled in another way: nobody knows which rows it has.
 */
export function windowOf({ name, at, incremental }: Resource, { fills, committed }: Standing): Window | undefined {
  if (incremental === undefined) return undefined;
  const { type, initialValue, endValue, lag } = incremental;
  const rows = new Map(committed.map((row) => [row['table_name'], row]));
  const values = fills.map(({ table, appends, anew }): readonly [string, string | null] => {
    const value = anew ? null : valueIn(rows.get(table), incremental);
    if (value === undefined && appends) throw unknownRows(table, name, incremental, at);
    return [table, value ?? null];
  });
  const initial = cursorOf(initialValue, type)!;
  const reached = values.flatMap(([, value]) => (value === null ? [] : [cursorOf(value, type)!]));
  const isNew = reached.length === 0 || reached.length < values.length;
  const start = isNew ? initial : cursorOf(earlier(reached.reduce(lesser), lag), type)!;
  return {
    incremental,
    start: compareCursors(start, initial) < 0 ? initial : start,
    ...(endValue !== undefined && { end: cursorOf(endValue, type)! }),
    committed: Object.fromEntries(values),
  };
}

const lesser = (a: Cursor, b: Cursor): Cursor => (compareCursors(a, b) <= 0 ? a : b);

/** The window in words: `` `updated_at` from 2024-05-01T00:00:00Z ``. */
export function windowText({ incremental: { cursorPath }, start, end }: Window): string {
  return `\`${cursorPath}\` from ${start.text}${end === undefined ? '' : ` to before ${end.text}`}`;
}

/** The window as the load's manifest holds it; `last` is the greatest value that came. */
export function landedWindow({ incremental, start, end, committed }: Window, last: string | null): LandedIncremental {
  return {
    cursor_path: incremental.cursorPath,
    type: incremental.type,
    start_value: start.text,
    ...(end !== undefined && { end_value: end.text }),
    on_cursor_value_missing: incremental.onMissing,
    last_value: last,
    committed,
  };
}

/** Null: no record has come so far. Undefined: nothing is known, or of another cursor. */
function valueIn(row: Row | undefined, { cursorPath, type }: Incremental): string | null | undefined {
  if (row?.['cursor_path'] !== cursorPath) return undefined;
  const value = row['cursor_value'] as string | null;
  return value === null || cursorOf(value, type) !== undefined ? value : undefined;
}

function unknownRows(table: string, resource: string, { cursorPath }: Incremental, at: Location) {
  const problem = `stands, and was not filled by the cursor \`${cursorPath}\` of \`${resource}\`: which records it has is not known`;
  return failure('load.cursor', { table, problem, hint: 'make it anew once: `--full-refresh`' }, at);
}
