import type { FoundColumn } from '../core/loader';
import type { Column, SourceNode } from '../core/node';
import type { Growth, Grown, Statement } from '../core/plan';
import type { Dialect } from '../core/ports';
import { quote, relationName, type Relation } from '../core/relation';
import { typeIn } from './columns';

/**
 * How a load makes room for columns that only its dataset knows. The candidate gets them, and where the load `adds` to a standing table, that
 * gets those which it lacks, empty in the rows that it has; `statementsFor` gives the rest as for a table that declares them.
 */
export function growthOf(
  source: SourceNode,
  candidate: Relation,
  dialect: Dialect,
  adds: boolean,
  statementsFor: (source: SourceNode) => Pick<Grown, 'finish' | 'publish'>,
): Growth {
  const { relation } = source;
  return {
    ...(adds && { describe: { sql: `select * from ${relationName(relation)} limit 0` } }),
    for(found, standing) {
      const columns = [...source.columns, ...found.map(columnOf)];
      const { finish, publish } = statementsFor({ ...source, columns });
      const lacking = adds ? found.filter(({ name }) => !standing.includes(name)) : [];
      return {
        columns: columns.map(({ name }) => name),
        widen: [...found.map((column) => added(candidate, column, dialect)), ...lacking.map((column) => added(relation, column, dialect))],
        finish,
        publish,
      };
    },
  };
}

const columnOf = ({ name, dataType }: FoundColumn): Column => ({ name, dataType, description: '', notNull: false, tags: [], meta: {} });

/** An engine that has to know the digits of a decimal keeps a found one as a binary number: nobody can say how many digits are to come. */
function added(relation: Relation, { name, dataType }: FoundColumn, dialect: Dialect): Statement {
  const kept = 'type' in dialect.columnType(dataType) ? dataType : 'double precision';
  return { sql: `alter table ${relationName(relation)} add column ${quote(name)} ${typeIn(dialect, kept)}` };
}
