import { compareCursors, cursorOf, type Cursor, type CursorType } from '../core/cursor';
import { Decimal } from '../core/decimal';
import { failure, type Location } from '../core/diagnostic';
import type { Window } from './cursorWindow';
import { excerpt, kindOf, pathOf, valueAt, type Json, type JsonObject } from './json';
import type { InputCursor, LandedIncremental, RawManifest } from './lakeManifest';

/** The greatest cursor that came so far, of the pages of one extract. */
export interface HighWater {
  /** Takes the records of the next page; true when those of later pages cannot be in the window. Throws `extract.cursor`. */
  add(records: readonly JsonObject[], request: string): boolean;
  /** As the API wrote it; null when no record was in the window. */
  last(): string | null;
}

const NAMES: Readonly<Record<CursorType, string>> = { number: 'a number', time: 'an ISO 8601 date or timestamp', text: 'a text' };

export function highWaterOf({ incremental, start, end }: Window, at: Location): HighWater {
  const { cursorPath, type, rowOrder, onMissing } = incremental;
  const path = pathOf(cursorPath);
  let last: Cursor | undefined;
  let before: Cursor | undefined;

  /** Undefined for a record without a value that may be without one. */
  const cursorOfRecord = (record: JsonObject): Cursor | string | undefined => {
    const value = valueAt(record, path);
    if (isMissing(value)) return onMissing === 'raise' ? `has no \`${cursorPath}\`` : undefined;
    const cursor = cursorIn(value, type);
    if (cursor === undefined) return `has ${shown(value)} at \`${cursorPath}\`, and \`initial_value\` is ${NAMES[type]}`;
    const order = before === undefined ? 0 : compareCursors(before, cursor);
    if ((rowOrder === 'asc' && order > 0) || (rowOrder === 'desc' && order < 0))
      return `has \`${cursorPath}\` ${excerpt(cursor.text)} behind ${excerpt(before!.text)}, which is not \`row_order: ${rowOrder}\``;
    return cursor;
  };

  return {
    add(records, request) {
      let over = false;
      for (const [index, record] of records.entries()) {
        const cursor = cursorOfRecord(record);
        if (typeof cursor === 'string') throw failure('extract.cursor', { request, record: index + 1, problem: cursor }, at);
        if (cursor === undefined) continue;
        before = cursor;
        const early = compareCursors(cursor, start) < 0;
        const late = end !== undefined && compareCursors(cursor, end) >= 0;
        if ((early && rowOrder === 'desc') || (late && rowOrder === 'asc')) over = true;
        if (!early && !late && (last === undefined || compareCursors(cursor, last) > 0)) last = cursor;
      }
      return over;
    },
    last: () => last?.text ?? null,
  };
}

/**
 * Which records of a landed load belong into `table`: those in its window, whatever else the API gave; where rows are appended, only those behind
 * the last value that the table held when the window was made.
 */
export function belongsTo(table: string, landed: LandedIncremental, appends: boolean): (record: JsonObject) => boolean {
  const { type, start_value, end_value, committed, on_cursor_value_missing } = landed;
  const path = pathOf(landed.cursor_path);
  const held = Object.hasOwn(committed, table) ? committed[table]! : null;
  const after = appends && held !== null ? cursorOf(held, type) : undefined;
  const start = cursorOf(start_value, type)!;
  const end = end_value === undefined ? undefined : cursorOf(end_value, type);
  return (record) => {
    const value = valueAt(record, path);
    const cursor = isMissing(value) ? undefined : cursorIn(value, type);
    if (cursor === undefined) return on_cursor_value_missing === 'include';
    if (compareCursors(cursor, start) < 0 || (end !== undefined && compareCursors(cursor, end) >= 0)) return false;
    return after === undefined || compareCursors(cursor, after) > 0;
  };
}

/** What a dataset of `table` says of the load that it was made of. */
export function inputCursor({ incremental }: RawManifest, table: string): { readonly cursor?: InputCursor } {
  if (incremental === undefined) return {};
  const { cursor_path: path, type, last_value: last, committed } = incremental;
  return { cursor: { path, type, ...(Object.hasOwn(committed, table) && { committed: committed[table]! }), last } };
}

const isMissing = (value: Json | undefined): value is null | undefined => value === undefined || value === null;

/** Numbers may be texts, which is all that CSV has. */
function cursorIn(value: Json, type: CursorType): Cursor | undefined {
  if (typeof value === 'string') return cursorOf(value, type);
  const isNumber = typeof value === 'bigint' || value instanceof Decimal;
  return isNumber && type === 'number' ? cursorOf(String(value), type) : undefined;
}

const shown = (value: Json): string => (typeof value === 'string' ? `\`${excerpt(value)}\`` : kindOf(value));
