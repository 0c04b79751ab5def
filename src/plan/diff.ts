import type { SchemaDiff } from '../core/diff';
import type { ModelNode } from '../core/node';
import type { Statement, TableColumn } from '../core/plan';
import type { Dialect } from '../core/ports';
import { quote, relationName, type Relation } from '../core/relation';
import { parseType } from '../core/types';
import { materializations } from './materialize';
import { candidateOf } from './names';

/** One of two relations that are compared, with its columns as they stand. */
export interface Side {
  readonly relation: Relation;
  readonly columns: readonly TableColumn[];
}

/** The questions whose answers are the difference of two relations. */
export interface Diffing {
  readonly schema: SchemaDiff;
  /** The columns of the samples: the key first. */
  readonly columns: readonly string[];
  /** One row, `a` and `b`: how many keys each side has more than once, or that are null. Absent without a key. */
  readonly badKeys?: string;
  /** One row: `rows_a`, `rows_b`, `only_a`, `only_b`; with a key also `changed`, and `different_<n>` for each of `columns`. */
  readonly counts: string;
  /** Rows that differ: `change` (`missing`, `unexpected`, `changed`), and for the n-th of `columns` the texts `a_<n>` and `b_<n>`, and whether they are `different_<n>`. */
  readonly samples: string;
}

/** What a model's SELECT gives now, as a table that a transaction makes and takes back: no keys, no indexes, the types of its contract. */
export function probeOf(model: ModelNode, dialect: Dialect): { readonly relation: Relation; readonly build: readonly Statement[] } {
  const { schema, name } = model.relation;
  const columns = model.columns.map((column) => ({ ...column, notNull: false }));
  // a name of its own, so that it does not wait for a run that builds the same model
  const probe = { ...model, relation: { schema, name: `${name}_diff` }, columns, primaryKey: [], uniqueKeys: [], indexes: [] };
  const { build } = materializations.table.anew(probe, { entry: undefined, later: [], dialect, patience: 0 });
  return { relation: candidateOf(probe.relation), build };
}

/** Two sides, compared by the columns of `key` (which both have), or as bags of rows where there are none. `limit`: samples of each kind; negative for all. */
export function diffingOf(a: Side, b: Side, key: readonly string[], limit: number): Diffing {
  const inB = new Map(b.columns.map((column) => [column.name, column]));
  const names = new Set(a.columns.map(({ name }) => name));
  const shared = a.columns.flatMap((column) => {
    const other = inB.get(column.name);
    return other === undefined
      ? []
      : [{ name: column.name, a: column.type, b: other.type, asText: !areComparable(column.type, other.type) }];
  });
  const schema = {
    onlyA: a.columns.filter(({ name }) => !inB.has(name)).map(({ name }) => name),
    onlyB: b.columns.filter(({ name }) => !names.has(name)).map(({ name }) => name),
    types: shared.filter((column) => column.a !== column.b).map((column) => ({ column: column.name, a: column.a, b: column.b })),
  };
  const keys = key.flatMap((name) => shared.find((column) => column.name === name) ?? []);
  const columns = [...keys, ...shared.filter(({ name }) => !key.includes(name))];
  const tables = { a: relationName(a.relation), b: relationName(b.relation) };
  const asked = { tables, keys, columns, limit };
  return { schema, columns: columns.map(({ name }) => name), ...(keys.length > 0 ? keyed(asked) : whole(asked)) };
}

interface Shared {
  readonly name: string;
  /** The two types have no comparison of their own: the texts are compared. */
  readonly asText: boolean;
}

interface Asked {
  readonly tables: { readonly a: string; readonly b: string };
  readonly keys: readonly Shared[];
  readonly columns: readonly Shared[];
  readonly limit: number;
}

type Questions = Pick<Diffing, 'badKeys' | 'counts' | 'samples'>;

