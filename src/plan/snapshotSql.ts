import type { SnapshotNode } from '../core/node';
import type { Statement } from '../core/plan';
import type { Dialect } from '../core/ports';
import { quote, relationName, type Relation } from '../core/relation';
import { META_COLUMNS, type MetaColumns, type SnapshotRule } from '../core/snapshot';
import type { Fitted } from './snapshotColumns';
import { hasZone } from './snapshotTypes';

/** The time of the run, in UTC: dbt's `snapshot_get_time()`, save that dbt takes the session's time zone. */
const NOW = `current_timestamp at time zone 'utc'`;

/** dbt's id of a version, so that its snapshots go on: an MD5 of texts, of which nulls are empty ones. */
const hashed = (...values: readonly string[]): string =>
  `md5(${values.map((value) => `coalesce(cast(${value} as varchar), '')`).join(` || '|' || `)})`;

/** The source's rows as first versions, each with the snapshot's own columns behind its own. */
export function firstVersions({ rule, sql }: Pick<SnapshotNode, 'rule' | 'sql'>): string {
  const { meta, updatedAt, uniqueKey, validToCurrent = 'null', hardDeletes } = rule;
  const moment = updatedAt === undefined ? NOW : quote(updatedAt);
  const own = [
    `${hashed(...uniqueKey.map(quote), moment)} as ${quote(meta.dbt_scd_id)}`,
    `${moment} as ${quote(meta.dbt_updated_at)}`,
    `${moment} as ${quote(meta.dbt_valid_from)}`,
    // null, or what stands for it, in the type of a time
    `coalesce(nullif(${moment}, ${moment}), ${validToCurrent}) as ${quote(meta.dbt_valid_to)}`,
    ...(hardDeletes === 'new_record' ? [`cast('False' as varchar) as ${quote(meta.dbt_is_deleted)}`] : []),
  ];
  return `select etlx_source.*, ${own.join(', ')}\nfrom (\n${sql}\n) as etlx_source`;
}

/** The rows of the source, in `fresh`, that go into the snapshot. */
export interface Arrival {
  readonly snapshot: Pick<SnapshotNode, 'relation' | 'rule'>;
  readonly fresh: Relation;
  readonly fitted: Fitted;
  readonly dialect: Dialect;
}

/**
 * The statements that bring a snapshot up to date. Versions of changed rows end; those of rows that are gone end, or are followed by one that says
 * so; then whatever has no version that holds (new, changed, or back again) gets one. A version never begins before another one of its key has ended,
 * and never ends before it began: where `updated_at` would have it so, the time of the run takes its place.
 */
export function newVersions(arrival: Arrival): readonly Statement[] {
  const terms = termsOf(arrival);
  const gone = {
    ignore: [],
    invalidate: [endedOfGone(terms)],
    // the version that holds is copied before it ends
    new_record: [begunOfGone(terms), endedOfGone(terms)],
  };
  return [endedOfChanged(terms), ...gone[arrival.snapshot.rule.hardDeletes], begun(terms)];
}

/** What the statements are made of: SQL in which `etlx_old` is a version in the snapshot, and `etlx_new` a row of the source. */
interface Terms extends Arrival {
  readonly table: string;
  readonly old: string;
  readonly source: string;
  /** The snapshot's own columns, quoted. */
  readonly own: MetaColumns;
  /** The time of the run, and that of the row, of the same type. */
  readonly now: string;
  readonly moment: string;
  /** What stands for the end of a version that holds still. */
  readonly current: string;
  readonly holdsStill: string;
  /** The version says that its row is gone. */
  readonly isGone: string;
  readonly isSame: string;
}

function termsOf(arrival: Arrival): Terms {
  const { snapshot, fresh, fitted, dialect } = arrival;
  const { meta, updatedAt, validToCurrent: current = 'null' } = snapshot.rule;
  const own = Object.fromEntries(META_COLUMNS.map((name) => [name, quote(meta[name])])) as MetaColumns;
  const end = `etlx_old.${own.dbt_valid_to}`;
  // a time with its zone is the same everywhere; made of one without, it would depend on the session's
  const now = `cast(${hasZone(fitted.timeType) ? 'current_timestamp' : NOW} as ${fitted.timeType})`;
  return {
    ...arrival,
    table: relationName(snapshot.relation),
    old: `${relationName(snapshot.relation)} as etlx_old`,
    source: `${relationName(fresh)} as etlx_new`,
    own,
    now,
    moment: updatedAt === undefined ? now : `cast(etlx_new.${quote(updatedAt)} as ${fitted.timeType})`,
    current,
    holdsStill: snapshot.rule.validToCurrent === undefined ? `${end} is null` : `(${end} is null or ${end} = (${current}))`,
    isGone: fitted.marksDeleted ? `coalesce(lower(cast(etlx_old.${own.dbt_is_deleted} as varchar)) = 'true', false)` : 'false',
    isSame: sameKey('etlx_old', snapshot.rule, fitted, dialect),
  };
}

