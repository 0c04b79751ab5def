import { closest } from '../core/closest';
import { literal, quote } from '../core/relation';
import type { DeclaredColumn } from './names';
import { type Given, ofTexts, type StandardHelpers, withDefaults } from './stdHelper';
import { unionRelations } from './stdUnion';

/** The declared columns of a relation without those that `param` names, whatever the case; a name that is none of them is an error. */
function columnsWithout(given: Given, relation: string, param: string): readonly DeclaredColumn[] {
  const columns = given.columnsOf(relation);
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const left = new Set(given.texts(param).map((name) => name.toLowerCase()));
  for (const name of left) {
    if (names.has(name)) continue;
    const [near] = closest(name, names);
    throw given.wrong(`\`${relation}\` declares no column \`${name}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
  }
  return columns.filter(({ name }) => !left.has(name.toLowerCase()));
}

function star(given: Given): string {
  const columns = columnsWithout(given, given.text('from'), 'except');
  if (columns.length === 0) throw given.wrong('`except` leaves no column');
  const identifier = given.isTrue('quote_identifiers') ? quote : (name: string): string => name;
  const [alias, prefix, suffix] = [given.text('relation_alias'), given.text('prefix'), given.text('suffix')];
  return columns
    .map(({ name }) => {
      const column = `${alias === '' ? '' : `${alias}.`}${identifier(name)}`;
      return prefix === '' && suffix === '' ? column : `${column} as ${identifier(`${prefix}${name}${suffix}`)}`;
    })
    .join(',\n');
}

/** A row for each column of each row, in one pass over the relation. */
function unpivot(given: Given): string {
  const relation = given.text('relation');
  const kept = given.texts('exclude');
  const dropped = new Set([...kept, ...given.texts('remove')].map((name) => name.toLowerCase()));
  const named = given.texts('columns');
  const columns = named.length > 0 ? named : columnsWithout(given, relation, 'exclude').map(({ name }) => name);
  const turned = columns.filter((name) => !dropped.has(name.toLowerCase()));
  if (turned.length === 0) throw given.wrong('there is no column to turn into rows');
  const identifier = given.isTrue('quote_identifiers') ? quote : (name: string): string => name;
  const [field, value] = [given.text('field_name'), given.text('value_name')].map(identifier);
  const rows = turned.map((name) => `(${literal(name)}, cast(etlx_wide.${quote(name)} as ${given.text('cast_to')}))`);
  return [
    `select ${[...kept.map((name) => `etlx_wide.${quote(name)}`), `etlx_long.${field}`, `etlx_long.${value}`].join(', ')}`,
    `from ${relation} as etlx_wide`,
    `cross join lateral (values ${rows.join(', ')}) as etlx_long (${field}, ${value})`,
  ].join('\n');
}

export const STD_RELATIONS = {
  star: withDefaults(['from'], { relation_alias: '', except: [], prefix: '', suffix: '', quote_identifiers: true }, star),
  union_relations: withDefaults(
    ['relations'],
    { column_override: {}, include: [], exclude: [], source_column_name: '_dbt_source_relation', where: null },
    unionRelations,
  ),
  unpivot: withDefaults(
    ['relation'],
    { cast_to: 'varchar', exclude: [], remove: [], field_name: 'field_name', value_name: 'value', quote_identifiers: false, columns: [] },
    unpivot,
  ),
  deduplicate: ofTexts(
    ['relation', 'partition_by', 'order_by'],
    (relation, partition, order) => `select distinct on (${partition}) * from ${relation} order by ${partition}, ${order}`,
  ),
  except: ofTexts([], () => 'except'),
  intersect: ofTexts([], () => 'intersect'),
} satisfies StandardHelpers;
