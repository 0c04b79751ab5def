import { closest } from '../core/closest';
import { literal, quote } from '../core/relation';
import { type Given, ofTexts, reading, type StandardHelpers } from './stdHelper';
import { unionRelations } from './stdUnion';

/** The declared columns of a relation: those that `param` names, whatever the case, and the others. A name that is none of them is an error. */
function divided(given: Given, relation: string, param: string): readonly [named: readonly string[], others: readonly string[]] {
  const columns = new Map(given.columnsOf(relation).map(({ name }) => [name.toLowerCase(), name]));
  const named = given.texts(param).map((name) => {
    const column = columns.get(name.toLowerCase());
    if (column !== undefined) return column;
    const [near] = closest(name.toLowerCase(), columns.keys());
    throw given.wrong(
      `\`${relation}\` declares no column \`${name}\`${near === undefined ? '' : `; did you mean \`${columns.get(near)}\`?`}`,
    );
  });
  const taken = new Set(named);
  return [named, [...columns.values()].filter((name) => !taken.has(name))];
}

const identifierOf = (given: Given): ((name: string) => string) => (given.isTrue('quote_identifiers') ? quote : (name) => name);

function star(given: Given): string {
  const [, columns] = divided(given, given.text('from'), 'except');
  if (columns.length === 0) throw given.wrong('`except` leaves no column');
  const identifier = identifierOf(given);
  const [alias, prefix, suffix] = [given.text('relation_alias'), given.text('prefix'), given.text('suffix')];
  return columns
    .map((name) => {
      const column = `${alias === '' ? '' : `${alias}.`}${identifier(name)}`;
      return prefix === '' && suffix === '' ? column : `${column} as ${identifier(`${prefix}${name}${suffix}`)}`;
    })
    .join(',\n');
}

/** A row for each column of each row, in one pass over the relation. */
function unpivot(given: Given): string {
  const relation = given.text('relation');
  const chosen = given.texts('columns');
  const [kept, others] = chosen.length > 0 ? [given.texts('exclude'), chosen] : divided(given, relation, 'exclude');
  const removed = new Set(given.texts('remove').map((name) => name.toLowerCase()));
  const turned = others.filter((name) => !removed.has(name.toLowerCase()));
  if (turned.length === 0) throw given.wrong('there is no column to turn into rows');
  const [field, value] = [given.text('field_name'), given.text('value_name')].map(identifierOf(given));
  const rows = turned.map((name) => `(${literal(name)}, cast(etlx_wide.${quote(name)} as ${given.text('cast_to')}))`);
  return [
    `select ${[...kept.map((name) => `etlx_wide.${quote(name)}`), `etlx_long.${field}`, `etlx_long.${value}`].join(', ')}`,
    `from ${relation} as etlx_wide`,
    `cross join lateral (values ${rows.join(', ')}) as etlx_long (${field}, ${value})`,
  ].join('\n');
}

export const STD_RELATIONS = {
  star: reading(['from'], star, { relation_alias: '', except: [], prefix: '', suffix: '', quote_identifiers: true }),
  union_relations: reading(['relations'], unionRelations, {
    column_override: {},
    include: [],
    exclude: [],
    source_column_name: '_dbt_source_relation',
    where: null,
  }),
  unpivot: reading(['relation'], unpivot, {
    cast_to: 'varchar',
    exclude: [],
    remove: [],
    field_name: 'field_name',
    value_name: 'value',
    quote_identifiers: false,
    columns: [],
  }),
  deduplicate: ofTexts(
    ['relation', 'partition_by', 'order_by'],
    (relation, partition, order) => `select distinct on (${partition}) * from ${relation} order by ${partition}, ${order}`,
  ),
  except: ofTexts([], () => 'except'),
  intersect: ofTexts([], () => 'intersect'),
} satisfies StandardHelpers;
