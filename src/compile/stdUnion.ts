import { literal, quote } from '../core/relation';
import type { DeclaredColumn } from './names';
import type { Given } from './stdHelper';

interface Member {
  readonly relation: string;
  /** By their names in small letters. */
  readonly columns: ReadonlyMap<string, DeclaredColumn>;
}

/**
 * The rows of several relations with all columns that any of them declares; what one has not is null in its rows. Their columns are in the order in
 * which they are first met, as a UNION goes by place.
 */
export function unionRelations(given: Given): string {
  const namesIn = (param: string): ReadonlySet<string> => new Set(given.texts(param).map((name) => name.toLowerCase()));
  const [wanted, unwanted] = [namesIn('include'), namesIn('exclude')];
  if (wanted.size > 0 && unwanted.size > 0) throw given.wrong('`include` and `exclude` cannot both be given');
  const members = given.texts('relations').map((relation): Member => ({
    relation,
    columns: new Map(
      given
        .columnsOf(relation)
        .map((column) => [column.name.toLowerCase(), column] as const)
        .filter(([name]) => !unwanted.has(name) && (wanted.size === 0 || wanted.has(name))),
    ),
  }));
  if (members.length === 0) throw given.wrong('`relations` is empty');
  const types = given.pairs('column_override');
  const all = new Map<string, DeclaredColumn>();
  for (const [key, column] of members.flatMap(({ columns }) => [...columns])) {
    const first = all.get(key);
    if (first?.dataType === undefined) all.set(key, { ...column, name: first?.name ?? column.name });
  }
  if (all.size === 0) throw given.wrong('the relations have no column that is wanted');
  const source = given.text('source_column_name');
  const where = given.isTrue('where') ? `\nwhere ${given.text('where')}` : '';
  return members
    .map(({ relation, columns }) => {
      const values = [...all].map(([key, common]) => {
        const own = columns.get(key);
        // a null without a type is a text to PostgreSQL as soon as two of them meet
        const type = types.get(key) ?? (own === undefined ? common.dataType : undefined);
        const value = own === undefined ? 'null' : quote(own.name);
        return `${type === undefined ? value : `cast(${value} as ${type})`} as ${quote(common.name)}`;
      });
      const marked = source === '' ? values : [`cast(${literal(relation)} as text) as ${source}`, ...values];
      return `select ${marked.join(', ')}\nfrom ${relation}${where}`;
    })
    .join('\nunion all\n');
}
