import type { Column, Node } from '../core/node';
import { relationName } from '../core/relation';
import { compiledPath } from './compiledPath';

/** A node as `etlx ls --output json` and etlx's own artifact show it, under etlx's own ids; what a node does not have is undefined, which JSON leaves out. */
export function nodeJson(node: Node): Readonly<Record<string, unknown>> {
  return {
    unique_id: node.id,
    resource_type: node.kind,
    name: node.name,
    package_name: node.package,
    fqn: node.fqn,
    original_file_path: node.path,
    patch_path: node.patchPath,
    description: node.description,
    tags: node.tags,
    meta: node.meta,
    config: node.config,
    depends_on: { nodes: node.dependsOn },
    ...kindJson(node),
  };
}

function kindJson(node: Node): Readonly<Record<string, unknown>> {
  switch (node.kind) {
    case 'extract':
      return { source_name: node.source, resource: { ...node.resource, baseUrl: withoutUserInfo(node.resource.baseUrl), at: undefined } };
    case 'dataset':
      return { source_name: node.source, table: node.table, columns: columnsJson(node.columns) };
    case 'source':
      return {
        source_name: node.source,
        identifier: node.relation.name,
        schema: node.relation.schema,
        relation_name: relationName(node.relation),
        loaded: node.loaded,
        primary_key: node.primaryKey,
        columns: columnsJson(node.columns),
      };
    case 'seed':
      return {
        alias: node.relation.name,
        schema: node.relation.schema,
        relation_name: relationName(node.relation),
        primary_key: node.primaryKey,
        columns: columnsJson(node.columns),
      };
    case 'snapshot':
      return {
        alias: node.relation.name,
        schema: node.relation.schema,
        relation_name: relationName(node.relation),
        columns: columnsJson(node.columns),
        compiled_code: node.sql,
      };
    case 'model':
      return {
        alias: node.relation.name,
        schema: node.relation.schema,
        relation_name: node.materialized === 'ephemeral' ? undefined : relationName(node.relation),
        contract: { enforced: node.contract },
        group: node.group,
        access: node.access ?? 'protected',
        version: node.version?.v,
        primary_key: node.primaryKey,
        columns: columnsJson(node.columns),
        raw_code: node.raw,
        compiled_code: node.sql,
        compiled_code_incremental: node.again?.sql,
        compiled_path: compiledPath(node),
      };
    case 'test':
      return {
        test_type: node.testType,
        test_metadata: node.testName === undefined ? undefined : { name: node.testName },
        column_name: node.columnName,
        attached_node: node.attachedTo,
        ...(node.stored && { relation_name: relationName(node.stored.relation) }),
        compiled_code: node.sql,
        compiled_path: compiledPath(node),
      };
    case 'exposure':
      return { label: node.label, type: node.type, maturity: node.maturity, url: node.url, owner: node.owner };
    case 'unit_test':
      return { model: node.model, given: node.given, expect: node.comparisons.map(({ expected }) => expected) };
  }
}

/** The address without what may stand before its host: `https://user:password@host`. */
const withoutUserInfo = (url: string): string => url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1');

const columnsJson = (columns: readonly Column[]) =>
  Object.fromEntries(
    columns.map(({ name, description, dataType, tags, meta }) => [
      name,
      { name, description, ...(dataType !== undefined && { data_type: dataType }), tags, meta },
    ]),
  );
