import type { Target } from '../core/manifest';
import type { Dialect } from '../core/ports';
import { literal, relationName } from '../core/relation';
import { duckdbDescribedQuery, postgresDescribedQuery } from './described';
import { duckdbType } from './duckdbTypes';

/** PostgreSQL, as a server or as PGlite. Apart from the adapters, so that a plan can be made without loading a driver. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  viewsBindTables: true,
  runsBlocks: true,
  hasSavepoints: true,
  namesConstraints: true,
  addsUniqueConstraints: true,
  keysRefuseNulls: true,
  limitsTexts: true,
  dividesInBinary: false,
  needsAnalyze: true,
  renamesIndexed: true,
  indexTypes: true,
  materializedViews: true,
  hasRoles: true,
  joinsNulls: false,
  columnType: (type) => ({ type }),
  columnsQuery: (table) =>
    `select attname as name, pg_catalog.format_type(atttypid, atttypmod) as type, attnotnull as required from pg_catalog.pg_attribute where attrelid = ${literal(relationName(table))}::regclass and attnum > 0 and not attisdropped order by attnum`,
  estimatesQuery: (schemas) =>
    `select n.nspname as schema, c.relname as name, c.reltuples::bigint as rows from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm') and n.nspname in (${schemas.map(literal).join(', ')})`,
  describedQuery: postgresDescribedQuery,
};

/** DuckDB: views find tables by name, and statistics are kept with the rows. */
export const duckdbDialect: Dialect = {
  name: 'duckdb',
  viewsBindTables: false,
  runsBlocks: false,
  hasSavepoints: false,
  namesConstraints: false,
  addsUniqueConstraints: false,
  keysRefuseNulls: false,
  limitsTexts: false,
  dividesInBinary: true,
  needsAnalyze: false,
  renamesIndexed: false,
  indexTypes: false,
  materializedViews: false,
  hasRoles: false,
  joinsNulls: true,
  columnType: duckdbType,
  columnsQuery: ({ schema, name }) =>
    `select column_name as name, data_type as type, not is_nullable as required from duckdb_columns() where database_name = current_database() and schema_name = ${literal(schema)} and table_name = ${literal(name)} order by column_index`,
  estimatesQuery: (schemas) =>
    `select schema_name as schema, table_name as name, estimated_size as rows from duckdb_tables() where database_name = current_database() and schema_name in (${schemas.map(literal).join(', ')})`,
  describedQuery: duckdbDescribedQuery,
};

/** The dialect that a target's database speaks. */
export const dialectOf = ({ type }: Target): Dialect => (type === 'duckdb' ? duckdbDialect : postgresDialect);
