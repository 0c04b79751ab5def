import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Transform, WriteDisposition } from '../core/loader';
import { parseType, TYPE_NAMES } from '../core/types';
import { checksOf, columns, columnsOf, reportUnknownColumns, type ColumnDeclaration } from './propertiesColumns';
import type { CheckConstraint } from '../core/node';
import { tests, type TestDeclaration } from './propertiesTests';
import { EVENT_TIME } from './configBuild';
import { FRESHNESS_KEYS, keepingNull, type FreshnessKeys } from './freshness';
import { mapping, optional, required, type Fields, type Shaped } from './shape';
import { integer, nameBy, names, oneOf, reportValue, text, texts, values } from './shapeValues';
import { transform, type TransformDeclaration } from './sourcesTransform';

/** A table of a source. It is loaded exactly when it has a `transform`; otherwise somebody else fills it. */
export interface TableDeclaration extends FreshnessKeys {
  readonly name: string;
  readonly at: Location;
  readonly description: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, TemplateValue>>;
  readonly transform?: Transform;
  readonly columns: readonly ColumnDeclaration[];
  readonly primaryKey: readonly string[];
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly checks: readonly CheckConstraint[];
  /** Absent: replace. */
  readonly disposition?: WriteDisposition;
  readonly minRows?: number;
  /** The column that says when a row happened. */
  readonly eventTime?: string;
  /** Of the table first, then of its columns in order. */
  readonly tests: readonly TestDeclaration[];
}

const TABLE_FIELDS = {
  name: required(nameBy('part')),
  description: optional(text, ''),
  tags: optional(texts, []),
  meta: optional(values, {}),
  transform: optional(transform),
  load: optional(
    mapping('`load`', {
      primary_key: optional(names, []),
      write_disposition: optional(oneOf(['replace', 'append', 'merge'] as const), 'replace'),
      min_rows: optional(integer(0), 0),
    }),
  ),
  ...EVENT_TIME,
  ...FRESHNESS_KEYS,
  columns: optional(columns, []),
  data_tests: optional(tests, []),
  tests: optional(tests, []),
} satisfies Fields;

export type RawTable = Omit<Shaped<typeof TABLE_FIELDS>, keyof FreshnessKeys> & FreshnessKeys;

/** One entry of `tables:` of a source. */
export const table = keepingNull(mapping('a table', TABLE_FIELDS));

/**
 * The table that `raw` declares. Everything in it that names a column or a resource is compared with what is declared:
 * `resources` are those of its source, undefined when they could not be read.
 */
export function tableOf(raw: RawTable, resources: readonly string[] | undefined, report: Report): TableDeclaration {
  const where = `the table \`${raw.name.text}\``;
  const described = columnsOf(where, raw.columns, [], report);
  const loadKey = raw.load?.primary_key ?? [];
  const primaryKey = loadKey.length > 0 ? loadKey.map((each) => each.text) : described.primaryKey;
  if (loadKey.length > 0 && described.primaryKey.length > 0) {
    report(diagnose('config.invalid', { problem: `${where} has two primary keys`, hint: 'keep the one under `load`' }, loadKey[0]!.at));
  }
  reportUnknownColumns(
    where,
    loadKey,
    described.columns.map((each) => each.name),
    report,
  );
  if (raw.load?.write_disposition === 'merge' && primaryKey.length === 0) {
    report(diagnose('config.missing-key', { key: 'primary_key', where: `the load of ${where}, which merges,` }, raw.name.at));
  }
  if (raw.transform !== undefined) checkLoaded(raw, raw.transform, described.columns, primaryKey, resources, report);
  else if (raw.load !== undefined)
    report(diagnose('config.missing-key', { key: 'transform', where: `${where}, which has \`load\`,` }, raw.name.at));
  return {
    name: raw.name.text,
    at: raw.name.at,
    description: raw.description,
    tags: raw.tags,
    meta: raw.meta,
    ...(raw.transform && { transform: raw.transform.transform }),
    columns: described.columns.map((column) => (primaryKey.includes(column.name) ? { ...column, notNull: true } : column)),
    primaryKey,
    ...(raw.load && raw.load.write_disposition !== 'replace' && { disposition: raw.load.write_disposition }),
    ...(raw.load && raw.load.min_rows > 0 && { minRows: raw.load.min_rows }),
    checks: checksOf(described.constraints),
    uniqueKeys: described.constraints.filter(({ type }) => type === 'unique').map((each) => each.columns.map((column) => column.text)),
    ...(raw.event_time !== undefined && { eventTime: raw.event_time }),
    freshness: raw.freshness,
    loaded_at_field: raw.loaded_at_field,
    loaded_at_query: raw.loaded_at_query,
    tests: [...raw.data_tests, ...raw.tests, ...described.tests],
  };
}

