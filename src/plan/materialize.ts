import type { Materialization, ModelNode } from '../core/node';
import type { ModelStep, Statement } from '../core/plan';
import type { Dialect } from '../core/ports';
import { quote, relationName, type Relation } from '../core/relation';
import { bodyOf } from './body';
import { analyze, createTable, keysOf, notNull, typeIn, valueFor } from './columns';
import type { Publication } from './publish';

/** How a model is built under its candidate's name, and what to publish afterwards. */
export type Materialized = Pick<ModelStep, 'build' | 'describe' | 'columns'> & { readonly publication: Publication };

/** One row a materialization. A strategy is one more function beside these. */
export const materializations: Readonly<
  Record<Materialization, (model: ModelNode, candidate: Relation, dialect: Dialect) => Materialized>
> = {
  table: (model, candidate, dialect) => (model.contract ? declaredTable : inferredTable)(model, candidate, dialect),
  view,
};

/** With a contract the view casts its columns to the declared types; without one it is the SELECT. */
function view(model: ModelNode, candidate: Relation, dialect: Dialect): Materialized {
  const publication: Publication = { relation: model.relation, candidate, kind: 'view', constraints: [], indexes: [] };
  const create = `create view ${relationName(candidate)} as (\n`;
  if (!model.contract) return { build: [around(create, model.sql, '\n)')], publication };
  const list = model.columns
    .map((column) => `cast(${valueFor(column, dialect)} as ${typeIn(dialect, column.dataType ?? 'text')}) as ${quote(column.name)}`)
    .join(', ');
  return { build: [around(`${create}select ${list} from (\n`, model.sql, '\n) as etlx_model\n)')], ...described(model), publication };
}

/** The SELECT gives the columns and their types. */
function inferredTable(model: ModelNode, candidate: Relation, dialect: Dialect): Materialized {
  const rows = { ...around(`create table ${relationName(candidate)} as (\n`, model.sql, '\n)'), counts: true as const };
  const declared = model.columns.filter(({ name, notNull }) => notNull && !model.primaryKey.includes(name)).map(({ name }) => name);
  const required = dialect.keysRefuseNulls ? declared : [...model.primaryKey, ...declared];
  return finished(model, candidate, dialect, [rows, ...required.map((name) => notNull(candidate, name))]);
}

/** The contract gives the columns and their types; the SELECT has to give columns of these names. */
function declaredTable(model: ModelNode, candidate: Relation, dialect: Dialect): Materialized {
  const columns = model.columns.map((column) => column.name);
  const list = columns.map(quote).join(', ');
  const values = model.columns.map((column) => valueFor(column, dialect)).join(', ');
  const rows = {
    ...around(`insert into ${relationName(candidate)} (${list})\nselect ${values} from (\n`, model.sql, '\n) as etlx_model'),
    counts: true as const,
  };
  return {
    ...finished(model, candidate, dialect, [createTable(model, candidate, dialect), rows], columns),
    ...described(model),
  };
}

/** What shows which columns the SELECT gives, and which it has to give. */
const described = (model: ModelNode): Pick<ModelStep, 'describe' | 'columns'> => ({
  describe: around('select * from (\n', model.sql, '\n) as etlx_model limit 0'),
  columns: model.columns.map((column) => column.name),
});

function finished(
  model: ModelNode,
  candidate: Relation,
  dialect: Dialect,
  filled: readonly Statement[],
  columns?: readonly string[],
): Materialized {
  const { statements, renames, indexes } = keysOf(model, candidate, dialect);
  const { relation } = model;
  return {
    build: [...filled, ...statements, ...analyze(candidate, dialect)],
    publication: { relation, candidate, kind: 'table', constraints: renames, indexes, ...(columns && { columns }) },
  };
}

/**
 * The model's SELECT in parentheses of its own: a second statement after a semicolon is then a syntax error at its place, not one more
 * statement run; and the newline ends a comment on its last line.
 */
function around(before: string, sql: string, after: string): Statement {
  return { sql: `${before}${bodyOf(sql)}${after}`, bodyAt: before.length };
}
