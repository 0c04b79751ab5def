import type { Adapter, Session } from '../core/ports';

/**
 * `adapter` with `text` as a comment behind every statement, where it moves no place of an error, and on a line of its own, so that a statement may end
 * with a comment of its own kind.
 */
export function commented(adapter: Adapter, text: string): Adapter {
  if (text.trim() === '') return adapter;
  const end = `\n/* ${unclosed(text.trim())} */`;
  const session = (of: Session): Session => ({
    query: (sql) => of.query(sql + end),
    execute: (statements) => of.execute(statements.map((sql) => sql + end)),
    copy: (relation, columns, csv) => of.copy(relation, columns, csv),
  });
  return {
    ...adapter,
    query: (sql, signal) => adapter.query(sql + end, signal),
    transaction: (work, signal) => adapter.transaction((of) => work(session(of)), signal),
  };
}

/** Comments nest, and end at their marks; within JSON the text stays what it was. */
const unclosed = (text: string): string => text.replaceAll('*/', '*\\/').replaceAll('/*', '/\\u002a');
