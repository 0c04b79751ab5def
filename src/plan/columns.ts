import type { Column, ModelNode, SourceNode } from '../core/node';
import type { Statement } from '../core/plan';
import { quote, relationName, type Relation } from '../core/relation';
import { constraintName } from './names';
import type { Rename } from './publish';

/** `create table` with every column as declared. A primary key's columns are not null here already: adding the key then reads the table once, not twice. */
export function createTable({ relation, columns, primaryKey }: ModelNode | SourceNode, candidate: Relation): Statement {
  const lines = columns.map((column) => `  ${definitionOf(column, primaryKey.includes(column.name), relation.name)}`);
  return { sql: `create table ${relationName(candidate)} (\n${lines.join(',\n')}\n)` };
}

/** The name of the not-null constraint is the table's, not the candidate's; it need be unique in its table only. */
function definitionOf(column: Column, isKey: boolean, table: string): string {
  const definition = `${quote(column.name)} ${column.dataType ?? 'text'}`;
  return column.notNull || isKey
    ? `${definition} constraint ${quote(constraintName(table, `${column.name}_not_null`))} not null`
    : definition;
}

/** Refuses nulls in a column of a filled candidate. */
export function notNull(candidate: Relation, column: string): Statement {
  return { sql: `alter table ${relationName(candidate)} alter column ${quote(column)} set not null` };
}

export interface Keys {
  readonly statements: readonly Statement[];
  readonly renames: readonly Rename[];
}

/** Adds the primary key and the unique keys to the candidate, under helper names. After the rows: building an index once is twice as fast as keeping it. */
export function keysOf(
  relation: Relation,
  candidate: Relation,
  primaryKey: readonly string[],
  uniqueKeys: readonly (readonly string[])[] = [],
): Keys {
  const keys = [
    ...(primaryKey.length > 0 ? [{ type: 'primary key', columns: primaryKey, suffix: 'pkey' }] : []),
    ...uniqueKeys.map((columns) => ({ type: 'unique', columns, suffix: `${columns.join('_')}_key` })),
  ];
  const renames = keys.map(({ suffix }) => ({ from: constraintName(candidate.name, suffix), to: constraintName(relation.name, suffix) }));
  const statements = keys.map(({ type, columns }, index) => ({
    sql: `alter table ${relationName(candidate)} add constraint ${quote(renames[index]!.from)} ${type} (${columns.map(quote).join(', ')})`,
  }));
  return { statements, renames };
}

/** Statistics, which a new table has none of until autovacuum comes by: the models that read it next are planned with them. */
export function analyze(candidate: Relation): Statement {
  return { sql: `analyze ${relationName(candidate)}` };
}
