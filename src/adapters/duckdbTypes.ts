import { parseType, type ColumnType } from '../core/types';

type Written = { readonly type: string } | { readonly problem: string };

const INTEGERS = { 2: 'SMALLINT', 4: 'INTEGER', 8: 'BIGINT' } as const;
const FLOATS = { 4: 'FLOAT', 8: 'DOUBLE' } as const;
/** DuckDB has a type of its own for each precision of a timestamp that it keeps. */
const TIMESTAMPS: Readonly<Record<number, string>> = { 0: 'TIMESTAMP_S', 3: 'TIMESTAMP_MS', 6: 'TIMESTAMP' };
/** The digits of a DECIMAL: https://duckdb.org/docs/stable/sql/data_types/numeric */
const MAX_DIGITS = 38;

/**
 * The type of DuckDB that keeps the same values as the PostgreSQL type `declared`, or why there is none. DuckDB knows the same names, but its
 * `FLOAT` has 4 bytes, its `NUMERIC` three decimals; a length or a precision it cannot keep is dropped without a word. A type that only
 * DuckDB has (`HUGEINT`, `INTEGER[]`) stays as it is.
 */
export function duckdbType(declared: string): Written {
  const type = parseType(declared);
  return type === undefined ? { type: declared } : written(type);
}

function written(type: ColumnType): Written {
  switch (type.kind) {
    case 'integer':
      return { type: INTEGERS[type.bytes] };
    case 'decimal':
      return decimal(type.precision, type.scale);
    case 'float':
      return { type: FLOATS[type.bytes] };
    case 'text':
      return { type: 'VARCHAR' };
    case 'boolean':
      return { type: 'BOOLEAN' };
    case 'date':
      return { type: 'DATE' };
    case 'timestamp':
      return timestamp(type.zone, type.precision);
    case 'uuid':
      return { type: 'UUID' };
    case 'json':
      return { type: 'JSON' };
  }
}

function decimal(precision: number | undefined, scale = 0): Written {
  if (precision === undefined) return { problem: `DuckDB has to know how many digits: \`DECIMAL(${MAX_DIGITS},9)\`, for example` };
  if (precision > MAX_DIGITS) return { problem: `DuckDB keeps at most ${MAX_DIGITS} digits` };
  return { type: `DECIMAL(${precision},${scale})` };
}

function timestamp(zone: boolean, precision: number): Written {
  if (zone)
    return precision === 6 ? { type: 'TIMESTAMPTZ' } : { problem: 'DuckDB keeps six decimals of a second with a time zone, no fewer' };
  const type = TIMESTAMPS[precision];
  return type === undefined ? { problem: 'DuckDB keeps 0, 3 or 6 decimals of a second' } : { type };
}
