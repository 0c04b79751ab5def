import type { ModelNode, Node, NodeId, RelationNode, UnitTestNode } from '../core/node';
import type { Comparison, Scratch, Statement, UnitTestStep } from '../core/plan';
import type { Dialect } from '../core/ports';
import { literal, quote, relationName, type Relation } from '../core/relation';
import type { Expected, Given, WrittenRows } from '../core/unitTest';
import { bodyOf } from '../core/body';
import { typeIn, valueFor } from './columns';
import { candidateOf } from './names';
import { firstVersions } from './snapshotSql';

/**
 * The tables that the models of the unit tests read, and theirs, empty, to be made in a database of etlx's own in the process: their types are those
 * that the real ones have, because the same queries are asked. Parents come before their readers.
 */
export function scratchOf(
  tests: readonly UnitTestNode[],
  nodes: ReadonlyMap<NodeId, Node>,
  order: readonly NodeId[],
  dialect: Dialect,
): readonly Scratch[] {
  const wanted = new Set<NodeId>();
  const from = tests.map(({ model }) => model);
  for (let id = from.pop(); id !== undefined; id = from.pop()) {
    if (wanted.has(id)) continue;
    wanted.add(id);
    from.push(...(nodes.get(id)?.dependsOn ?? []));
  }
  const tested = new Set(tests.map(({ model }) => model));
  return order.flatMap((id) => {
    const node = wanted.has(id) ? nodes.get(id)! : undefined;
    const create = node === undefined || !('relation' in node) ? undefined : emptyTable(node, dialect);
    if (create === undefined) return [];
    return [{ id, create: tested.has(id) ? [...create, twinOf((node as ModelNode).relation)] : create }];
  });
}

/** Beside the table of a model that is tested: the one for the rows that are expected of it. */
const twinOf = (relation: Relation): Statement => ({
  sql: `create table ${relationName(candidateOf(relation))} as select * from ${relationName(relation)} limit 0`,
});

/** The empty table of a node; undefined where nothing tells its columns and types. Keys are left out: a test gives the columns that matter to it. */
function emptyTable(node: RelationNode, dialect: Dialect): readonly Statement[] | undefined {
  const table = relationName(node.relation);
  const schema = { sql: `create schema if not exists ${quote(node.relation.schema)}` };
  if (node.kind === 'model' && node.materialized === 'ephemeral') return undefined;
  if (node.kind === 'snapshot')
    return [schema, { sql: `create table ${table} as select * from (\n${firstVersions(node)}\n) as etlx_snapshot limit 0` }];
  const declared = node.columns.every(({ dataType }) => dataType !== undefined);
  if (node.kind === 'model' && !node.contract)
    return [schema, selected(`create table ${table} as select * from (\n`, node, '\n) as etlx_model limit 0')];
  if (node.columns.length === 0 || !declared) return undefined;
  const columns = node.columns.map(({ name, dataType }) => `${quote(name)} ${typeIn(dialect, dataType!)}`);
  return [schema, { sql: `create table ${table} (${columns.join(', ')})` }];
}

const selected = (before: string, { sql }: Pick<ModelNode, 'sql'>, after: string): Statement => ({
  sql: `${before}${bodyOf(sql)}${after}`,
  bodyAt: before.length,
});

/** The unit tests that each model waits for. */
export function unitGates(tests: readonly UnitTestNode[]): ReadonlyMap<NodeId, readonly NodeId[]> {
  const gates = new Map<NodeId, NodeId[]>();
  for (const { id, model } of tests) {
    const known = gates.get(model);
    if (known === undefined) gates.set(model, [id]);
    else known.push(id);
  }
  return gates;
}

/** A unit test as statements for one transaction of that database, which is rolled back at the end. */
export function unitTestStep(test: UnitTestNode, model: ModelNode, after: readonly NodeId[], dialect: Dialect): UnitTestStep {
  return {
    kind: 'unit_test',
    id: test.id,
    name: test.name,
    after,
    given: test.given.map((given) => ({ id: given.id, at: given.at, ...filled(given) })),
    comparisons: test.comparisons.map(({ sql, expected }, index) => comparison(sql, expected, model, index, dialect)),
    model: model.id,
    lines: test.lines,
    at: test.at,
  };
}