/** Both sides in one full join. */
function keyed({ tables, keys, columns, limit }: Asked): Questions {
  const on = keys.map((column) => `${valueIn('a', column)} = ${valueIn('b', column)}`).join(' and ');
  const joined = `${tables.a} as a full join ${tables.b} as b on ${on}`;
  const [onlyA, onlyB] = [`${valueIn('b', keys[0]!)} is null`, `${valueIn('a', keys[0]!)} is null`];
  const differ = columns.map((column) => `${valueIn('a', column)} is distinct from ${valueIn('b', column)}`);
  const both = `not (${onlyA}) and not (${onlyB})`;
  const changed = `${both} and (${differ.join(' or ')})`;
  const badKeysOf = (table: string): string => {
    const list = keys.map(({ name }) => quote(name));
    const isNull = list.map((name) => `${name} is null`).join(' or ');
    return `(select count(*) from (select 1 from ${table} group by ${list.join(', ')} having count(*) > 1 or ${isNull}) as bad)`;
  };
  const counts = [
    `count(${valueIn('a', keys[0]!)}) as rows_a`,
    `count(${valueIn('b', keys[0]!)}) as rows_b`,
    `count(*) filter (where ${onlyA}) as only_a`,
    `count(*) filter (where ${onlyB}) as only_b`,
    `count(*) filter (where ${changed}) as changed`,
    ...differ.map((condition, index) => `count(*) filter (where ${both} and ${condition}) as different_${index}`),
  ];
  const order = keys.map((column) => `coalesce(${valueIn('a', column)}, ${valueIn('b', column)})`).join(', ');
  const change = `case when ${onlyA} then 'missing' when ${onlyB} then 'unexpected' else 'changed' end`;
  const cells = columns.map((column, index) => `${cellsOf(column, index)}, ${differ[index]} as different_${index}`);
  return {
    badKeys: `select ${badKeysOf(tables.a)} as a, ${badKeysOf(tables.b)} as b`,
    counts: `select ${counts.join(',\n  ')}\nfrom ${joined}`,
    samples: `select * from (
select ${change} as change, row_number() over (partition by ${change} order by ${order}) as etlx_place, ${cells.join(', ')}
from ${joined}
where ${onlyA} or ${onlyB} or ${changed}
) as differing${limit < 0 ? '' : ` where etlx_place <= ${limit}`} order by change, etlx_place`,
  };
}

/** Rows as a whole, each as often as it is there. */
function whole({ tables, columns, limit }: Asked): Questions {
  // with no column in common only the numbers of rows can be compared
  const list = (side: 'a' | 'b'): string =>
    columns.map((column) => `${valueIn(side, column)} as ${quote(column.name)}`).join(', ') || 'true as etlx_row';
  const rowsOf = (side: 'a' | 'b'): string => `select ${list(side)} from ${tables[side]} as ${side}`;
  const only = { a: `(${rowsOf('a')} except all ${rowsOf('b')})`, b: `(${rowsOf('b')} except all ${rowsOf('a')})` };
  const countOf = (from: string): string => `(select count(*) from ${from} as counted)`;
  const sampled = (change: string, side: 'a' | 'b'): string =>
    `(select ${[`'${change}' as change`, ...columns.map((column, index) => cellsOf(column, index, side))].join(', ')} from ${only[side]} as ${side}${limit < 0 ? '' : ` limit ${limit}`})`;
  return {
    counts: `select ${countOf(tables.a)} as rows_a, ${countOf(tables.b)} as rows_b, ${countOf(only.a)} as only_a, ${countOf(only.b)} as only_b`,
    samples: `${sampled('missing', 'a')}\nunion all\n${sampled('unexpected', 'b')}`,
  };
}

/** The value of a column for comparing it with that of the other side. */
const valueIn = (side: 'a' | 'b', { name, asText }: Shared): string =>
  asText ? `cast(${side}.${quote(name)} as varchar)` : `${side}.${quote(name)}`;

const cellsOf = ({ name }: Shared, index: number, only?: 'a' | 'b'): string =>
  (['a', 'b'] as const).map((side) => `cast(${only ?? side}.${quote(name)} as varchar) as ${side}_${index}`).join(', ');

/** Types of PostgreSQL that have no equality. */
const INCOMPARABLE: ReadonlySet<string> = new Set(['json', 'xml', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle']);

/** Whether the database compares values of the two types as what they are. */
function areComparable(a: string, b: string): boolean {
  if (INCOMPARABLE.has(a) || INCOMPARABLE.has(b)) return false;
  return a === b || familyOf(a) === familyOf(b);
}

const NUMBERS: ReadonlySet<string | undefined> = new Set(['integer', 'decimal', 'float']);

function familyOf(type: string): string {
  const kind = parseType(type)?.kind;
  return kind === undefined ? type : NUMBERS.has(kind) ? 'number' : kind;
}
