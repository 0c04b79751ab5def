import type { SourceNode } from '../core/node';
import type { LoadStep, Statement } from '../core/plan';
import type { CatalogEntry } from '../core/ports';
import { literal, quote, relationName, type Relation } from '../core/relation';
import { analyze, createTable, keysOf } from './columns';
import { growthOf } from './growth';
import { candidateOf } from './names';
import { publishOf, type Standing } from './publish';

type Load = Omit<LoadStep, 'id' | 'name' | 'after' | 'audits'>;

/** Whether the rows of a load go into the table that stands; otherwise a new one takes its place. */
export const addsTo = ({ disposition = 'replace' }: SourceNode, entry: CatalogEntry | undefined, fullRefresh: boolean): boolean =>
  disposition !== 'replace' && entry?.kind === 'table' && !fullRefresh;

/** Where is written which datasets were appended to the tables of `schema`. */
export const ledgerOf = (schema: string): Relation => ({ schema, name: 'etlx_loads' });

/** Makes the ledger where there is none. */
export const ledgerTable = (schema: string): Statement => ({
  sql: `create table if not exists ${relationName(ledgerOf(schema))} (table_name text not null, load_id text not null, loaded_at timestamp with time zone not null default now(), primary key (table_name, load_id))`,
});

/** How a source's table is filled and put in place, or added to. */
export function loadStep(source: SourceNode, standing: Standing, adds: boolean): Load {
  const { relation, disposition, minRows } = source;
  const common = {
    kind: 'load',
    relation,
    candidate: candidateOf(relation),
    columns: source.columns.map((column) => column.name),
    ...(minRows !== undefined && { minRows }),
    ...(disposition === 'append' && { ledger: ledgerOf(relation.schema) }),
  } as const;
  const statementsFor = (wanted: SourceNode) => (adds ? addedTo : inPlaceOf)(wanted, common.candidate, standing);
  return {
    ...common,
    ...statementsFor(source),
    ...(source.grows && { growth: growthOf(source, common.candidate, standing.dialect, adds, statementsFor) }),
  };
}

/** A new table: created as declared, then (after the rows) its keys, then put in the place of the old one. */
function inPlaceOf(source: SourceNode, candidate: Relation, standing: Standing): Pick<Load, 'build' | 'finish' | 'publish'> {
  const { relation, disposition } = source;
  const { dialect } = standing;
  const keys = keysOf(source, candidate, dialect);
  const columns = source.columns.map((column) => column.name);
  const forgotten = { sql: `delete from ${relationName(ledgerOf(relation.schema))} where table_name = ${literal(relation.name)}` };
  return {
    build: [...(disposition === 'append' ? [forgotten] : []), createTable(source, candidate, dialect)],
    finish: [...keys.statements, ...analyze(candidate, dialect)],
    publish: publishOf({ relation, candidate, kind: 'table', constraints: keys.renames, indexes: keys.indexes, columns }, standing),
  };
}

/**
 * The rows arrive in a helper table and go from there into the standing one, which readers see as it was until the transaction ends.
 * A dataset has each key once, so no row is merged twice.
 */
function addedTo(source: SourceNode, candidate: Relation, { dialect }: Standing): Pick<Load, 'build' | 'finish' | 'publish'> {
  const { relation, primaryKey, disposition } = source;
  const names = source.columns.map((column) => column.name);
  const list = names.map(quote).join(', ');
  const rest = names.filter((name) => !primaryKey.includes(name));
  const update = rest.length === 0 ? 'nothing' : `update set ${rest.map((name) => `${quote(name)} = excluded.${quote(name)}`).join(', ')}`;
  const merging = disposition === 'merge' ? `\non conflict (${primaryKey.map(quote).join(', ')}) do ${update}` : '';
  return {
    build: [createTable(source, candidate, dialect)],
    finish: [
      { sql: `insert into ${relationName(relation)} (${list})\nselect ${list} from ${relationName(candidate)} where true${merging}` },
    ],
    publish: [{ sql: `drop table ${relationName(candidate)}` }],
  };
}
