import type { Catalog, CatalogEntry, QueryResult, Row } from '../core/ports';
import { literal, relationKey } from '../core/relation';

/** One query for the tables and views of `schemas`, with the comments on them: views find what they read by name, so nothing depends on a relation. */
export function duckdbCatalogQuery(schemas: readonly string[]): string {
  const here = `database_name = current_database() and schema_name in (${schemas.map(literal).join(', ')})`;
  return `select schema_name as schema, table_name as name, 'table' as kind, comment, (
    select to_json(list([column_name, comment] order by column_index)) from duckdb_columns() c where c.table_oid = t.table_oid and c.database_oid = t.database_oid and c.comment is not null
  )::varchar as columns
from duckdb_tables() t where not internal and ${here}
union all
select schema_name, view_name, 'view', comment, null from duckdb_views() where not internal and ${here}`;
}

/** The answer to `duckdbCatalogQuery` as a Catalog. */
export function duckdbCatalogOf({ rows }: QueryResult): Catalog {
  return new Map(rows.map(entryOf).map((entry) => [relationKey(entry.relation), entry]));
}

function entryOf(row: Row): CatalogEntry {
  const columns = row['columns'] === null ? [] : (JSON.parse(String(row['columns'])) as readonly (readonly [string, string])[]);
  const comments = [
    ...(row['comment'] === null ? [] : [{ text: String(row['comment']) }]),
    ...columns.map(([column, text]) => ({ column, text })),
  ];
  return {
    relation: { schema: String(row['schema']), name: String(row['name']) },
    kind: row['kind'] === 'view' ? 'view' : 'table',
    hasDependents: false,
    dependents: [],
    hasAttachments: false,
    ...(comments.length > 0 && { comments }),
  };
}
