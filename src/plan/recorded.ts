import type { RelationNode } from '../core/node';
import type { Statement } from '../core/plan';
import { quote, relationName } from '../core/relation';
import { sqlTokens } from '../core/sqlTokens';

/** Of the columns that a table has, those that a query can mean: all where it takes what there is (`select *`), else those that it names. */
export function columnsMeant(sql: string, columns: readonly string[]): readonly string[] {
  const tokens = [...sqlTokens(sql)].filter(({ kind }) => kind !== 'blank');
  const takesAll = tokens.some(
    ({ text }, at) =>
      text === '*' &&
      /^(?:select|distinct|,|\.)$/i.test(tokens[at - 1]?.text ?? '') &&
      // what a query in parentheses gives was chosen within it
      !(tokens[at + 1]?.text.toLowerCase() === 'from' && tokens[at + 2]?.text === '('),
  );
  if (takesAll) return columns;
  const words = new Set(tokens.map(({ text, kind }) => (kind === 'quoted' ? text.slice(1, -1) : text).toLowerCase()));
  const meant = columns.filter((name) => words.has(name.toLowerCase()));
  return meant.length === 0 ? columns : meant;
}

/** The first rows of a table by its key (where it has none, by its columns), their cells as texts. */
export function sampleOf({ relation, primaryKey }: RelationNode, columns: readonly string[], limit: number): Statement {
  const order = primaryKey.length > 0 ? primaryKey.map(quote) : columns.map((_, index) => index + 1);
  return { sql: `select ${textsIn(columns)} from ${relationName(relation)} order by ${order.join(', ')} limit ${limit}` };
}

/** What `actual` gives, its cells as texts. */
export const textsOf = (actual: Statement, columns: readonly string[]): Statement => ({
  sql: `select ${textsIn(columns)} from (\n${actual.sql}\n) as etlx_recorded`,
});

const textsIn = (columns: readonly string[]): string =>
  columns.map((name) => `cast(${quote(name)} as varchar) as ${quote(name)}`).join(', ');
