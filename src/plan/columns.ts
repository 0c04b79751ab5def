import type { CheckConstraint, Column, RelationNode } from '../core/node';
import type { Statement } from '../core/plan';
import type { Dialect } from '../core/ports';
import { parseType } from '../core/types';
import { quote, relationName, type Relation } from '../core/relation';
import { constraintName } from './names';
import type { Rename } from './publish';

/** `create table` with every column as declared. A primary key's columns are not null here already: adding the key then reads the table once, not twice. */
export function createTable(
  { relation, columns, primaryKey, checks = [] }: Pick<RelationNode, 'relation' | 'columns' | 'primaryKey' | 'checks'>,
  candidate: Relation,
  dialect: Dialect,
): Statement {
  const lines = columns.map((column) => `  ${definitionOf(column, primaryKey.includes(column.name), relation.name, dialect)}`);
  const conditions = checks.map((check, index) => `  ${checkText(check, index, relation.name, dialect)}`);
  return { sql: `create table ${relationName(candidate)} (\n${[...lines, ...conditions].join(',\n')}\n)` };
}

/** The checks of a table that is there already. */
export function checksIn(
  { relation, checks = [] }: Pick<RelationNode, 'relation' | 'checks'>,
  candidate: Relation,
  dialect: Dialect,
): readonly Statement[] {
  return checks.map((check, index) => ({
    sql: `alter table ${relationName(candidate)} add ${checkText(check, index, relation.name, dialect)}`,
  }));
}

/** Its name need be unique in its table only, so it can be the final one. */
function checkText({ expression, name }: CheckConstraint, index: number, table: string, { namesConstraints }: Dialect): string {
  const named = namesConstraints ? `constraint ${quote(name ?? constraintName(table, `check_${index + 1}`))} ` : '';
  return `${named}check (\n${expression}\n)`;
}

/** The name of the not-null constraint is the table's, not the candidate's; it need be unique in its table only. */
function definitionOf({ name, dataType = 'text', notNull }: Column, isKey: boolean, table: string, dialect: Dialect): string {
  const named = dialect.namesConstraints ? ` constraint ${quote(constraintName(table, `${name}_not_null`))}` : '';
  const required = notNull || isKey ? `${named} not null` : '';
  return `${quote(name)} ${typeIn(dialect, dataType)}${required}${lengthCheck(name, dataType, dialect)}`;
}

/** The declared type in the engine's words; one that it cannot keep was refused before (`unkeptTypes`). */
export function typeIn(dialect: Dialect, declared: string): string {
  const written = dialect.columnType(declared);
  return 'type' in written ? written.type : declared;
}

/** The column of that name of a SELECT, as a value for its declared type. A float becomes a decimal by its shortest digits: what was meant, and rounded as decimals are. */
export function valueFor({ name, dataType }: Column, dialect: Dialect): string {
  const isDecimal = dialect.dividesInBinary && dataType !== undefined && parseType(dataType)?.kind === 'decimal';
  return isDecimal ? `cast(${quote(name)} as varchar)` : quote(name);
}

/** What holds a text to its declared length, in characters, where the type does not. */
function lengthCheck(name: string, dataType: string, dialect: Dialect): string {
  const type = dialect.limitsTexts ? undefined : parseType(dataType);
  return type?.kind === 'text' && type.length !== undefined ? ` check (length(${quote(name)}) <= ${type.length})` : '';
}

/** Refuses nulls in a column of a filled candidate. */
export function notNull(candidate: Relation, column: string): Statement {
  return { sql: `alter table ${relationName(candidate)} alter column ${quote(column)} set not null` };
}

export interface Keys {
  readonly statements: readonly Statement[];
  readonly renames: readonly Rename[];
  /** SQL for the table under its final name. */
  readonly indexes: readonly string[];
}

/** Adds the primary key and the unique keys to the candidate, under helper names. After the rows: building an index once is twice as fast as keeping it. */
export function keysOf(
  { relation, primaryKey, uniqueKeys = [] }: Pick<RelationNode, 'relation' | 'primaryKey' | 'uniqueKeys'>,
  candidate: Relation,
  dialect: Dialect,
): Keys {
  const unique = uniqueKeys.map((columns) => ({ type: 'unique', columns, suffix: `${columns.join('_')}_key` }));
  const keys = [
    ...(primaryKey.length > 0 ? [{ type: 'primary key', columns: primaryKey, suffix: 'pkey' }] : []),
    ...(dialect.addsUniqueConstraints ? unique : []),
  ];
  const renames = keys.map(({ suffix }) => ({ from: constraintName(candidate.name, suffix), to: constraintName(relation.name, suffix) }));
  const statements = keys.map(({ type, columns }, index) => {
    const named = dialect.namesConstraints ? `constraint ${quote(renames[index]!.from)} ` : '';
    return { sql: `alter table ${relationName(candidate)} add ${named}${type} ${listOf(columns)}` };
  });
  const indexes = (dialect.addsUniqueConstraints ? [] : unique).map(
    ({ columns, suffix }) =>
      `create unique index ${quote(constraintName(relation.name, suffix))} on ${relationName(relation)} ${listOf(columns)}`,
  );
  return { statements, renames: dialect.namesConstraints ? renames : [], indexes };
}

const listOf = (columns: readonly string[]): string => `(${columns.map(quote).join(', ')})`;

/** Statistics, where a new table has none until the server finds the time: the models that read it next are planned with them. */
export function analyze(candidate: Relation, dialect: Dialect): readonly Statement[] {
  return dialect.needsAnalyze ? [{ sql: `analyze ${relationName(candidate)}` }] : [];
}
