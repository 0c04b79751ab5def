import { DuckDBDateValue, DuckDBTypeId, type DuckDBMaterializedResult, type DuckDBValue } from '@duckdb/node-api';
import type { QueryResult, Row } from '../core/ports';
import { distinct } from './rows';

/** Numbers that a JavaScript number could not hold; their values are texts. */
const EXACT_NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.BIGNUM,
  DuckDBTypeId.DECIMAL,
]);

/** The rows of an answer as objects, with the rules of the port: a JavaScript value where it is exact, DuckDB's own text elsewhere. */
export async function duckdbRowsOf(result: DuckDBMaterializedResult): Promise<QueryResult> {
  const columns = distinct(result.columnNames());
  const types = columns.map((_, index) => result.columnTypeId(index));
  const rows = (await result.getRows()).map((values): Row =>
    Object.fromEntries(columns.map((column, index) => [column, exactValue(values[index] ?? null, types[index]!)])),
  );
  return { columns, exactNumbers: new Set(columns.filter((_, index) => EXACT_NUMBERS.has(types[index]!))), rows };
}

function exactValue(value: DuckDBValue, type: DuckDBTypeId): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return numberOf(value, type);
  if (value instanceof DuckDBDateValue && !value.isFinite) return value.days > 0 ? 'infinity' : '-infinity';
  return String(value);
}

/** Neither NaN nor an infinity survives JSON, so they become text. */
function numberOf(value: number, type: DuckDBTypeId): number | string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return type === DuckDBTypeId.FLOAT ? shortest(value) : value;
}

/** A number of four bytes with the fewest digits that mean it, as PostgreSQL writes it: 1.1, not 1.100000023841858. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
