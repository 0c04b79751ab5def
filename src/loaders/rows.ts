import { diagnose, EtlxError, failure } from '../core/diagnostic';
import type { TransformInput } from '../core/loader';
import { cellOf, plainValue } from './cell';
import type { RecordGuard } from './fieldGuard';
import { fieldOf } from './fields';
import { conditionOf, valueOf } from './expression';
import { excerpt, isJsonList, isJsonObject, jsonText, kindOf, pathOf, valueAt, valueWithin, type Json, type JsonObject } from './json';
import type { LoaderPorts } from './ports';
import { functionOf } from './projectModule';
import type { Place, Row } from './row';
import { placeName } from './row';

/** What one page's records became. received = rows.length + filtered + refused.length. */
export interface RowBatch {
  readonly rows: readonly Row[];
  readonly received: number;
  readonly filtered: number;
  /** Records that the guard would not have. */
  readonly refused: readonly { readonly record: Json; readonly place: Place; readonly reason: string }[];
}

/** What is made of the records. */
export interface Reading {
  readonly dataset: string;
  readonly columns: readonly string[];
  /** The columns that are fields of the record, whatever the input declares. */
  readonly fields?: ReadonlySet<string>;
  readonly guard?: RecordGuard;
}

/** Makes rows of an input's records, page by page. */
export interface RowReader {
  /** Records that do not belong to the load count as filtered. Throws `transform.row`, naming the record. */
  readonly read: (records: readonly JsonObject[], page: number, belongs?: (record: JsonObject) => boolean) => Promise<RowBatch>;
  /** Every page was read. Throws `transform.path` when there were records, and a column's path was in none of them. */
  readonly end: () => void;
}

/** How records become cells, and which paths were in none of them so far. */
interface CellReader {
  readonly cellsOf: (record: Json) => readonly Cells[] | Promise<readonly Cells[]>;
  readonly unfound: () => readonly { readonly column: string; readonly path: string }[];
}

type Cells = readonly Json[];

/**
 * Reads records into rows, as `input` declares: explode, filter, columns, in this order. Everything declared is compiled here, once.
 * Throws `expression.invalid` and `macro.module`.
 */
export async function rowReaderOf(input: TransformInput, reading: Reading, ports: Pick<LoaderPorts, 'module'>): Promise<RowReader> {
  const { dataset, columns, guard } = reading;
  const explode = exploderOf(input);
  const accepts = input.filter && conditionOf(input.filter, ['record']);
  const { cellsOf, unfound } =
    input.module === undefined ? declaredCells(input, reading) : await computedCells(input, input.module, columns, ports);

  const end = (): void => {
    const problems = unfound().map((facts) => diagnose('transform.path', { dataset, resource: input.from, ...facts }, input.at));
    if (problems.length > 0) throw new EtlxError(problems);
  };
  const read: RowReader['read'] = async (records, page, belongs) => {
    const rows: Row[] = [];
    const refused: RowBatch['refused'][number][] = [];
    let received = 0;
    let filtered = 0;
    let place: Place = { resource: input.from, page, record: 0 };
    let current: Json = null;
    try {
      for (const [index, parent] of records.entries()) {
        current = parent;
        place = { resource: input.from, page, record: index + 1 };
        if (belongs?.(parent) === false) {
          received += 1;
          filtered += 1;
          continue;
        }
        for (const [position, record] of explode(parent).entries()) {
          current = record;
          if (input.explode !== undefined) place = { ...place, element: position + 1 };
          const accepted = accepts?.({ record }) !== false;
          const reason = accepted ? guard?.(record, place) : undefined;
          if (reason !== undefined) {
            received += 1;
            refused.push({ record, place, reason });
            continue;
          }
          const made = accepted ? cellsOf(record) : [];
          const cells = made instanceof Promise ? await made : made;
          received += Math.max(1, cells.length);
          if (cells.length === 0) filtered += 1;
          for (const each of cells) rows.push({ cells: each, place });
        }
      }
    } catch (error) {
      if (error instanceof EtlxError) throw error;
      const problem = `${placeName(place)}: ${error instanceof Error ? error.message : String(error)}`;
      throw failure('transform.row', { dataset, problem, record: excerpt(jsonText(current) ?? '', 300) }, input.at, { cause: error });
    }
    return { rows, received, filtered, refused };
  };
  return { read, end };
}

