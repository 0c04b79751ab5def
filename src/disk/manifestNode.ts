import { databaseOf } from '../core/databaseOf';
import type { Target } from '../core/manifest';
import type { ModelNode, Node, NodeId, SeedNode, SnapshotNode, TestNode } from '../core/node';
import { relationName, type Relation } from '../core/relation';
import { checksumOf as checksumOfText, type Checksum } from './checksum';
import { compiledPath } from './compiledPath';
import { columnsJson, constraintsOf } from './manifestColumns';

/** What is around a node. */
export interface NodeContext {
  readonly ids: ReadonlyMap<NodeId, string>;
  readonly nodes: ReadonlyMap<NodeId, Node>;
  /** What each node reads, by dbt's ids. */
  readonly parents: ReadonlyMap<NodeId, readonly string[]>;
  readonly target: Target;
  /** The latest version of each model that has several, by the name of all. */
  readonly latest: ReadonlyMap<string, ModelNode>;
  /** The text of a project file. */
  readonly textOf: (file: string) => string | undefined;
  /** Of a file that is no text to etlx: a seed's. */
  readonly checksumOf: (file: string) => Checksum;
}

/** The kinds that stand in `nodes`. */
export type DbtNode = ModelNode | SeedNode | SnapshotNode | TestNode;
export const isOfDbt = (node: Node): node is DbtNode =>
  node.kind === 'model' || node.kind === 'seed' || node.kind === 'snapshot' || node.kind === 'test';

/**
 * An entry of `nodes`; what its kind does not have is undefined, which JSON leaves out. One literal with every key: a project has more tests than anything
 * else, and objects of one shape are made and written several times faster than those put together from parts.
 */
export function manifestNode(node: DbtNode, context: NodeContext): Readonly<Record<string, unknown>> {
  const query = node.kind === 'seed' ? undefined : node;
  const model = node.kind === 'model' ? node : undefined;
  const test = node.kind === 'test' ? node : undefined;
  const isGeneric = test?.testType === 'generic';
  const relation = relationOf(node, context);
  const raw = rawOf(node, context);
  const reads = readBy(node, context);
  return {
    database: databaseOf(context.target),
    schema: relation.schema,
    name: dbtName(node),
    resource_type: node.kind,
    package_name: node.package,
    path: isGeneric ? `${node.name}.sql` : node.path.slice(node.path.indexOf('/') + 1),
    original_file_path: node.path,
    unique_id: context.ids.get(node.id),
    fqn: node.fqn,
    alias: relation.name,
    checksum: node.kind === 'seed' ? context.checksumOf(node.path) : isGeneric ? NO_FILE : checksumOfText(raw),
    config: configJson(node, relation),
    tags: node.tags,
    description: node.description,
    columns: node.kind === 'test' ? {} : columnsJson(node.columns),
    meta: node.meta,
    group: model?.group ?? null,
    docs: { show: true, node_color: null },
    patch_path: node.patchPath === undefined ? null : `${node.package}://${node.patchPath}`,
    relation_name: isKept(node) ? relationName(relation) : null,
    raw_code: raw,
    language: query && 'sql',
    refs: query && reads.refs,
    sources: query && reads.sources,
    metrics: query && reads.metrics,
    depends_on: query === undefined ? { macros: [] } : reads.depends_on,
    compiled_path: query && (compiledPath(query) ?? null),
    compiled: query && true,
    compiled_code: query?.sql,
    extra_ctes_injected: query && true,
    extra_ctes: query && [],
    contract: model && { ...contractOf(model), checksum: null },
    access: model && (model.access ?? 'protected'),
    constraints: model && constraintsOf(model),
    version: model && versionOf(model),
    latest_version: model && (model.version === undefined ? null : versionOf(context.latest.get(model.version.model)!)),
    deprecation_date: model && (model.deprecationDate ?? null),
    primary_key: model?.primaryKey,
    column_name: test && (test.columnName ?? null),
    attached_node: test && (test.attachedTo === undefined ? null : context.ids.get(test.attachedTo)),
    file_key_name: test && (test.attachedTo === undefined ? null : fileKeyOf(context.nodes.get(test.attachedTo)!)),
    test_metadata: test && metadataOfTest(test, context),
  };
}

/** Of what is no file of its own. */
const NO_FILE: Checksum = { name: 'none', checksum: '' };

/** Where a node's rows are, or, of a test that keeps none, would be. */
const relationOf = (node: DbtNode, { target }: NodeContext): Relation =>
  node.kind === 'test' ? (node.stored?.relation ?? { schema: `${target.schema}_dbt_test__audit`, name: node.name }) : node.relation;

const isKept = (node: DbtNode): boolean =>
  node.kind === 'test' ? node.stored !== undefined : !(node.kind === 'model' && node.materialized === 'ephemeral');

function rawOf(node: DbtNode, { textOf }: NodeContext): string {
  switch (node.kind) {
    case 'seed':
      return '';
    case 'snapshot':
      return node.sql;
    case 'model':
      return node.raw;
    case 'test':
      return node.testType === 'generic' ? `{{ test_${node.testName}(**_dbt_generic_test_kwargs) }}` : (textOf(node.path) ?? '');
  }
}

/** dbt's `freshness` of a model is about when it is built; how old its data may be has another name here. */
function configJson(node: DbtNode, { schema, name: alias }: Relation) {
  const { tags, meta, config } = node;
  if (node.kind === 'test') return { materialized: 'test', ...config, schema, alias, tags, meta };
  const { freshness, ...others } = config;
  const watched = freshness !== undefined && { source_freshness: freshness };
  return { ...others, ...watched, ...(node.kind === 'model' && { contract: contractOf(node) }), schema, alias, tags, meta };
}

const contractOf = ({ contract }: ModelNode) => ({ enforced: contract, alias_types: true });

/** What a generic test is asked of, as its declaration says it. */
const metadataOfTest = ({ testName, testArguments, attachedTo }: TestNode, { nodes }: NodeContext) =>
  testName === undefined || attachedTo === undefined
    ? undefined
    : {
        name: testName,
        kwargs: { ...testArguments, model: `{{ get_where_subquery(${callOf(nodes.get(attachedTo)!)}) }}` },
        namespace: null,
      };

/** What a node reads, by names and by ids. */
export function readBy({ id, dependsOn }: Node, { nodes, parents }: NodeContext) {
  const refs: object[] = [];
  const sources: (readonly [source: string, table: string])[] = [];
  for (const each of dependsOn) {
    const parent = nodes.get(each)!;
    if (parent.kind === 'source') sources.push([parent.source, parent.table]);
    else refs.push({ name: dbtName(parent), package: null, version: versionOf(parent) });
  }
  return { refs, sources, metrics: [], depends_on: { macros: [], nodes: parents.get(id)! } };
}

/** All versions of a model have one name. */
const dbtName = (node: Node): string => (node.kind === 'model' ? (node.version?.model ?? node.name) : node.name);

const versionOf = (node: Node): number | string | null => {
  const v = node.kind === 'model' ? node.version?.v : undefined;
  return v === undefined ? null : Number.isNaN(Number(v)) ? v : Number(v);
};

/** How a template names `node`. */
export const callOf = (node: Node): string =>
  node.kind === 'source' ? `source('${node.source}', '${node.table}')` : `ref('${node.name}')`;

/** Where a node's tests are declared, in dbt's words. */
const fileKeyOf = (node: Node): string => (node.kind === 'source' ? `sources.${node.source}` : `${node.kind}s.${node.name}`);
