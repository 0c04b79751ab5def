import type { FreshnessRule } from '../core/freshness';
import type { SourceNode } from '../core/node';
import { relationName } from '../core/relation';
import { databaseOf } from '../core/databaseOf';
import { columnsJson } from './manifestColumns';
import type { NodeContext } from './manifestNode';

/** An entry of `sources`. How etlx fills the table stands in its `config`, and more of it in etlx's own manifest. */
export function manifestSource(node: SourceNode, { ids, target }: NodeContext): Readonly<Record<string, unknown>> {
  const { relation, freshness, tags, meta } = node;
  const watched = {
    freshness: freshness === undefined ? null : freshnessJson(freshness),
    loaded_at_field: freshness?.loadedAtField ?? null,
    loaded_at_query: freshness?.loadedAtQuery ?? null,
  };
  return {
    database: databaseOf(target),
    schema: relation.schema,
    name: node.name,
    resource_type: 'source',
    package_name: node.package,
    path: node.path,
    original_file_path: node.path,
    unique_id: ids.get(node.id),
    fqn: node.fqn,
    source_name: node.source,
    source_description: '',
    loader: node.loaded ? 'etlx' : '',
    identifier: relation.name,
    quoting: { database: null, schema: null, identifier: null, column: null },
    ...watched,
    external: null,
    description: node.description,
    columns: columnsJson(node.columns),
    meta,
    source_meta: {},
    tags,
    config: {
      ...node.config,
      ...watched,
      tags,
      meta,
      loaded: node.loaded,
      primary_key: node.primaryKey,
      write_disposition: node.disposition,
      min_rows: node.minRows,
    },
    patch_path: null,
    relation_name: relationName(relation),
  };
}

const freshnessJson = ({ warnAfter, errorAfter, filter }: FreshnessRule) => ({
  warn_after: warnAfter ?? null,
  error_after: errorAfter ?? null,
  filter: filter ?? null,
});