/** A record's elements, each with what it includes from the parent; the record itself where nothing is exploded. */
function exploderOf({ explode, explodeOptional, includeFromParent }: TransformInput): (record: JsonObject) => readonly Json[] {
  if (explode === undefined) return (record) => [record];
  const path = pathOf(explode);
  const included = Object.entries(includeFromParent).map(([name, from]) => ({ name, path: pathOf(from) }));
  return (parent) => {
    const found = valueWithin(parent, path);
    if (found === undefined && explodeOptional !== true) {
      throw new TypeError(
        `no list at \`${explode}\`; where the API may leave it out, write \`explode: {path: ${explode}, optional: true}\``,
      );
    }
    const elements = found ?? [];
    if (!isJsonList(elements)) throw new TypeError(`\`explode\` needs a list at \`${explode}\`, and found ${kindOf(elements)}`);
    const fields = Object.fromEntries(included.map(({ name, path: from }) => [name, valueAt(parent, from) ?? null]));
    // what is no object becomes one with the field `value`, as dlt names it
    return elements.map((element) => ({ ...(isJsonObject(element) ? element : { value: element }), ...fields }));
  };
}

/** The one row that the declared columns give. */
function declaredCells(input: TransformInput, { columns, fields }: Reading): CellReader {
  const searches: { readonly column: string; readonly path: string; found: boolean }[] = [];
  let any = false;
  const getters = columns.map((name): ((record: Json) => Json) => {
    if (fields?.has(name)) return (record) => fieldOf(record, name);
    const source = Object.hasOwn(input.columns, name) ? input.columns[name] : undefined;
    if (source === undefined) return () => null;
    if ('path' in source) {
      const path = pathOf(source.path);
      const search = { column: name, path: source.path, found: false };
      searches.push(search);
      return (record) => {
        const value = valueWithin(record, path);
        if (value === undefined) return null;
        search.found = true;
        return value;
      };
    }
    const evaluate = valueOf(source.expr, ['record']);
    return (record) => cellOf(evaluate({ record }));
  });
  return {
    cellsOf(record) {
      any = true;
      return [getters.map((get) => get(record))];
    },
    unfound: () => (any ? searches.filter(({ found }) => !found).map(({ column, path }) => ({ column, path })) : []),
  };
}

/** The rows that the project's own function gives: none, one or several objects with columns as keys. */
async function computedCells(
  { at }: TransformInput,
  reference: string,
  columns: readonly string[],
  ports: Pick<LoaderPorts, 'module'>,
): Promise<CellReader> {
  const [file = '', name = 'default'] = reference.split('#');
  const call = await functionOf(ports, file, name, at);
  const known = new Set(columns);
  const cellsOf = async (record: Json): Promise<readonly Cells[]> => {
    const given = await call(plainValue(record));
    const rows = given === null || given === undefined ? [] : Array.isArray(given) ? given : [given];
    return rows.map((row: unknown) => {
      if (typeof row !== 'object' || row === null) throw new TypeError(`\`${reference}\` gave a ${typeof row} instead of a row`);
      const fields = row as Readonly<Record<string, unknown>>;
      const extra = Object.keys(fields).find((key) => !known.has(key));
      if (extra !== undefined) throw new TypeError(`\`${reference}\` gave the column \`${extra}\`, which is not declared`);
      return columns.map((column) => cellOf(fields[column]));
    });
  };
  return { cellsOf, unfound: () => [] };
}
