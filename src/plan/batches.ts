import { bodyOf } from '../core/body';
import { batchAfter, batchesBetween, batchStart, boundTo, isoTime, sqlTime, type Interval } from '../core/interval';
import type { BatchRule } from '../core/materialization';
import type { ModelNode, Node, NodeId } from '../core/node';
import type { Batches, Statement, Step } from '../core/plan';
import type { Catalog } from '../core/ports';
import { literal, relationKey, relationName, type Relation } from '../core/relation';
import { additionOf } from './incremental';
import { materializations, type Materialized } from './materialize';
import { candidateOf } from './names';
import type { Standing } from './publish';

/** An interval of a model that some run has done. */
export interface DoneInterval extends Interval {
  readonly run: string;
  /** The time that the run took for now, in milliseconds since 1970. */
  readonly doneAt: number;
}

/** What a plan has to know to choose the batches of its models. */
export interface BatchSetting {
  readonly run: string;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly done: ReadonlyMap<NodeId, readonly DoneInterval[]>;
  /** Exactly the batches of this time. */
  readonly asked?: Interval;
  /** Only a part of what is there is read: nothing is done by that. */
  readonly partial?: true;
  /** The run that this one goes on with: what it has done stays done. */
  readonly retryOf?: string;
}

export const NO_BATCHES: BatchSetting = { run: '', now: -Infinity, done: new Map() };

export type BatchModel = ModelNode & { readonly incremental: { readonly batches: BatchRule } };

export const isBatched = (node: Node | undefined): node is BatchModel => node?.kind === 'model' && node.incremental?.batches !== undefined;

/** Where is written which intervals of each table of `schema` are done. */
export const intervalsOf = (schema: string): Relation => ({ schema, name: 'etlx_intervals' });

/** Makes it, where there is none, in every schema that one of the steps' nodes needs it in. */
export function intervalTables(stepped: readonly Node[]): readonly Statement[] {
  return schemasOf(stepped).map((schema) => ({
    sql: `create table if not exists ${relationName(intervalsOf(schema))} (table_name text not null, batch_start timestamp with time zone not null, batch_end timestamp with time zone not null, run text not null, done_at timestamp with time zone not null, primary key (table_name, batch_start, batch_end))`,
  }));
}

/** What is done of the models' tables: `table_schema`, `table_name`, `run`, and in seconds since 1970 `batch_start`, `batch_end`, `done_at`; undefined where nothing was ever. */
export function intervalsQuery(models: readonly BatchModel[], catalog: Catalog): string | undefined {
  const queries = schemasOf(models)
    .filter((schema) => catalog.has(relationKey(intervalsOf(schema))))
    .map((schema) => {
      const seconds = ['batch_start', 'batch_end', 'done_at'].map((column) => `extract(epoch from ${column}) as ${column}`);
      const tables = models.filter(({ relation }) => relation.schema === schema).map(({ relation }) => literal(relation.name));
      return `select ${literal(schema)} as table_schema, table_name, run, ${seconds.join(', ')} from ${relationName(intervalsOf(schema))} where table_name in (${tables.join(', ')})`;
    });
  return queries.length === 0 ? undefined : queries.join('\nunion all\n');
}

const schemasOf = (nodes: readonly Node[]): readonly string[] =>
  [...new Set(nodes.filter(isBatched).map(({ relation }) => relation.schema))].sort();

/**
 * The batches that a run does, in order: those that were asked for; or else all from the first one to that of now which are not done, and the
 * latest one with as many before it as the model looks back. One that was done before it was over is not done.
 */
export function dueBatches(
  { begin, size, lookback }: BatchRule,
  { now, asked, retryOf }: Omit<BatchSetting, 'done' | 'run'>,
  done: readonly DoneInterval[],
): readonly Interval[] {
  const latest = batchStart(now, size);
  const again = asked === undefined ? batchAfter(latest, size, -lookback) : -Infinity;
  const finished = new Set(done.filter(({ end, doneAt }) => doneAt >= end).map(keyOf));
  const retried = new Set(done.filter(({ run }) => run === retryOf).map(keyOf));
  return batchesBetween(asked ?? { start: begin, end: batchAfter(latest, size) }, size).filter(
    (batch) => !retried.has(keyOf(batch)) && (batch.start >= again || !finished.has(keyOf(batch))),
  );
}

