import { closest } from '../core/closest';
import { failure } from '../core/diagnostic';
import type { SnapshotNode } from '../core/node';
import type { Statement, TableColumn } from '../core/plan';
import { quote, relationName } from '../core/relation';
import { META_COLUMNS } from '../core/snapshot';
import { holds, isTime } from './snapshotTypes';

/** What a snapshot needs to take rows of these columns, and what it has then. */
export interface Fitted {
  readonly statements: readonly Statement[];
  /** What is done, in words; absent when nothing is. */
  readonly told?: string;
  /** The columns of the source as the snapshot keeps them. */
  readonly columns: readonly Pick<TableColumn, 'name' | 'type'>[];
  /** All that it has besides its own, those that the source has lost among them. */
  readonly kept: readonly string[];
  /** The type of its times. */
  readonly timeType: string;
  /** It says of each version whether it is that of a row that is gone. */
  readonly marksDeleted: boolean;
}

/**
 * How the table of a snapshot gets room for the columns that its source gives: new ones are added, empty in old versions; a type that holds all
 * that the old one held takes its place; columns that are gone stay. Throws EtlxError `snapshot.columns`, `snapshot.types`.
 */
export function fittedColumns(snapshot: SnapshotNode, standing: readonly TableColumn[], arriving: readonly TableColumn[]): Fitted {
  const { name: title, at, relation, rule } = snapshot;
  checkSource(snapshot, arriving);
  const types = new Map(standing.map(({ name, type }) => [name, type]));
  checkOwnColumns(snapshot, types);
  const own = new Set(Object.values(rule.meta));
  const moment = arriving.find(({ name }) => name === rule.updatedAt);
  const times = moment === undefined ? [] : timesOf(snapshot, types, moment.type);
  const wanted = [...arriving, ...times].map(({ name, type }) => ({ name, type, from: types.get(name) ?? type }));
  const refused = wanted.filter(({ from, type }) => !holds(from, type) && !holds(type, from));
  if (refused.length > 0) {
    const changed = refused.map(({ name, from, type }) => `${name} (${from} → ${type})`);
    throw failure('snapshot.types', { snapshot: title, changed }, at);
  }
  const isMarked = types.has(rule.meta.dbt_is_deleted);
  const marks = rule.hardDeletes === 'new_record' && !isMarked;
  const added = [
    ...arriving.filter(({ name }) => !types.has(name)),
    // a text, as in dbt; whatever stands there was not deleted as far as anybody knows
    ...(marks ? [{ name: rule.meta.dbt_is_deleted, type: "varchar default 'False'" }] : []),
  ];
  const widened = wanted.filter(({ from, type }) => !holds(from, type));
  const changes = [
    ...added.map(({ name, type }) => `add column ${quote(name)} ${type}`),
    ...widened.map(({ name, type }) => `alter column ${quote(name)} type ${type}`),
  ];
  const told = Object.entries({ added, widened }).flatMap(([word, columns]) =>
    columns.length === 0 ? [] : [`${word} ${columns.map(({ name }) => name).join(', ')}`],
  );
  return {
    statements: changes.map((change) => ({ sql: `alter table ${relationName(relation)} ${change}` })),
    ...(told.length > 0 && { told: told.join('; ') }),
    columns: wanted.slice(0, arriving.length).map(({ name, type, from }) => ({ name, type: holds(from, type) ? from : type })),
    kept: [...standing, ...arriving.filter(({ name }) => !types.has(name))].map(({ name }) => name).filter((name) => !own.has(name)),
    timeType: wider(types.get(rule.meta.dbt_valid_from)!, moment?.type),
    marksDeleted: marks || isMarked,
  };
}

/** Those of its own columns that hold the times of the source, with the type of these; the end, which may be of another because of `dbt_valid_to_current`, where it holds no more. */
function timesOf({ rule: { meta } }: SnapshotNode, standing: ReadonlyMap<string, string>, type: string) {
  const ends = holds(type, standing.get(meta.dbt_valid_to)!) ? [meta.dbt_valid_to] : [];
  return [meta.dbt_updated_at, meta.dbt_valid_from, ...ends].map((name) => ({ name, type }));
}

const wider = (one: string, other = one): string => (holds(one, other) ? one : other);

/** Throws EtlxError `snapshot.columns` when the table that stands is none that a snapshot has made. */
function checkOwnColumns({ name: snapshot, at, relation, rule: { meta } }: SnapshotNode, standing: ReadonlyMap<string, string>): void {
  const missing = META_COLUMNS.filter((column) => column !== 'dbt_is_deleted' && !standing.has(meta[column])).map(
    (column) => `\`${meta[column]}\``,
  );
  if (missing.length === 0) return;
  const problem = `the table ${relationName(relation)} has no ${missing.join(', ')}, so it is no snapshot`;
  throw failure(
    'snapshot.columns',
    { snapshot, problem, hint: 'if its columns have other names, say so under `snapshot_meta_column_names`' },
    at,
  );
}

/** Throws EtlxError `snapshot.columns` when the source lacks a column that the rules name, or has one that is the snapshot's own. */
export function checkSource({ name, at, rule }: SnapshotNode, source: readonly TableColumn[]): void {
  const names = source.map((column) => column.name);
  const refuse = (problem: string, hint: string) => failure('snapshot.columns', { snapshot: name, problem, hint }, at);
  const { uniqueKey, updatedAt, checked = [], meta } = rule;
  const named = {
    unique_key: uniqueKey,
    updated_at: updatedAt === undefined ? [] : [updatedAt],
    check_cols: checked === 'all' ? [] : checked,
  };
  for (const [key, columns] of Object.entries(named)) {
    const unknown = columns.find((column) => !names.includes(column));
    if (unknown === undefined) continue;
    const [near] = closest(unknown, names);
    throw refuse(
      `\`${key}\` names \`${unknown}\`, which its source does not have`,
      near === undefined ? `its source has ${names.map((each) => `\`${each}\``).join(', ')}` : `did you mean \`${near}\`?`,
    );
  }
  const own = Object.values(meta).find((column) => names.includes(column));
  if (own !== undefined)
    throw refuse(
      `its source has a column \`${own}\`, as the snapshot itself`,
      'give that of the snapshot another name under `snapshot_meta_column_names`',
    );
  const moment = source.find((column) => column.name === updatedAt);
  if (moment !== undefined && !isTime(moment.type))
    throw refuse(
      `\`updated_at\` names \`${moment.name}\`, which is ${moment.type} and no time`,
      'snapshot a model that casts it to a timestamp',
    );
}
