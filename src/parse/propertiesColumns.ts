import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { CheckConstraint, Column } from '../core/node';
import { testOfColumn, tests, type TestDeclaration } from './propertiesTests';
import { listOf, mapping, optional, required, type Fields, type Reader, type Shaped, type Text } from './shape';
import { located, nameBy, names, oneOf, plainName, text, texts, values } from './shapeValues';

/** A rule that the database keeps: `primary_key` and `unique` over several columns, `not_null` for each of them, `check` for each row. */
export interface Constraint {
  readonly type: (typeof CONSTRAINT_TYPES)[number];
  readonly columns: readonly Text[];
  /** Of a check: SQL over the columns. */
  readonly expression?: string;
  /** Of a check. */
  readonly name?: string;
  readonly at: Location;
}

/** A column as it is declared, and where. */
export interface ColumnDeclaration extends Column {
  readonly at: Location;
  /** Where its type is declared. */
  readonly typeAt?: Location;
}

/** The declared columns of a table, and all that was said under them. */
export interface Columns {
  readonly columns: readonly ColumnDeclaration[];
  readonly primaryKey: readonly string[];
  readonly constraints: readonly Constraint[];
  readonly tests: readonly TestDeclaration[];
}

const CONSTRAINT_TYPES = ['primary_key', 'unique', 'not_null', 'check'] as const;

const NO_NAMES: ReadonlySet<string> = new Set();

const CONSTRAINT_FIELDS = {
  type: required(oneOf(CONSTRAINT_TYPES)),
  expression: optional(text),
  name: optional(plainName('identifier')),
} satisfies Fields;

const readOfTable = mapping('a constraint', { ...CONSTRAINT_FIELDS, columns: optional(names, []) });
const readOfColumn = mapping('a constraint of a column', CONSTRAINT_FIELDS);

/** `constraints:` of a table. */
export const constraints: Reader<readonly Constraint[]> = listOf((node, key, report) => {
  const read = readOfTable(node, key, report);
  if (read === undefined || !isComplete(read, node.at, report)) return undefined;
  if (read.type !== 'check' && read.columns.length === 0) {
    report(diagnose('config.missing-key', { key: 'columns', where: 'a constraint' }, node.at));
    return undefined;
  }
  return { ...read, at: node.at };
});

const constraintOfColumn: Reader<Shaped<typeof CONSTRAINT_FIELDS>> = (node, key, report) => {
  const read = readOfColumn(node, key, report);
  return read && isComplete(read, node.at, report) ? read : undefined;
};

/** A check is an expression, and nothing else is. */
function isComplete({ type, expression, name }: Shaped<typeof CONSTRAINT_FIELDS>, at: Location, report: Report): boolean {
  if (type === 'check' && expression === undefined) report(diagnose('config.missing-key', { key: 'expression', where: 'a check' }, at));
  else if (type !== 'check' && (expression !== undefined || name !== undefined))
    report(diagnose('config.invalid', { problem: `only a \`check\` has an expression and a name, not \`${type}\`` }, at));
  else return true;
  return false;
}

const COLUMN_FIELDS = {
  name: required(nameBy('identifier')),
  description: optional(text, ''),
  data_type: optional(located),
  constraints: optional(listOf(constraintOfColumn), []),
  tags: optional(texts, []),
  meta: optional(values, {}),
  data_tests: optional(tests, []),
  tests: optional(tests, []),
} satisfies Fields;

/** One entry of `columns:`, as it was written. */
export type RawColumn = Shaped<typeof COLUMN_FIELDS>;

/** `columns:` of a table. */
export const columns: Reader<readonly RawColumn[]> = listOf(mapping('a column', COLUMN_FIELDS));

/**
 * The columns of a table with what was said under them, and the table's own constraints: `NOT NULL` and the primary key follow from those.
 * Columns that are declared twice, second primary keys, and constraints on columns that are not declared are reported.
 */
export function columnsOf(where: string, declared: readonly RawColumn[], ofTable: readonly Constraint[], report: Report): Columns {
  const raw = distinctColumns(declared, report);
  const constraints = [...ofTable];
  const tests: TestDeclaration[] = [];
  for (const column of raw) {
    for (const constraint of column.constraints) constraints.push({ ...constraint, columns: [column.name], at: column.name.at });
    for (const test of column.data_tests) tests.push(testOfColumn(test, column.name.text));
    for (const test of column.tests) tests.push(testOfColumn(test, column.name.text));
  }
  if (raw.length > 0)
    for (const constraint of ofTable)
      reportUnknownColumns(
        where,
        constraint.columns,
        raw.map((each) => each.name.text),
        report,
      );
  const notNull = constraints.length === 0 ? NO_NAMES : notNullOf(constraints);
  return {
    columns: raw.map((column) => declarationOf(column, notNull.has(column.name.text))),
    primaryKey: primaryKeyOf(where, constraints, report),
    constraints,
    tests,
  };
}

function distinctColumns(declared: readonly RawColumn[], report: Report): readonly RawColumn[] {
  if (declared.length < 2) return declared;
  const seen = new Set<string>();
  return declared.filter(({ name: { text: name, at } }) => {
    const isFirst = seen.size < seen.add(name).size;
    if (!isFirst) report(diagnose('name.duplicate', { name, kind: 'column', other: at.file }, at));
    return isFirst;
  });
}

function notNullOf(constraints: readonly Constraint[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { type, columns } of constraints)
    if (type === 'primary_key' || type === 'not_null') for (const column of columns) names.add(column.text);
  return names;
}

function primaryKeyOf(where: string, constraints: readonly Constraint[], report: Report): readonly string[] {
  const [primary, second] = constraints.filter((each) => each.type === 'primary_key');
  if (second !== undefined) {
    const problem = `${where} has two primary keys`;
    report(diagnose('config.invalid', { problem, hint: 'name all columns of a key in one constraint of the table' }, second.at));
  }
  return primary?.columns.map((column) => column.text) ?? [];
}

/** The checks among the constraints of a table. */
export const checksOf = (constraints: readonly Constraint[]): readonly CheckConstraint[] =>
  constraints.flatMap(({ expression, name }) => (expression === undefined ? [] : [{ expression, ...(name !== undefined && { name }) }]));

/** Reports those of `used` that `where` does not declare. */
export function reportUnknownColumns(where: string, used: readonly Text[], declared: Iterable<string>, report: Report): void {
  const known = new Set(declared);
  for (const { text: column, at } of used) {
    if (!known.has(column)) report(diagnose('column.unknown', { column, where, closest: closest(column, known) }, at));
  }
}

function declarationOf(column: RawColumn, notNull: boolean): ColumnDeclaration {
  return {
    name: column.name.text,
    description: column.description,
    dataType: column.data_type?.text,
    typeAt: column.data_type?.at,
    notNull,
    tags: column.tags,
    meta: column.meta,
    at: column.name.at,
  };
}
