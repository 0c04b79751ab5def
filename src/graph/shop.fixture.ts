import type { Column, DatasetNode, ExtractNode, Node, NodeId, SourceNode, TestNode } from '../core/node';
import { graphOf } from './graph';
import { modelNode, testNode } from './nodes.fixture';

/**
 * A small shop, for the tests of selection. Its twin for dbt (the same without extracts and datasets) gave the same answers to every case
 * of `select.cases.ts` that dbt can be asked.
 *
 *     extract.users ─────▶ dataset.users ────▶ users_table ───▶ stg_users ──┐
 *     extract.carts ──┬──▲ dataset.carts ────▶ carts_table ───▶ stg_carts ──┼─▶ user_transactions ─▶ user_summaries ─▶ top_cities
 *     extract.products┴──▶ dataset.products ─▶ products_table ──────────────┴─▶ enriched_transactions ─▶ category_sales
 *                                              countries ──────────────────────────────────────────────────────────▶ top_cities
 */
export function shop(): { readonly nodes: ReadonlyMap<NodeId, Node>; readonly graph: ReturnType<typeof graphOf> } {
  const nodes = new Map<NodeId, Node>(all().map((node) => [node.id, node]));
  return { nodes, graph: graphOf(nodes.values()) };
}

const all = (): readonly Node[] => [
  extract('users'),
  extract('carts'),
  extract('products'),
  dataset('users_table', ['extract.api.users', 'extract.api.carts']),
  dataset('carts_table', ['extract.api.carts']),
  dataset('products_table', ['extract.api.products', 'extract.api.carts']),
  source('api', 'users_table', ['daily']),
  source('api', 'carts_table', []),
  source('api', 'products_table', []),
  source('geo', 'countries', []),
  model('staging/stg_users', ['source.api.users_table'], 'staging/_staging.yml', { materialized: 'view', tags: ['staging'] }),
  model('staging/stg_carts', ['source.api.carts_table'], 'staging/_staging.yml', { materialized: 'view', tags: ['staging', 'daily'] }),
  model('marts/user_transactions', ['model.stg_users', 'model.stg_carts'], 'marts/_marts.yml', { tags: ['daily'] }),
  model('marts/enriched_transactions', ['model.stg_carts', 'source.api.products_table'], 'marts/_marts.yml'),
  model('marts/summaries/user_summaries', ['model.user_transactions'], 'marts/_marts.yml', {
    tags: ['daily', 'finance'],
    meta: { owner: 'ana', tiers: ['gold', 'silver'], pii: true },
    config: { materialized: 'table' },
    contract: true,
  }),
  model('marts/summaries/category_sales', ['model.enriched_transactions'], 'marts/_marts.yml', {
    tags: ['finance'],
    meta: { owner: 'ben' },
  }),
  model('top_cities', ['model.user_summaries', 'source.geo.countries']),
  generic('not_null', 'not_null_users_table', ['source.api.users_table'], 'sources/api.yaml', { tags: ['daily'] }),
  generic('unique', 'unique_stg_users', ['model.stg_users'], 'models/staging/_staging.yml'),
  generic('relationships', 'carts_have_users', ['model.stg_carts', 'model.stg_users'], 'models/staging/_staging.yml', { severity: 'warn' }),
  generic('unique', 'unique_summaries', ['model.user_summaries'], 'models/marts/_marts.yml', { tags: ['nightly'] }),
  generic('relationships', 'summaries_have_users', ['model.user_summaries', 'model.stg_users'], 'models/marts/_marts.yml'),
  generic('relationships', 'summaries_have_countries', ['model.user_summaries', 'source.geo.countries'], 'models/marts/_marts.yml'),
  testNode('totals_agree', ['model.user_summaries', 'model.category_sales'], {
    fqn: ['shop', 'finance', 'totals_agree'],
    path: 'tests/finance/totals_agree.sql',
    tags: ['finance'],
  }),
];

/** The folders between `models/` (or `sources/`, `tests/`) and the file. */
const foldersOf = (path: string): readonly string[] => path.split('/').slice(1, -1);

const columns: readonly Column[] = [];

const base = (name: string, path: string, fqn: readonly string[], dependsOn: readonly NodeId[]) => ({
  name,
  package: 'shop',
  fqn: ['shop', ...fqn],
  path,
  at: { file: path, line: 1, column: 1 },
  description: '',
  tags: [] as readonly string[],
  meta: {},
  config: {},
  dependsOn,
});

function extract(name: string): ExtractNode {
  const at = { file: 'sources/api.yaml', line: 1, column: 1 };
  // prettier-ignore
  const resource = { name, at, baseUrl: 'recorded:recordings', path: name, method: 'GET', headers: {}, params: {}, dataSelector: name, paginator: { type: 'single_page' }, land: 'raw', primaryKey: ['id'], retry: { maxAttempts: 1, backoff: 0, maxDelay: 0 }, timeout: { connect: 1, firstByte: 1, idle: 1, total: 1 }, responseActions: [], concurrency: 1, maxBytes: 1, allowHosts: [], allowPrivate: false } as const;
  return { ...base(name, at.file, ['api', name], []), id: `extract.api.${name}`, kind: 'extract', source: 'api', resource };
}

function dataset(table: string, dependsOn: readonly NodeId[]): DatasetNode {
  const transform = { inputs: [], contract: { dataType: { columns: {}, otherwise: 'freeze' } } } as const;
  return {
    ...base(table, 'sources/api.yaml', ['api', table], dependsOn),
    id: `dataset.api.${table}`,
    kind: 'dataset',
    source: 'api',
    table,
    transform,
    land: 'raw',
    columns,
    primaryKey: [],
  };
}

function source(name: string, table: string, tags: readonly string[]): SourceNode {
  const loaded = name === 'api';
  const dependsOn: readonly NodeId[] = loaded ? [`dataset.${name}.${table}`] : [];
  const path = loaded ? 'sources/api.yaml' : 'sources/geo.yml';
  return {
    ...base(table, path, [name, table], dependsOn),
    id: `source.${name}.${table}`,
    kind: 'source',
    tags,
    source: name,
    table,
    relation: { schema: name, name: table },
    columns,
    primaryKey: [],
    loaded,
  };
}

function model(place: string, dependsOn: readonly NodeId[], patch?: string, more: Parameters<typeof modelNode>[2] = {}): Node {
  const path = `models/${place}.sql`;
  const name = place.slice(place.lastIndexOf('/') + 1);
  return modelNode(name, dependsOn, { path, fqn: ['shop', ...foldersOf(path), name], patchPath: patch && `models/${patch}`, ...more });
}

function generic(testName: string, name: string, dependsOn: readonly NodeId[], path: string, more: Partial<TestNode> = {}): TestNode {
  return testNode(name, dependsOn, { testType: 'generic', testName, path, fqn: ['shop', ...foldersOf(path), name], ...more });
}
