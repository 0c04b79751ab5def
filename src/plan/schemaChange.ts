import { closest } from '../core/closest';
import { failure } from '../core/diagnostic';
import type { ModelNode } from '../core/node';
import type { TableColumn, Statement } from '../core/plan';
import { quote, relationName } from '../core/relation';

/** How the columns of a SELECT differ from those of the table that stands. */
interface Difference {
  readonly added: readonly TableColumn[];
  readonly removed: readonly TableColumn[];
  readonly changed: readonly { readonly name: string; readonly from: string; readonly to: string }[];
}

export interface SchemaChange {
  readonly statements: readonly Statement[];
  /** What was done, in words; absent when nothing was. */
  readonly told?: string;
  /** The columns that both have afterwards. */
  readonly columns: readonly string[];
}

/**
 * What `on_schema_change` makes of the columns that a SELECT gives, by dbt's rules; `fail` is told before anything is changed. A text that may
 * be longer than before widens its column under every rule but that. Throws EtlxError `model.schema-change`.
 */
export function schemaChange(
  model: ModelNode,
  { onSchemaChange }: NonNullable<ModelNode['incremental']>,
  standing: readonly TableColumn[],
  arriving: readonly TableColumn[],
): SchemaChange {
  const difference = differenceOf(standing, arriving);
  const { added, removed, changed } = difference;
  const refused = { fail: [added, removed, changed], ignore: [removed], append_new_columns: [], sync_all_columns: [] }[onSchemaChange];
  if (refused.some((each) => each.length > 0)) {
    throw failure('model.schema-change', { model: model.name, rule: onSchemaChange, ...textsOf(difference) }, model.at);
  }
  const isSynced = onSchemaChange === 'sync_all_columns';
  const done = {
    added: onSchemaChange === 'ignore' ? [] : added,
    removed: isSynced ? removed : [],
    changed: isSynced ? changed : changed.filter(({ from, to }) => widens(from, to)),
  };
  const left = new Set(onSchemaChange === 'ignore' ? added.map(({ name }) => name) : []);
  return {
    statements: statementsOf(relationName(model.relation), done),
    ...toldOf(done),
    columns: arriving.map(({ name }) => name).filter((name) => !left.has(name)),
  };
}

function statementsOf(table: string, { added, removed, changed }: Difference): readonly Statement[] {
  return [
    ...added.map(({ name, type }) => `add column ${quote(name)} ${type}`),
    ...removed.map(({ name }) => `drop column ${quote(name)}`),
    ...changed.map(({ name, to }) => `alter column ${quote(name)} type ${to} using cast(${quote(name)} as ${to})`),
  ].map((change) => ({ sql: `alter table ${table} ${change}` }));
}

function differenceOf(standing: readonly TableColumn[], arriving: readonly TableColumn[]): Difference {
  const before = new Map(standing.map((column) => [column.name, column]));
  const now = new Set(arriving.map(({ name }) => name));
  return {
    added: arriving.filter(({ name }) => !before.has(name)),
    removed: standing.filter(({ name }) => !now.has(name)),
    changed: arriving.flatMap(({ name, type: to }) => {
      const from = before.get(name)?.type ?? to;
      return from === to ? [] : [{ name, from, to }];
    }),
  };
}

const limited = /^character varying\((\d+)\)$/;

/** Whether texts of the type `to` may be longer than those of `from`. */
function widens(from: string, to: string): boolean {
  const least = limited.exec(from)?.[1];
  if (least === undefined) return false;
  const most = limited.exec(to)?.[1];
  return most === undefined ? to === 'character varying' || to === 'text' : Number(most) > Number(least);
}

const textsOf = ({ added, removed, changed }: Difference) => ({
  added: added.map(({ name }) => name),
  removed: removed.map(({ name }) => name),
  changed: changed.map(({ name, from, to }) => `${name} (${from} → ${to})`),
});

function toldOf(difference: Difference): { readonly told?: string } {
  const told = Object.entries(textsOf(difference)).flatMap(([word, names]) => (names.length === 0 ? [] : [`${word} ${names.join(', ')}`]));
  return told.length === 0 ? {} : { told: told.join('; ') };
}

/** Throws EtlxError `model.no-column` when the rules of an incremental model name a column that its SELECT and its table do not share. */
export function checkNamedColumns(model: ModelNode, rule: NonNullable<ModelNode['incremental']>, columns: readonly string[]): void {
  const named = {
    unique_key: rule.uniqueKey,
    merge_update_columns: rule.updates ?? [],
    merge_exclude_columns: rule.keeps,
    event_time: rule.batches ? [rule.batches.eventTime] : [],
  };
  for (const [key, names] of Object.entries(named)) {
    for (const column of names) {
      if (columns.includes(column)) continue;
      throw failure('model.no-column', { model: model.name, key, column, closest: closest(column, columns) }, model.at);
    }
  }
}
