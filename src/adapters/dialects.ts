import type { Target } from '../core/manifest';
import type { Dialect } from '../core/ports';
import { duckdbType } from './duckdbTypes';

/** PostgreSQL, as a server or as PGlite. Apart from the adapters, so that a plan can be made without loading a driver. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  viewsBindTables: true,
  runsBlocks: true,
  namesConstraints: true,
  addsUniqueConstraints: true,
  keysRefuseNulls: true,
  limitsTexts: true,
  dividesInBinary: false,
  needsAnalyze: true,
  columnType: (type) => ({ type }),
};

/** DuckDB: views find tables by name, and statistics are kept with the rows. */
export const duckdbDialect: Dialect = {
  name: 'duckdb',
  viewsBindTables: false,
  runsBlocks: false,
  namesConstraints: false,
  addsUniqueConstraints: false,
  keysRefuseNulls: false,
  limitsTexts: false,
  dividesInBinary: true,
  needsAnalyze: false,
  columnType: duckdbType,
};

/** The dialect that a target's database speaks. */
export const dialectOf = ({ type }: Target): Dialect => (type === 'duckdb' ? duckdbDialect : postgresDialect);
