import type { QueryArrayResult } from 'pg';
import type { QueryResult, Row } from '../core/ports';

/** OIDs of the types whose values fit a JavaScript value exactly: bool, int2, int4, oid, float4, float8. */
const exact: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'],
  [21, Number],
  [23, Number],
  [26, Number],
  [700, floatOf],
  [701, floatOf],
]);

/** int8 and numeric: numbers that stay text. */
const exactNumberTypes: ReadonlySet<number> = new Set([20, 1700]);

/** Neither NaN nor an infinity survives JSON, so they stay text. */
function floatOf(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

const asText = (text: string): string => text;

/** Type parsers for pg, given with each query: everything stays PostgreSQL's own text save what a JavaScript value holds exactly. */
export const exactTypes = {
  getTypeParser: (oid: number): ((text: string) => unknown) => exact.get(oid) ?? asText,
};

/** Rows as objects. A column name that repeats gets the suffix `_1`, `_2` …, so that no value is lost. */
export function rowsOf(answer: QueryArrayResult<unknown[]> | undefined): QueryResult {
  const columns = distinct((answer?.fields ?? []).map((field) => field.name));
  const rows = (answer?.rows ?? []).map((values): Row => Object.fromEntries(columns.map((column, index) => [column, values[index]])));
  const exactNumbers = new Set(columns.filter((_column, index) => exactNumberTypes.has(answer!.fields[index]!.dataTypeID)));
  return { columns, exactNumbers, rows };
}

/** `names` with every repeated one made different from all others. */
export function distinct(names: readonly string[]): readonly string[] {
  const given = new Set(names);
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let suffix = 1; taken.has(unique); suffix += 1) if (!given.has(`${name}_${suffix}`)) unique = `${name}_${suffix}`;
    taken.add(unique);
    return unique;
  });
}
