import type { Index } from '../core/materialization';
import type { ModelNode } from '../core/node';
import type { Statement } from '../core/plan';
import type { Dialect } from '../core/ports';
import { quote, relationName, type Relation } from '../core/relation';
import { constraintName } from './names';

export interface Indexes {
  /** Makes them on the candidate. */
  readonly statements: readonly Statement[];
  /** SQL for the relation under its final name. */
  readonly afterwards: readonly string[];
}

/**
 * The indexes that a model declares. Their names are those that PostgreSQL would give them, in every run the same, and unique in the schema: so they
 * are built under others while the old relation stands. Where a relation with indexes cannot be renamed they are built when it has its name.
 */
export function indexesOf({ relation, indexes = [] }: ModelNode, candidate: Relation, dialect: Dialect): Indexes {
  const named = indexes.map((index) => ({ index, name: index.name ?? constraintName(relation.name, suffixOf(index)) }));
  if (!dialect.renamesIndexed) {
    return { statements: [], afterwards: named.map(({ index, name }) => createIndex(index, name, relation, dialect)) };
  }
  const made = named.map(({ index, name }, place) => ({ index, name, helper: constraintName(candidate.name, `${place}_idx`) }));
  return {
    statements: made.map(({ index, helper }) => ({ sql: createIndex(index, helper, candidate, dialect) })),
    afterwards: made.map(({ name, helper }) => `alter index ${relationName({ ...relation, name: helper })} rename to ${quote(name)}`),
  };
}

const suffixOf = ({ columns, type }: Index): string =>
  `${columns.join('_')}${type === undefined || type === 'btree' ? '' : `_${type}`}_idx`;

function createIndex({ columns, unique, type }: Index, name: string, on: Relation, dialect: Dialect): string {
  const using = type === undefined || !dialect.indexTypes ? '' : ` using ${quote(type)}`;
  return `create ${unique ? 'unique ' : ''}index ${quote(name)} on ${relationName(on)}${using} (${columns.map(quote).join(', ')})`;
}