const keyOf = ({ start, end }: Interval): string => `${start} ${end}`;

/** Whether the run that this one goes on with has already made the table anew. */
export const isBegun = (node: Node, catalog: Catalog, { retryOf, done }: BatchSetting): boolean =>
  retryOf !== undefined &&
  isBatched(node) &&
  catalog.get(relationKey(node.relation))?.kind === 'table' &&
  (done.get(node.id) ?? []).some(({ run }) => run === retryOf);

/** Steps of models that are built in batches, with what builds those. `adds` tells which tables are kept. */
export function withBatches(
  nodes: ReadonlyMap<NodeId, Node>,
  standing: (node: BatchModel) => Standing,
  adds: (node: Node) => boolean,
  setting: BatchSetting,
): (step: Step) => Step {
  return (step) => {
    const node = nodes.get(step.id);
    if (step.kind !== 'model' || !isBatched(node)) return step;
    const { addition: _, ...rest } = step;
    return { ...rest, ...inBatches(node, standing(node), adds(node), setting) };
  };
}

/** An empty table where none is kept, and then a transaction for each batch that is due. */
function inBatches(
  model: BatchModel,
  standing: Standing,
  keeps: boolean,
  setting: BatchSetting,
): Materialized & { readonly batches: Batches } {
  const { anew, kept = anew } = materializations.incremental;
  const { batches: rule } = model.incremental;
  const { relation } = model;
  const made = anew(empty(model), standing);
  return {
    ...made,
    ...(keeps ? { build: [], publish: [] } : { publish: [...made.publish, forgotten(relation)] }),
    batches: {
      size: rule.size,
      lines: (model.again ?? model).lines,
      due: dueBatches(rule, setting, keeps ? (setting.done.get(model.id) ?? []) : []),
      of(interval) {
        const { build, publish } = kept(bounded(model, interval), standing);
        const addition = additionOf(model, candidateOf(relation), standing.dialect, interval);
        return { build, addition, publish: [...publish, ...remembered(relation, interval, setting)] };
      },
    },
  };
}

/** A new table has no interval that is done. */
const forgotten = ({ schema, name }: Relation): Statement => ({
  sql: `delete from ${relationName(intervalsOf(schema))} where table_name = ${literal(name)}`,
});

/** Written in the transaction of the batch. What was done of the same time in batches of another size is not done any more. */
function remembered(relation: Relation, interval: Interval, { run, now, partial }: BatchSetting): readonly Statement[] {
  const ledger = relationName(intervalsOf(relation.schema));
  const [name, start, end] = [relation.name, sqlTime(interval.start), sqlTime(interval.end)].map(literal);
  const overlaps = `${forgotten(relation).sql} and batch_start < ${end!} and batch_end > ${start!}`;
  const values = [name, start, end, literal(run), literal(isoTime(now))].join(', ');
  const insert = `insert into ${ledger} (table_name, batch_start, batch_end, run, done_at) values (${values})`;
  return [overlaps, ...(partial ? [] : [insert])].map((sql) => ({ sql }));
}

const bounded = (model: BatchModel, interval: Interval): BatchModel => ({
  ...model,
  sql: boundTo(model.sql, interval),
  ...(model.again && { again: { ...model.again, sql: boundTo(model.again.sql, interval) } }),
});

/** The model with the columns of its SELECT and none of its rows. What reads a batch is a `select * from (…)` when it was compiled, so a limit can follow. */
function empty(model: BatchModel): BatchModel {
  const { begin } = model.incremental.batches;
  const { sql } = bounded(model, { start: begin, end: begin });
  return { ...model, sql: `${bodyOf(sql)}\nlimit 0` };
}