/** What a table that etlx fills must declare: every column with a type, exactly those that its inputs give, from resources that exist. */
function checkLoaded(
  raw: RawTable,
  declared: TransformDeclaration,
  ofTable: readonly ColumnDeclaration[],
  primaryKey: readonly string[],
  resources: readonly string[] | undefined,
  report: Report,
): void {
  const where = `the table \`${raw.name.text}\``;
  for (const { text: from, at } of declared.resources) {
    if (resources !== undefined && !resources.includes(from)) reportValue('from', from, resources, at, report);
  }
  const known = ofTable.map((column) => column.name);
  if (known.length === 0) {
    report(diagnose('config.missing-key', { key: 'columns', where }, raw.name.at));
    return;
  }
  for (const column of ofTable) {
    checkType(column, declared.transform, report);
    checkDiscarded(column, declared.transform, primaryKey, report);
  }
  reportUnknownColumns(where, [...(declared.columns ?? []), ...declared.named], known, report);
  if (declared.columns === undefined) {
    const problem = '`columns` of `schema_contract` is for inputs with `columns`; which columns a `module` gives is its own affair';
    if (declared.transform.contract.columns !== undefined) report(diagnose('config.invalid', { problem }, raw.name.at));
    return;
  }
  const given = new Set(declared.columns.map((column) => column.text));
  for (const { name, at } of ofTable) {
    if (!given.has(name)) report(diagnose('column.unfilled', { column: name, table: raw.name.text }, at));
  }
}

/** A value can be discarded only where there may be none. */
function checkDiscarded(
  { name, notNull, at }: ColumnDeclaration,
  { merge, contract: { dataType } }: Transform,
  primaryKey: readonly string[],
  report: Report,
): void {
  const rule = Object.hasOwn(dataType.columns, name) ? dataType.columns[name] : dataType.otherwise;
  if (rule !== 'discard_value' || !(notNull || primaryKey.includes(name) || merge?.key.includes(name))) return;
  const problem = `\`${name}\` needs a value (it is in a key, or \`not_null\`), so \`discard_value\` cannot leave it out`;
  const hint = 'say which columns may lose theirs: `data_type: {columns: {city: discard_value}, otherwise: discard_row}`';
  report(diagnose('config.invalid', { problem, hint }, at));
}

function checkType(column: ColumnDeclaration, { merge }: Transform, report: Report): void {
  if (column.dataType === undefined) {
    report(diagnose('config.missing-key', { key: 'data_type', where: `the loaded column \`${column.name}\`` }, column.at));
    return;
  }
  const type = parseType(column.dataType);
  if (type === undefined) {
    const name = column.dataType.replace(/\(.*/, '').trim().toUpperCase();
    const near = closest(name, TYPE_NAMES).filter((each) => each !== name);
    report(diagnose('type.unknown', { type: column.dataType, column: column.name, known: TYPE_NAMES, closest: near }, column.typeAt));
    return;
  }
  const rule = merge?.key.includes(column.name) ? undefined : (merge?.columns[column.name] ?? merge?.otherwise);
  if (rule === 'sum' && type.kind !== 'integer' && type.kind !== 'decimal' && type.kind !== 'float') {
    report(
      diagnose('config.invalid', { problem: `\`${column.name}\` is merged by \`sum\`, but ${column.dataType} is not a number` }, column.at),
    );
  }
}
