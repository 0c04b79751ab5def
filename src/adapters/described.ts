import { literal } from '../core/relation';

/** `Dialect.describedQuery` of PostgreSQL. */
export const postgresDescribedQuery = (
  schemas: readonly string[],
): string => `select current_database() as database, n.nspname as schema, c.relname as name,
  case c.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' when 'f' then 'FOREIGN TABLE' else 'BASE TABLE' end as type,
  pg_catalog.pg_get_userbyid(c.relowner) as owner, pg_catalog.obj_description(c.oid, 'pg_class') as comment,
  a.attname as column_name, pg_catalog.format_type(a.atttypid, a.atttypmod) as column_type, a.attnum as column_index,
  pg_catalog.col_description(c.oid, a.attnum) as column_comment
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname in (${schemas.map(literal).join(', ')}) and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by n.nspname, c.relname, a.attnum`;

/** `Dialect.describedQuery` of DuckDB, where nothing has an owner. */
export const duckdbDescribedQuery = (
  schemas: readonly string[],
): string => `select c.database_name as database, c.schema_name as schema, c.table_name as name, coalesce(t.type, 'VIEW') as type,
  null::varchar as owner, coalesce(t.comment, v.comment) as comment,
  c.column_name, c.data_type as column_type, c.column_index, c.comment as column_comment
from duckdb_columns() c
left join (select database_oid, table_oid, comment, 'BASE TABLE' as type from duckdb_tables()) t on t.database_oid = c.database_oid and t.table_oid = c.table_oid
left join duckdb_views() v on v.database_oid = c.database_oid and v.view_oid = c.table_oid
where c.database_name = current_database() and c.schema_name in (${schemas.map(literal).join(', ')}) and not c.internal
order by c.schema_name, c.table_name, c.column_index`;
