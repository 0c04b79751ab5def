import type { Manifest } from '../core/manifest';
import type { Column, Node, NodeId } from '../core/node';
import { relationName } from '../core/relation';
import { compiledPath } from './compiledPath';

/** About one invocation: what every artifact says of itself. */
export interface ArtifactMetadata {
  readonly etlxVersion: string;
  readonly generatedAt: string;
  readonly invocationId: string;
}

export const metadataJson = (metadata: ArtifactMetadata, schema: string, manifest: Manifest) => ({
  schema,
  etlx_version: metadata.etlxVersion,
  generated_at: metadata.generatedAt,
  invocation_id: metadata.invocationId,
  project_name: manifest.project,
  adapter_type: manifest.target.type,
  target: manifest.target.name,
});

/** `target/manifest.json`: every node with dbt's key names, in one list by id; secrets stay the references that they are. */
export function manifestJson(manifest: Manifest, metadata: ArtifactMetadata): string {
  const nodes = [...manifest.nodes.values()];
  const children = new Map<NodeId, NodeId[]>(nodes.map((node) => [node.id, []]));
  for (const node of nodes) for (const parent of node.dependsOn) children.get(parent)?.push(node.id);
  return JSON.stringify({
    metadata: metadataJson(metadata, 'etlx-manifest-v1', manifest),
    nodes: Object.fromEntries(nodes.map((node) => [node.id, nodeJson(node)])),
    parent_map: Object.fromEntries(nodes.map((node) => [node.id, node.dependsOn])),
    child_map: Object.fromEntries(children),
  });
}

/** A node as artifacts and `etlx ls --output json` show it; what a node does not have is undefined, which JSON leaves out. */
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
    case 'model':
      return {
        alias: node.relation.name,
        schema: node.relation.schema,
        relation_name: relationName(node.relation),
        contract: { enforced: node.contract },
        primary_key: node.primaryKey,
        columns: columnsJson(node.columns),
        raw_code: node.raw,
        compiled_code: node.sql,
        compiled_path: compiledPath(node),
      };
    case 'test':
      return {
        test_type: node.testType,
        test_metadata: node.testName === undefined ? undefined : { name: node.testName },
        column_name: node.columnName,
        attached_node: node.attachedTo,
        compiled_code: node.sql,
        compiled_path: compiledPath(node),
      };
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