/** The row of the source has the key of `alias`, nulls being like each other. PostgreSQL joins fast on what is equal, and arrays are when their nulls are. */
function sameKey(alias: string, { uniqueKey }: SnapshotRule, { columns }: Fitted, { joinsNulls }: Dialect): string {
  return uniqueKey
    .map((name) => {
      const [one, other] = [`${alias}.${quote(name)}`, `etlx_new.${quote(name)}`];
      if (joinsNulls) return `${one} is not distinct from ${other}`;
      return `array[${one}] = array[cast(${other} as ${columns.find((column) => column.name === name)!.type})]`;
    })
    .join(' and ');
}

/** When the version of a row begins, which is not `comparison` the time `limit` (null when there is none). */
function beginning({ snapshot, now, moment }: Terms, comparison: '<' | '<=', limit: string): string {
  const late = `greatest(${now}, ${limit})`;
  return snapshot.rule.updatedAt === undefined ? late : `case when ${moment} ${comparison} ${limit} then ${late} else ${moment} end`;
}

function endedOfChanged(terms: Terms): Statement {
  const { old, source, own, isSame, holdsStill, isGone } = terms;
  const began = `etlx_old.${own.dbt_valid_from}`;
  return {
    sql: `update ${old} set ${own.dbt_valid_to} = ${beginning(terms, '<=', began)}
from ${source}
where ${isSame} and ${holdsStill} and (${hasChanged(terms)} or ${isGone})`,
  };
}

/** Whether the row of the source is another one than that of the version which holds. A row that is older than its version is none. */
function hasChanged({ snapshot: { rule }, fitted, own, moment }: Terms): string {
  const { checked, uniqueKey } = rule;
  if (checked === undefined) return `etlx_old.${own.dbt_updated_at} is null or etlx_old.${own.dbt_updated_at} < ${moment}`;
  const compared = fitted.columns.filter(({ name }) => (checked === 'all' ? !uniqueKey.includes(name) : checked.includes(name)));
  const differences = compared.map(({ name, type }) => {
    // not every type of PostgreSQL can be compared, but all have texts
    const valueOf = (alias: string) =>
      /^(json|xml)$/i.test(type) ? `cast(${alias}.${quote(name)} as varchar)` : `${alias}.${quote(name)}`;
    return `${valueOf('etlx_old')} is distinct from ${valueOf('etlx_new')}`;
  });
  return differences.length === 0 ? 'false' : differences.join(' or ');
}

const isGoneNow = ({ source, holdsStill, isGone, isSame }: Terms): string =>
  `${holdsStill} and not ${isGone} and not exists (select 1 from ${source} where ${isSame})`;

const endOfGone = ({ now, own }: Terms): string => `greatest(${now}, etlx_old.${own.dbt_valid_from})`;

const endedOfGone = (terms: Terms): Statement => ({
  sql: `update ${terms.old} set ${terms.own.dbt_valid_to} = ${endOfGone(terms)}\nwhere ${isGoneNow(terms)}`,
});

/** The version with which a row that is gone goes on: what it held last, with dbt's id for it. */
function begunOfGone(terms: Terms): Statement {
  const { table, old, own, now, fitted } = terms;
  const kept = fitted.kept.map(quote);
  const values = [
    ...kept.map((name) => `etlx_old.${name}`),
    hashed(`etlx_old.${own.dbt_scd_id}`, now),
    now,
    endOfGone(terms),
    `etlx_old.${own.dbt_valid_to}`,
    `'True'`,
  ];
  return {
    counts: true,
    sql: `insert into ${table} (${[...kept, ...ownOf(terms)].join(', ')})\nselect ${values.join(', ')}\nfrom ${old}\nwhere ${isGoneNow(terms)}`,
  };
}

function begun(terms: Terms): Statement {
  const { snapshot, table, old, source, own, moment, current, isSame, holdsStill, fitted, dialect } = terms;
  const columns = fitted.columns.map(({ name }) => quote(name));
  const keys = snapshot.rule.uniqueKey.map(quote);
  const id = hashed(...keys, 'etlx_begins');
  const values = [...columns, id, 'etlx_moment', 'etlx_begins', current, ...(fitted.marksDeleted ? [`'False'`] : [])];
  return {
    counts: true,
    sql: `insert into ${table} (${[...columns, ...ownOf(terms)].join(', ')})
select ${values.join(', ')}
from (
select etlx_new.*, ${moment} as etlx_moment, ${beginning(terms, '<', 'etlx_ended')} as etlx_begins
from ${source}
left join (
select ${keys.join(', ')}, max(${own.dbt_valid_to}) as etlx_ended from ${old} where not ${holdsStill} group by ${keys.join(', ')}
) as etlx_past on ${sameKey('etlx_past', snapshot.rule, fitted, dialect)}
where not exists (select 1 from ${old} where ${isSame} and ${holdsStill})
) as etlx_version`,
  };
}

/** The snapshot's own columns that it has, in their order. */
const ownOf = ({ own, fitted }: Terms): readonly string[] =>
  META_COLUMNS.filter((name) => name !== 'dbt_is_deleted' || fitted.marksDeleted).map((name) => own[name]);
