import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TestDeclaration } from '../parse/propertiesTests';
import { parseTemplate, type Template } from '../parse/template';
import type { GenericTest, TestArguments } from './genericTest';

/** What a test says of its arguments, whoever wrote it. */
export type Signature = Omit<GenericTest, 'wrong'>;

/** Whether a declaration gives the test what it takes, each argument once; what does not fit is reported. */
export function argumentsFit({ testName, args, columnName, at }: TestDeclaration, test: Signature, report: Report): boolean {
  const known = [...test.required, ...test.optional];
  const where = `the test \`${testName}\``;
  const problems: Parameters<Report>[0][] = [];
  const invalid = (problem: string, place: Location = at): void => void problems.push(diagnose('config.invalid', { problem }, place));

  const written = new Set(Object.keys(args).map((key) => test.aliases?.[key] ?? key));
  const given = new Set([...written, ...(columnName === undefined ? [] : ['column_name'])]);
  for (const key of test.required.filter((each) => !given.has(each))) {
    if (key === 'column_name') invalid(`${where} belongs under a column`);
    else problems.push(diagnose('config.missing-key', { key, where }, at));
  }
  if (columnName !== undefined && !test.ofColumn) invalid(`${where} belongs on the whole table, not under a column`);
  if (test.anyOf !== undefined && !test.anyOf.some((key) => given.has(key))) {
    invalid(`${where} needs ${test.anyOf.map((key) => `\`${key}\``).join(' or ')}`);
  }
  for (const [key, { value, keyAt, at: place }] of Object.entries(args)) {
    const name = test.aliases?.[key] ?? key;
    if (!known.includes(name)) problems.push(diagnose('config.unknown-key', { key, where, known, closest: closest(key, known) }, keyAt));
    const choices = test.choices?.[name];
    if (choices !== undefined && !choices.includes(String(value))) {
      problems.push(
        diagnose('config.value', { key, value: String(value), known: choices, closest: closest(String(value), choices) }, place),
      );
    }
  }
  problems.forEach(report);
  return problems.length === 0;
}

/** A call of what makes a relation or a value, standing alone: dbt takes such a text for an expression, whatever the argument. */
const CALL = /^\s*(?:ref|source|var|env_var)\s*\([^]+\)\s*$/;

/** The texts among the arguments that have to be rendered: what names a relation is an expression, others are templates where they hold `{{`. */
export function textsOf(
  { args, config }: TestDeclaration,
  { relations, aliases }: Signature,
  report: Report,
): ReadonlyMap<string, Template> {
  const texts = new Map<string, Template>();
  const add = (key: string, text: string, at: Location): void => {
    texts.set(key, parseTemplate({ file: at.file, text, origin: at }, report));
  };
  for (const [key, { value, at }] of Object.entries(args)) {
    if (typeof value !== 'string') continue;
    if (value.includes('{{')) add(aliases?.[key] ?? key, value, at);
    else if (relations?.includes(key) || CALL.test(value)) add(aliases?.[key] ?? key, `{{${value}}}`, { ...at, column: at.column - 2 });
  }
  if (config.where?.text.includes('{{')) add('where', config.where.text, config.where.at);
  return texts;
}

/** The arguments of a test as they are written, under the test's own names, the column that it stands under among them. */
export function givenTo({ args, columnName }: TestDeclaration, { aliases }: Signature): TestArguments {
  const given: Record<string, unknown> = {};
  for (const key of Object.keys(args)) given[aliases?.[key] ?? key] = args[key]!.value;
  if (columnName !== undefined) given['column_name'] = columnName;
  return given;
}

/** The same arguments under the names that packages have for them, by which the readers of dbt's artifacts know them. */
export function underPackagesNames(given: TestArguments, { aliases = {} }: Signature): TestArguments {
  const theirs = new Map(Object.entries(aliases).map(([their, ours]) => [ours, their]));
  return theirs.size === 0 ? given : Object.fromEntries(Object.entries(given).map(([name, value]) => [theirs.get(name) ?? name, value]));
}
