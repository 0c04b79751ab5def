import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from '../core/node';
import type { Catalog, CatalogEntry } from '../core/ports';
import { relationKey } from '../core/relation';
import { duckdbDialect, postgresDialect } from '../adapters/dialects';
import { graphOf } from '../graph/graph';
import { column, loaded, manifest, model, sqlOf, test as dataTest } from './nodes.fixture';
import { planOf } from './plan';

/** The SQL of each plan stands in `golden/<name>.sql`; `UPDATE_GOLDEN=1` writes it anew, to be read as a diff. */
const cases: Readonly<Record<string, { readonly nodes: readonly Node[]; readonly standing?: readonly CatalogEntry[] }>> = {
  'table-first': { nodes: [model('users', [], { sql: 'select 1 as id -- the first' })] },
  'table-again': { nodes: [model('users', [], { primaryKey: ['id'] })], standing: [entry('users', 'table')] },
  'table-with-contract': {
    nodes: [
      model('users', [], {
        sql: 'select id, "first name" from "shop"."people";',
        contract: true,
        columns: [column('id', 'INT'), column('first name', 'VARCHAR(255)', true)],
        primaryKey: ['id'],
        uniqueKeys: [['first name', 'id']],
      }),
    ],
  },
  'table-with-not-null': {
    nodes: [model('users', [], { columns: [column('id', undefined, true), column('name', undefined, true)], primaryKey: ['id'] })],
  },
  'view-with-contract': {
    nodes: [model('users', [], { materialized: 'view', contract: true, columns: [column('id', 'INT'), column('name', 'TEXT')] })],
  },
  'view-over-table': { nodes: [model('users', [], { materialized: 'view' })], standing: [entry('users', 'table')] },
  'table-over-materialized-view': { nodes: [model('users')], standing: [entry('users', 'materialized_view')] },
  'table-with-dependents': { nodes: [model('users', [], { primaryKey: ['id'] })], standing: [entry('users', 'table', true)] },
  'load-and-audit': { nodes: [...loaded('users'), dataTest('not_null_users', ['source.api.users'], { limit: 10, warnIf: '> 1' })] },
  'test-of-two': { nodes: [model('a'), model('b'), model('c', ['model.a', 'model.b']), dataTest('a_equals_b', ['model.a', 'model.b'])] },
};

function entry(name: string, kind: CatalogEntry['kind'], hasDependents = false): CatalogEntry {
  return { relation: { schema: 'shop', name }, kind, hasDependents, hasAttachments: false };
}

/** DuckDB has no materialized views, and nothing depends on a relation; comments are the plan's to keep. */
const { 'table-over-materialized-view': _view, 'table-with-dependents': _dependents, ...shared } = cases;
const commented: CatalogEntry = {
  ...entry('users', 'table'),
  comments: [{ text: "who's who" }, { column: 'id', text: 'the number' }, { column: 'gone', text: 'lost' }],
};
const duckdbCases: typeof cases = { ...shared, 'load-over-comments': { nodes: [...loaded('users')], standing: [commented] } };

const all = [
  ...Object.entries(cases).map(([name, each]) => ({ name, ...each, dialect: postgresDialect })),
  ...Object.entries(duckdbCases).map(([name, each]) => ({ name: `duckdb/${name}`, ...each, dialect: duckdbDialect })),
];

test.each(all)('$name', ({ name, nodes, standing = [], dialect }) => {
  const catalog: Catalog = new Map(standing.map((each) => [relationKey(each.relation), each]));
  const plan = planOf({
    manifest: manifest(nodes),
    graph: graphOf(nodes),
    chosen: new Set(nodes.map((node) => node.id)),
    catalog,
    dialect,
    mode: { load: true, models: true, tests: true, audits: true },
  });
  const file = join(__dirname, 'golden', `${name}.sql`);
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, sqlOf(plan));
  expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(sqlOf(plan));
});
