import { csvRecords } from '../core/csvRecords';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Rows, WrittenRows } from '../core/unitTest';
import { asMap, isNothing, listOf, mapping, mappingWith, optional, required, wrongType, type Reader, type Text } from './shape';
import { anyText, boolean, located, nameBy, oneOf, text, texts, values } from './shapeValues';
import { valueOf, type YamlNode } from './yamlNode';

/** A unit test as it is declared, under dbt's names, with expectations on single CTEs and a clock that stands still beside them. */
export interface UnitTestDeclaration {
  readonly name: Text;
  readonly model: Text;
  readonly description: string;
  readonly given: readonly { readonly input: Text; readonly rows: DeclaredRows }[];
  /** Of the model; absent when only its CTEs are looked at. */
  readonly expect?: DeclaredRows;
  readonly ctes: readonly { readonly name: Text; readonly rows: DeclaredRows }[];
  readonly overrides: Overrides;
  /** The time that `now()` and its like give. */
  readonly freeze?: Text;
  readonly config?: { readonly tags?: readonly string[]; readonly meta?: Meta; readonly enabled?: boolean };
}

type Meta = Readonly<Record<string, TemplateValue>>;

export interface Overrides {
  readonly macros: Meta;
  readonly vars: Meta;
  readonly env_vars: Meta;
}

/** Rows in the test itself, or in a file of `tests/fixtures/`. */
export type DeclaredRows = { readonly at: Location } & ({ readonly rows: Rows } | { readonly fixture: string });

const NOTHING: Overrides = { macros: {}, vars: {}, env_vars: {} };

const rowsFields = {
  format: optional(oneOf(['dict', 'csv', 'sql'] as const), 'dict'),
  rows: optional<YamlNode>((node) => node),
  fixture: optional(located),
};

const overrides: Reader<Overrides> = mapping('`overrides`', {
  macros: optional(values, {}),
  vars: optional(values, {}),
  env_vars: optional(values, {}),
});

const readGiven = mappingWith({ input: required(located), ...rowsFields });
const readExpect = mappingWith({ ...rowsFields, ctes: optional<YamlNode>((node) => node) });
const readRows = mappingWith(rowsFields);

const given: Reader<UnitTestDeclaration['given'][number]> = (node, key, report) => {
  const read = readGiven(node, key, 'an input of a unit test', report);
  const rows = read && declaredRows(read, node, report);
  return read && rows && { input: read.input, rows };
};

const expect: Reader<Pick<UnitTestDeclaration, 'expect' | 'ctes'>> = (node, key, report) => {
  const read = readExpect(node, key, '`expect`', report);
  if (read === undefined) return undefined;
  const ctes = read.ctes === undefined ? [] : ctesOf(read.ctes, report);
  if (read.ctes !== undefined && read.rows === undefined && read.fixture === undefined) return { ctes };
  const rows = declaredRows(read, node, report);
  return rows && { expect: rows, ctes };
};

function ctesOf(node: YamlNode, report: Report): UnitTestDeclaration['ctes'] {
  return (asMap(node, 'ctes', report)?.entries ?? []).flatMap(({ key, keyAt, value }) => {
    const read = readRows(value, key, `the expectation on \`${key}\``, report);
    const rows = read && declaredRows(read, value, report);
    return rows === undefined ? [] : [{ name: { text: key, at: keyAt }, rows }];
  });
}

const readTest = mapping('a unit test', {
  name: required(nameBy('part')),
  model: required(located),
  description: optional(text, ''),
  given: optional(listOf(given), []),
  expect: required(expect),
  overrides: optional(overrides, NOTHING),
  freeze: optional(located),
  config: optional(mapping('the config of a unit test', { tags: optional(texts), meta: optional(values), enabled: optional(boolean) })),
});

/** An item of `unit_tests:`. */
export const unitTest: Reader<UnitTestDeclaration> = (node, key, report) => {
  const read = readTest(node, key, report);
  if (read === undefined) return undefined;
  const { expect: expected, ...rest } = read;
  return { ...rest, ...expected };
};

interface ReadRows {
  readonly format: 'dict' | 'csv' | 'sql';
  readonly rows?: YamlNode;
  readonly fixture?: Text;
}

function declaredRows({ format, rows, fixture }: ReadRows, node: YamlNode, report: Report): DeclaredRows | undefined {
  if (fixture !== undefined) return { fixture: fixture.text, at: fixture.at };
  if (rows === undefined || isNothing(rows)) return { rows: { columns: [], rows: [] }, at: node.at };
  const read = format === 'dict' ? dictRows(rows, report) : textRows(format, rows, report);
  return read && { rows: read, at: rows.at };
}

function textRows(format: 'csv' | 'sql', node: YamlNode, report: Report): Rows | undefined {
  const written = anyText(node, 'rows', report);
  return written === undefined ? undefined : rowsOfText(format, written, node.at, report);
}

/** Rows of a text in CSV, or of a query. What cannot be read is reported. */
export function rowsOfText(format: 'csv' | 'sql', written: string, at: Location, report: Report): Rows | undefined {
  if (format === 'sql') return { sql: written };
  try {
    return aligned(csvRecords(written));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(diagnose('config.invalid', { problem: `the CSV of a unit test cannot be read: ${error.message}` }, at));
    return undefined;
  }
}

const dictRow: Reader<Readonly<Record<string, string | null>>> = (node, key, report) => {
  if (node.kind !== 'map') return wrongType(node, key, 'a row: columns with their values', report);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, cellOf(entry.value)]));
};

function dictRows(node: YamlNode, report: Report): WrittenRows | undefined {
  const rows = listOf(dictRow)(node, 'rows', report);
  return rows && aligned(rows);
}

/** Lists and mappings are JSON. */
const cellOf = (node: YamlNode): string | null =>
  node.kind !== 'scalar' ? JSON.stringify(valueOf(node)) : node.value === null ? null : node.text;

function aligned(records: readonly Readonly<Record<string, string | null>>[]): WrittenRows {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { columns, rows: records.map((record) => columns.map((name) => record[name] ?? null)) };
}
