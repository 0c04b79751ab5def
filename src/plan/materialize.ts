import { bodyOf } from '../core/body';
import { hashOf } from '../core/hash';
import type { Materialization } from '../core/materialization';
import type { ModelNode } from '../core/node';
import type { ModelStep, Statement } from '../core/plan';
import type { CatalogEntry, Dialect } from '../core/ports';
import { literal, quote, relationName, type Relation } from '../core/relation';
import { checksIn, analyze, createTable, keysOf, notNull, typeIn, valueFor } from './columns';
import { additionOf } from './incremental';
import { indexesOf } from './indexes';
import { candidateOf } from './names';
import { publishOf, type Publication, type Standing } from './publish';

/** What building a model comes to. */
export type Materialized = Pick<ModelStep, 'build' | 'describe' | 'columns' | 'addition' | 'publish' | 'lines'>;

type Builder = (model: ModelNode, standing: Standing) => Materialized;

/** How a relation is made anew, and, where there is such a way, how the one that stands is kept and brought up to date. */
interface Row {
  readonly anew: Builder;
  readonly kept?: Builder;
}

/** One row a materialization; what an incremental model does to the table that stands is a row of `strategies`. */
export const materializations: Readonly<Record<Exclude<Materialization, 'ephemeral'>, Row>> = {
  table: { anew: table },
  view: { anew: view },
  incremental: { anew: table, kept: added },
  materialized_view: { anew: materializedView, kept: refreshed },
};

/** Whether a run keeps what stands: a table that is added to (dbt's rule for `is_incremental()`), a materialized view whose definition is still the same. */
export function isKept(model: ModelNode, entry: CatalogEntry | undefined, fullRefresh: boolean): boolean {
  if (entry === undefined || (model.fullRefresh ?? fullRefresh)) return false;
  if (model.materialized === 'incremental') return entry.kind === 'table';
  return model.materialized === 'materialized_view' && entry.kind === 'materialized_view' && entry.definition === definitionOf(model);
}

/** With a contract the view casts its columns to the declared types; without one it is the SELECT. */
function view(model: ModelNode, standing: Standing): Materialized {
  const candidate = candidateOf(model.relation);
  const create = shown(model, `create view ${relationName(candidate)} as (\n`, standing.dialect);
  const publication: Publication = { relation: model.relation, candidate, kind: 'view', constraints: [], indexes: [] };
  return { build: [create], ...contracted(model), publish: publishOf(publication, standing), lines: model.lines };
}

/**
 * A view that keeps its rows. What it was made of is written on its rule, where it goes with the view, and where nobody else writes: a comment on
 * the view itself belongs to its users.
 */
function materializedView(model: ModelNode, standing: Standing): Materialized {
  const { dialect } = standing;
  const candidate = candidateOf(model.relation);
  const name = relationName(candidate);
  const create: Statement = { ...shown(model, `create materialized view ${name} as (\n`, dialect), counts: true };
  const definition = { sql: `comment on rule "_RETURN" on ${name} is ${literal(`etlx:${definitionOf(model)}`)}` };
  const { statements, afterwards } = indexesOf(model, candidate, dialect);
  const publication: Publication = { relation: model.relation, candidate, kind: 'materialized view', constraints: [], indexes: afterwards };
  return {
    build: [create, definition, ...statements, ...analyze(candidate, dialect)],
    ...contracted(model),
    publish: publishOf(publication, standing),
    lines: model.lines,
  };
}

/** The materialized view that stands, with the rows of now. */
function refreshed({ relation, lines }: ModelNode, { entry }: Standing): Materialized {
  const concurrently = entry?.refreshesConcurrently ? ' concurrently' : '';
  return { build: [{ sql: `refresh materialized view${concurrently} ${relationName(relation)}` }], publish: [], lines };
}

const definitionOf = ({ sql, contract, columns, indexes = [] }: ModelNode): string =>
  hashOf(JSON.stringify([bodyOf(sql), contract ? columns.map(({ name, dataType }) => [name, dataType]) : [], indexes]));

