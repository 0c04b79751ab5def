import type { Interval } from '../core/interval';
import type { Incremental, Strategy } from '../core/materialization';
import type { Statement } from '../core/plan';
import type { Dialect } from '../core/ports';
import { quote, relationName, type Relation } from '../core/relation';
import { within } from './within';

/** A column by which a new row finds the old one. */
export interface Key {
  readonly name: string;
  /** The table holds no null in it. */
  readonly required: boolean;
}

/** New rows in `candidate` that go into `relation`. */
export interface Arrival {
  readonly relation: Relation;
  readonly candidate: Relation;
  /** The columns that both have. */
  readonly columns: readonly string[];
  readonly keys: readonly Key[];
  readonly rule: Incremental;
  readonly dialect: Dialect;
  /** Of `microbatch`. */
  readonly interval?: Interval;
}

/** One row a strategy: the statements that take the new rows into the table, all in the transaction of the step. */
export const strategies: Readonly<Record<Strategy, (arrival: Arrival) => readonly Statement[]>> = {
  append: (arrival) => [insert(arrival)],
  'delete+insert': (arrival) => [
    ...matches(arrival).map((match) => ({ sql: `delete from ${old(arrival)}\nusing ${fresh(arrival)}\nwhere ${match}` })),
    insert(arrival),
  ],
  merge,
  microbatch: (arrival) => [
    { sql: `delete from ${relationName(arrival.relation)}\nwhere ${within(arrival.rule, arrival.interval!)}` },
    insert(arrival),
  ],
};

/**
 * dbt's MERGE in statements that every server has. Which new rows have an old one is written down before anything is changed: a changed row may
 * no longer meet the predicates, and would otherwise be inserted a second time.
 */
function merge(arrival: Arrival): readonly Statement[] {
  const { candidate, columns, keys, rule } = arrival;
  const kept = new Set([...keys.map(({ name }) => name), ...rule.keeps]);
  const updated = rule.updates ?? columns.filter((name) => !kept.has(name));
  const values = updated.map((name) => `${quote(name)} = ${NEW}.${quote(name)}`).join(', ');
  const found = matches(arrival);
  return [
    { sql: `alter table ${relationName(candidate)} add column ${KNOWN} boolean` },
    ...found.map((match) => ({ sql: `update ${fresh(arrival)} set ${KNOWN} = true\nfrom ${old(arrival)}\nwhere ${match}` })),
    ...(updated.length === 0 ? [] : found).map((match) => ({
      sql: `update ${old(arrival)} set ${values}\nfrom ${fresh(arrival)}\nwhere ${match}`,
    })),
    insert(arrival, `\nwhere ${KNOWN} is null`),
  ];
}

/** What dbt calls the two sides, so that predicates which were written for it hold. */
const OLD = 'dbt_internal_dest';
const NEW = 'dbt_internal_source';
const KNOWN = quote('etlx_is_known');

const old = ({ relation }: Arrival): string => `${relationName(relation)} as ${OLD}`;
const fresh = ({ candidate }: Arrival): string => `${relationName(candidate)} as ${NEW}`;

function insert({ relation, candidate, columns }: Arrival, where = ''): Statement {
  const list = columns.map(quote).join(', ');
  return { sql: `insert into ${relationName(relation)} (${list})\nselect ${list} from ${relationName(candidate)}${where}` };
}

/**
 * Conditions that each pair of an old and a new row with the same key meets exactly one of; nulls are like each other. PostgreSQL cannot join
 * on `is not distinct from`, save by comparing everything with everything; so rows without nulls are joined by equality, which finds its
 * indexes, and the few with nulls by themselves, as arrays, which are equal when their nulls are.
 */
function matches({ keys, rule, dialect }: Arrival): readonly string[] {
  const pair = ({ name }: Key, operator: string): string => `${OLD}.${quote(name)} ${operator} ${NEW}.${quote(name)}`;
  const predicates = rule.predicates.map((predicate) => `(${predicate})`);
  const all = (conditions: readonly string[]): string => [...conditions, ...predicates].join(' and ');
  if (dialect.joinsNulls) return [all(keys.map((key) => pair(key, key.required ? '=' : 'is not distinct from')))];
  const equal = all(keys.map((key) => pair(key, '=')));
  const nullable = keys.filter(({ required }) => !required);
  if (nullable.length === 0) return [equal];
  const alike = keys.flatMap((key) =>
    key.required
      ? [pair(key, '=')]
      : [pair(key, 'is not distinct from'), `array[${OLD}.${quote(key.name)}] = array[${NEW}.${quote(key.name)}]`],
  );
  const hasNull = `(${nullable.map(({ name }) => `${NEW}.${quote(name)} is null`).join(' or ')})`;
  return [equal, all([hasNull, ...alike])];
}