/** Rows go into the table as it stands; into a new one of their own where none does, and for a query, which has columns of its own. */
function filled({ table, schema, rows }: Given): Pick<UnitTestStep['given'][number], 'insert' | 'create'> {
  const anew = (query: string): readonly Statement[] => [
    ...(schema === undefined ? [] : [{ sql: `create schema if not exists ${quote(schema)}` }]),
    { sql: `drop table if exists ${table}` },
    { sql: `create ${schema === undefined ? 'temporary ' : ''}table ${table} as (\n${query}\n)` },
  ];
  if ('sql' in rows) return { create: anew(bodyOf(rows.sql)) };
  return { insert: inserted(table, rows), ...(rows.rows.length > 0 && { create: anew(typedValues(rows)) }) };
}

function inserted(table: string, { columns, rows }: WrittenRows): readonly Statement[] {
  if (rows.length === 0) return [];
  const values = rows.map((row) => `(${row.map(cell).join(', ')})`).join(',\n');
  return [{ sql: `insert into ${table} (${columns.map(quote).join(', ')}) values\n${values}` }];
}

/** A text without a type takes the type of its column. */
const cell = (value: string | null): string => (value === null ? 'null' : literal(value));

/** For a table that nothing is known of: the types that the texts look like. */
function typedValues({ columns, rows }: WrittenRows): string {
  const types = columns.map((_, index) => typeOf(rows.map((row) => row[index]!)));
  const list = columns.map((name, index) => `cast(${quote(name)} as ${types[index]}) as ${quote(name)}`).join(', ');
  const values = rows.map((row) => `(${row.map((value) => `cast(${cell(value)} as varchar)`).join(', ')})`).join(',\n');
  return `select ${list} from (values\n${values}) as given (${columns.map(quote).join(', ')})`;
}

const SHAPES: readonly (readonly [type: string, shape: RegExp])[] = [
  ['bigint', /^-?(?:0|[1-9]\d{0,17})$/],
  ['numeric', /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/],
  ['boolean', /^(?:true|false)$/i],
  ['date', /^\d{4}-\d{2}-\d{2}$/],
  ['timestamp', /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/],
  ['timestamp with time zone', /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)$/],
];

function typeOf(cells: readonly (string | null)[]): string {
  const written = cells.filter((value) => value !== null);
  return (written.length > 0 && SHAPES.find(([, shape]) => written.every((value) => shape.test(value)))?.[0]) || 'varchar';
}

/** The columns that the model's table has of its SELECT: as a contract has them, rounded to its decimals. */
function givenBy({ contract, columns }: ModelNode, dialect: Dialect): string {
  if (!contract) return '*';
  return columns
    .map((column) => `cast(${valueFor(column, dialect)} as ${typeIn(dialect, column.dataType ?? 'text')}) as ${quote(column.name)}`)
    .join(', ');
}

function comparison(sql: string, { cte, rows, at }: Expected, model: ModelNode, index: number, dialect: Dialect): Comparison {
  const before = `select ${cte === undefined ? givenBy(model, dialect) : '*'} from (\n`;
  const after = '\n) as etlx_model';
  const body = bodyOf(sql);
  const apart = quote(`etlx_expected_${index}`);
  const read = (table: string): Statement => ({ sql: `select * from ${table}` });
  const common = { at, ...(cte !== undefined && { cte }), actual: { sql: before + body + after, bodyAt: before.length } };
  if ('sql' in rows) {
    return { ...common, apart: { write: [{ sql: `create temporary table ${apart} as (\n${bodyOf(rows.sql)}\n)` }], read: read(apart) } };
  }
  const list = rows.columns.map(quote).join(', ') || '*';
  const create = { sql: `create temporary table ${apart} as select ${list} from (\n${body}${after} limit 0` };
  const twin = relationName(candidateOf(model.relation));
  return {
    ...common,
    columns: rows.columns,
    ...(cte === undefined && { standing: { write: inserted(twin, rows), read: read(twin) } }),
    apart: { write: [create, ...inserted(apart, rows)], read: read(apart) },
  };
}