/** A new table with its keys and indexes, in the place of what stands. */
function table(model: ModelNode, standing: Standing): Materialized {
  const { relation } = model;
  const { dialect } = standing;
  const candidate = candidateOf(relation);
  const keys = keysOf(model, candidate, dialect);
  const indexes = indexesOf(model, candidate, dialect);
  const publication: Publication = {
    relation,
    candidate,
    kind: 'table',
    constraints: keys.renames,
    indexes: [...keys.indexes, ...indexes.afterwards],
    ...(model.contract && { columns: model.columns.map(({ name }) => name) }),
  };
  return {
    build: [
      ...filled(model, candidate, dialect),
      ...(model.contract ? [] : [...requiredIn(model, candidate, dialect), ...checksIn(model, candidate, dialect)]),
      ...keys.statements,
      ...indexes.statements,
      ...analyze(candidate, dialect),
    ],
    ...contracted(model),
    publish: publishOf(publication, standing),
    lines: model.lines,
  };
}

/** The new rows in a table of their own, and how they get into the one that stands, which readers see as it was until the transaction ends. */
function added(model: ModelNode, { dialect }: Standing): Materialized {
  const candidate = candidateOf(model.relation);
  const run = { ...model, ...model.again };
  return {
    build: [...filled(run, candidate, dialect), ...analyze(candidate, dialect)],
    ...contracted(run),
    addition: additionOf(model, candidate, dialect),
    publish: [{ sql: `drop table ${relationName(candidate)}` }],
    lines: run.lines,
  };
}

/** The candidate with its rows: a contract gives the columns and their types, and the SELECT has to give columns of these names; without one the SELECT gives both. */
function filled(model: ModelNode, candidate: Relation, dialect: Dialect): readonly Statement[] {
  const counts = { counts: true } as const;
  if (!model.contract) return [{ ...around(`create table ${relationName(candidate)} as (\n`, model.sql, '\n)'), ...counts }];
  const list = model.columns.map(({ name }) => quote(name)).join(', ');
  const values = model.columns.map((column) => valueFor(column, dialect)).join(', ');
  const insert = `insert into ${relationName(candidate)} (${list})\nselect ${values} from (\n`;
  return [createTable(model, candidate, dialect), { ...around(insert, model.sql, '\n) as etlx_model'), ...counts }];
}

/** Refuses nulls where they are declared to be wrong and no type of a contract does it. */
function requiredIn({ columns, primaryKey }: ModelNode, candidate: Relation, dialect: Dialect): readonly Statement[] {
  const declared = columns.filter(({ name, notNull }) => notNull && !primaryKey.includes(name)).map(({ name }) => name);
  return (dialect.keysRefuseNulls ? declared : [...primaryKey, ...declared]).map((name) => notNull(candidate, name));
}

/** What shows which columns the SELECT gives, and which it has to give. */
const contracted = (model: ModelNode): Pick<ModelStep, 'describe' | 'columns'> =>
  model.contract
    ? {
        describe: around('select * from (\n', model.sql, '\n) as etlx_model limit 0'),
        columns: model.columns.map((column) => column.name),
      }
    : {};

/** A view of the SELECT, its columns cast to the types of a contract. */
function shown({ contract, columns, sql }: ModelNode, create: string, dialect: Dialect): Statement {
  if (!contract) return around(create, sql, '\n)');
  const list = columns
    .map((column) => `cast(${valueFor(column, dialect)} as ${typeIn(dialect, column.dataType ?? 'text')}) as ${quote(column.name)}`)
    .join(', ');
  return around(`${create}select ${list} from (\n`, sql, '\n) as etlx_model\n)');
}

/**
 * The model's SELECT in parentheses of its own: a second statement after a semicolon is then a syntax error at its place, not one more
 * statement run; and the newline ends a comment on its last line.
 */
function around(before: string, sql: string, after: string): Statement {
  return { sql: `${before}${bodyOf(sql)}${after}`, bodyAt: before.length };
}
