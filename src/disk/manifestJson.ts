import type { Manifest } from '../core/manifest';
import type { ModelNode, Node, NodeId } from '../core/node';
import { dbtMetadata, type ArtifactMetadata } from './dbtMetadata';
import { dbtIds } from './dbtIds';
import { docEntry, groupEntry, groupMapOf, macroEntry, manifestExposure, type MacroText } from './manifestProject';
import { isOfDbt, manifestNode, type NodeContext } from './manifestNode';
import { operationEntry } from './manifestOperation';
import { manifestSource } from './manifestSource';
import { manifestUnitTest } from './manifestUnitTest';

/** What a manifest says of the project's files, which no node holds. */
export interface ManifestFiles extends Pick<NodeContext, 'textOf' | 'checksumOf'> {
  readonly macros?: readonly MacroText[];
}

/**
 * `target/manifest.json` in dbt's version 12 (https://schemas.getdbt.com/dbt/manifest/v12.json), whose readers refuse keys that they do not know: what etlx
 * has and dbt has not stands in `config`, which is free, and in etlx's own manifest. Source tables have no parents in it, since dbt has no word for them.
 */
export function manifestJson(manifest: Manifest, files: ManifestFiles, metadata: ArtifactMetadata): string {
  const nodes = [...manifest.nodes.values()];
  const ids = dbtIds(nodes);
  const parents = parentsOf(manifest, ids);
  const context: NodeContext = { ...files, ids, nodes: manifest.nodes, parents, target: manifest.target, latest: latestOf(nodes) };
  // each entry is a text as soon as it is made, so that a large project does not stand in memory a second time
  const entries = <N extends Node>(
    of: readonly N[],
    jsonOf: (node: N, context: NodeContext) => object,
    more: readonly Entry[] = [],
  ): string => objectText([...of.map((node): Entry => [ids.get(node.id)!, JSON.stringify(jsonOf(node, context))]), ...more]);
  const operations = (manifest.operations ?? []).map((operation) => operationEntry(operation, manifest));
  const alone = operations.map(([id]) => [id, []] as const);
  return objectText([
    ['metadata', JSON.stringify(metadataOf(manifest, metadata))],
    ['nodes', entries(nodes.filter(isOfDbt), manifestNode, operations)],
    ['sources', entries(ofKind(nodes, 'source'), manifestSource)],
    ['macros', JSON.stringify(Object.fromEntries((files.macros ?? []).map((macro) => macroEntry(macro, manifest.project))))],
    ['docs', JSON.stringify(Object.fromEntries((manifest.docs ?? []).map((block) => docEntry(block, manifest.project))))],
    ['exposures', entries(ofKind(nodes, 'exposure'), manifestExposure)],
    [
      'groups',
      JSON.stringify(Object.fromEntries([...(manifest.groups?.values() ?? [])].map((group) => groupEntry(group, manifest.project)))),
    ],
    ['parent_map', JSON.stringify(Object.fromEntries([...[...parents].map(([id, of]) => [ids.get(id)!, of] as const), ...alone]))],
    ['child_map', JSON.stringify(Object.fromEntries([...childrenOf(parents, ids), ...alone]))],
    ['group_map', JSON.stringify(groupMapOf(manifest, ids))],
    ['unit_tests', entries(ofKind(nodes, 'unit_test'), manifestUnitTest)],
    ...EMPTY.map((name) => [name, '{}'] as const),
  ]);
}

/** What etlx has no such things for. */
const EMPTY = ['metrics', 'selectors', 'disabled', 'saved_queries', 'semantic_models', 'functions'];

type Entry = readonly [key: string, json: string];

/** An object as JSON, from keys and values that are JSON already. */
const objectText = (entries: readonly Entry[]): string => `{${entries.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;

const ofKind = <K extends Node['kind']>(nodes: readonly Node[], kind: K): readonly Extract<Node, { readonly kind: K }>[] =>
  nodes.filter((node): node is Extract<Node, { readonly kind: K }> => node.kind === kind);

const metadataOf = ({ project, target }: Manifest, metadata: ArtifactMetadata) => ({
  ...dbtMetadata('manifest/v12', metadata),
  project_name: project,
  project_id: null,
  user_id: null,
  send_anonymous_usage_stats: false,
  adapter_type: target.type === 'pglite' ? 'postgres' : target.type,
  quoting: { database: true, schema: true, identifier: true, column: null },
  run_started_at: metadata.generatedAt,
});

const latestOf = (nodes: readonly Node[]): ReadonlyMap<string, ModelNode> =>
  new Map(nodes.flatMap((node) => (node.kind === 'model' && node.version?.age === 'latest' ? [[node.version.model, node]] : [])));

/** What each node of dbt's reads, by dbt's ids. */
const parentsOf = ({ nodes }: Manifest, ids: ReadonlyMap<NodeId, string>): ReadonlyMap<NodeId, readonly string[]> =>
  new Map([...ids.keys()].map((id) => [id, nodes.get(id)!.dependsOn.flatMap((parent) => ids.get(parent) ?? [])]));

/** The same the other way round, by dbt's ids on both sides. */
function childrenOf(
  parents: ReadonlyMap<NodeId, readonly string[]>,
  ids: ReadonlyMap<NodeId, string>,
): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>([...ids.values()].map((id) => [id, []]));
  for (const [id, of] of parents) for (const parent of of) children.get(parent)!.push(ids.get(id)!);
  return children;
}
