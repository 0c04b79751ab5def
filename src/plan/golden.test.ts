import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incremental, Strategy } from '../core/materialization';
import type { ModelNode, Node, SnapshotNode } from '../core/node';
import type { Catalog, CatalogEntry } from '../core/ports';
import { relationKey } from '../core/relation';
import { META_COLUMNS, type MetaColumns } from '../core/snapshot';
import { duckdbDialect, postgresDialect } from '../adapters/dialects';
import { graphOf } from '../graph/graph';
import { base } from '../graph/nodes.fixture';
import { column, loaded, manifest, model, sqlOf, test as dataTest } from './nodes.fixture';
import { planOf } from './plan';

const incremental = (strategy: Strategy, more: Partial<Incremental> = {}): ModelNode =>
  model('users', [], {
    materialized: 'incremental',
    incremental: { strategy, uniqueKey: ['id', 'day'], keepsRepeated: false, keeps: [], predicates: [], onSchemaChange: 'fail', ...more },
    again: { sql: 'select 2 as id', lines: { file: 'models/users.sql', marks: [[0, 0]] } },
  });
const materializedView = model('users', [], { materialized: 'materialized_view', indexes: [{ columns: ['id'], unique: true }] });

const snapshot: SnapshotNode = {
  ...base('users', []),
  kind: 'snapshot',
  id: 'snapshot.users',
  relation: { schema: 'shop', name: 'users' },
  columns: [],
  primaryKey: [],
  rule: {
    uniqueKey: ['id', 'day'],
    checked: 'all',
    hardDeletes: 'new_record',
    validToCurrent: `date '9999-12-31'`,
    meta: Object.fromEntries(META_COLUMNS.map((name) => [name, name])) as MetaColumns,
    forgets: false,
  },
  sql: 'select * from "shop"."people"',
};

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
  'table-with-indexes': {
    nodes: [
      model('users', [], {
        indexes: [
          { columns: ['id', 'name'], unique: true },
          { columns: ['name'], unique: false, type: 'btree', name: 'by_name' },
        ],
      }),
    ],
  },
  'incremental-first': { nodes: [incremental('delete+insert')] },
  'incremental-append': { nodes: [incremental('append', { uniqueKey: [] })], standing: [entry('users', 'table')] },
  'incremental-delete-insert': {
    nodes: [incremental('delete+insert', { predicates: ['dbt_internal_dest.day > 7'] })],
    standing: [entry('users', 'table')],
  },
  'incremental-merge': {
    nodes: [incremental('merge'), dataTest('not_null_users', ['model.users'])],
    standing: [entry('users', 'table', true)],
  },
  'incremental-over-view': { nodes: [incremental('merge')], standing: [entry('users', 'view')] },
  'materialized-view-first': { nodes: [materializedView], standing: [entry('users', 'table')] },
  'materialized-view-again': {
    nodes: [materializedView],
    standing: [{ ...entry('users', 'materialized_view'), definition: 'de97e971aa72b59c', refreshesConcurrently: true }],
  },
  'materialized-view-changed': { nodes: [materializedView], standing: [{ ...entry('users', 'materialized_view'), definition: 'another' }] },
  'snapshot-first': { nodes: [snapshot] },
  'snapshot-again': { nodes: [snapshot, dataTest('not_null_users', ['snapshot.users'])], standing: [entry('users', 'table', true)] },
  'load-and-audit': { nodes: [...loaded('users'), dataTest('not_null_users', ['source.api.users'], { limit: 10, warnIf: '> 1' })] },
  'audits-in-one-scan': {
    nodes: [
      model('users'),
      dataTest('has_id', ['model.users'], { inScan: { failures: 'count(*) filter (where id is null\n)', perValue: false } }),
      dataTest('known', ['model.users'], {
        inScan: { failures: 'count(*) filter (where id not in (1)\n)', perValue: true },
        errorIf: '> 5',
      }),
      dataTest('alone', ['model.users'], { failCalc: 'sum(id)' }),
      dataTest('kept', ['model.users'], { stored: { relation: { schema: 'kept', name: 'kept' }, as: 'table' } }),
      dataTest('seen', ['model.users'], { stored: { relation: { schema: 'kept', name: 'seen' }, as: 'view' } }),
    ],
    standing: [{ ...entry('kept', 'view'), relation: { schema: 'kept', name: 'kept' } }],
  },
  'test-of-two': { nodes: [model('a'), model('b'), model('c', ['model.a', 'model.b']), dataTest('a_equals_b', ['model.a', 'model.b'])] },
};

function entry(name: string, kind: CatalogEntry['kind'], hasDependents = false): CatalogEntry {
  return { relation: { schema: 'shop', name }, kind, hasDependents, hasAttachments: false };
}

/** DuckDB has no materialized views, and nothing depends on a relation; comments are the plan's to keep. */
const {
  'table-over-materialized-view': _view,
  'table-with-dependents': _dependents,
  'materialized-view-first': _first,
  'materialized-view-again': _again,
  'materialized-view-changed': _changed,
  ...shared
} = cases;
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
    mode: { load: true, seeds: true, snapshots: true, models: true, tests: true, audits: true },
  });
  const file = join(__dirname, 'golden', `${name}.sql`);
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, sqlOf(plan));
  expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(sqlOf(plan));
});
