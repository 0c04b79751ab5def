import { compareCursors, cursorOf, type CursorType } from '../core/cursor';
import { failure } from '../core/diagnostic';
import type { LoadStep } from '../core/plan';
import type { Row, Session } from '../core/ports';
import { literal, relationName } from '../core/relation';
import type { DatasetManifest, InputCursor } from './lakeManifest';

type Cursors = NonNullable<LoadStep['cursors']>;

/** What a dataset means for the cursor of one of its resources: its table goes on to `value`, or has come there already. */
interface Move {
  readonly resource: string;
  readonly cursor: InputCursor;
  readonly value: string | null;
  readonly done: boolean;
}

/**
 * Writes how far the table has come with this dataset, in the transaction that loads it; false, and nothing is to be loaded, when a table that is
 * appended to has all of it already. Throws `load.cursor` when rows before those of the dataset are not in the table: writing it down would
 * lose them for good.
 */
export async function advance(
  session: Session,
  cursors: Cursors,
  { source, load_id, inputs }: Pick<DatasetManifest, 'source' | 'load_id' | 'inputs'>,
): Promise<boolean> {
  const standing = cursors.anew ? [] : (await session.query(standingSql(cursors, source))).rows;
  const rows = new Map(standing.map((row) => [row['resource'], row]));
  const cursorsOf = new Map(inputs.map(({ resource, cursor }) => [resource, cursor]));
  const moves = cursors.resources.map((resource) => moveOf(cursors, resource, cursorsOf.get(resource), rows.get(resource)));
  if (moves.every(({ done }) => done)) return false;
  const done = moves.find((move) => move.done);
  if (done !== undefined)
    throw gap(cursors, `has all that the latest landed load of \`${done.resource}\` holds, and not the rest of its dataset`);
  await session.execute(moves.map((move) => writingSql(cursors, source, load_id, move)));
  return true;
}

function moveOf(cursors: Cursors, resource: string, cursor: InputCursor | undefined, row: Row | undefined): Move {
  if (cursor?.committed === undefined)
    throw gap(cursors, `cannot take the latest landed load of \`${resource}\`, which was not made for it`);
  const { path, type, committed, last } = cursor;
  // what another cursor has come to says nothing about this one
  const stands = row?.['cursor_path'] === path ? (row['cursor_value'] as string | null) : null;
  const from = committed === null ? '' : `, and the latest landed load of \`${resource}\` holds what came after ${committed}`;
  if (cursors.anew && committed !== null) throw gap(cursors, `is made anew${from}`);
  const ahead = order(stands, committed, type);
  const covers = order(stands, last, type) >= 0;
  // merged again the same rows do no harm; appended they would be there twice
  if (ahead < 0 || (cursors.appends && ahead > 0 && !covers)) throw gap(cursors, `stands at ${stands ?? 'nothing'}${from}`);
  return { resource, cursor, value: covers ? stands : last, done: cursors.appends && ahead > 0 };
}

/** As `compareCursors`; null, which is before the first record, comes before all others. */
function order(a: string | null, b: string | null, type: CursorType): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareCursors(cursorOf(a, type)!, cursorOf(b, type)!);
}

function gap({ table }: Cursors, problem: string) {
  return failure('load.cursor', { table, problem, hint: `load it together with its extract: \`etlx load --select +${table}\`` });
}

const standingSql = ({ relation, table }: Cursors, source: string): string =>
  `select resource, cursor_path, cursor_value from ${relationName(relation)} where table_name = ${literal(table)} and source = ${literal(source)}`;

function writingSql({ relation, table }: Cursors, source: string, loadId: string, { resource, cursor, value }: Move): string {
  const names = ['cursor_path', 'cursor_value', 'load_id'];
  const written = [table, source, resource, cursor.path, value, loadId].map((each) => (each === null ? 'null' : literal(each)));
  const update = [...names, 'loaded_at'].map((name) => `${name} = excluded.${name}`);
  return `insert into ${relationName(relation)} (table_name, source, resource, ${names.join(', ')}) values (${written.join(', ')}) on conflict (table_name, source, resource) do update set ${update.join(', ')}`;
}
