import type { Manifest } from '../core/manifest';
import type { Row } from '../core/ports';
import { relationKey } from '../core/relation';
import { dbtIds } from './dbtIds';
import { databaseOf } from '../core/databaseOf';
import { dbtMetadata, type ArtifactMetadata } from './dbtMetadata';

/** One relation as `catalog.json` has it. */
interface Described {
  readonly metadata: Readonly<Record<'type' | 'schema' | 'name' | 'database' | 'comment' | 'owner', string | null>>;
  readonly columns: Record<
    string,
    { readonly type: string; readonly index: number; readonly name: string; readonly comment: string | null }
  >;
  readonly stats: object;
}

/** dbt's readers expect each relation to say whether there are figures about it. */
const NO_STATS = { has_stats: { id: 'has_stats', label: 'Has Stats?', value: false, include: false, description: 'there are none' } };

/**
 * `target/catalog.json` in dbt's version 1 (https://schemas.getdbt.com/dbt/catalog/v1.json): the nodes' relations as they stand in the database, from the
 * answer to `Dialect.describedQuery`. Relations that are no node's are left out, and nodes whose relation is not there.
 */
export function catalogJson(manifest: Manifest, rows: readonly Row[], metadata: ArtifactMetadata): string {
  const described = describedOf(rows, databaseOf(manifest.target));
  const nodes: Record<string, object> = {};
  const sources: Record<string, object> = {};
  for (const [id, uniqueId] of dbtIds(manifest.nodes.values())) {
    const node = manifest.nodes.get(id)!;
    const isThere = 'relation' in node && !(node.kind === 'model' && node.materialized === 'ephemeral');
    const found = isThere ? described.get(relationKey(node.relation)) : undefined;
    if (found !== undefined) (node.kind === 'source' ? sources : nodes)[uniqueId] = { ...found, unique_id: uniqueId };
  }
  return JSON.stringify({ metadata: dbtMetadata('catalog/v1', metadata), nodes, sources, errors: null });
}

function describedOf(rows: readonly Row[], database: string | null): ReadonlyMap<string, Described> {
  const described = new Map<string, Described>();
  for (const row of rows) {
    const text = (key: string): string | null => (row[key] === null ? null : String(row[key]));
    const [schema, name] = [String(row['schema']), String(row['name'])];
    const key = relationKey({ schema, name });
    const found = described.get(key) ?? {
      metadata: {
        type: text('type'),
        schema,
        name,
        database: database ?? text('database'),
        comment: text('comment'),
        owner: text('owner'),
      },
      columns: {},
      stats: NO_STATS,
    };
    described.set(key, found);
    const column = text('column_name');
    if (column !== null) {
      const index = Number(row['column_index']);
      found.columns[column] = { type: String(row['column_type']), index, name: column, comment: text('column_comment') };
    }
  }
  return described;
}
