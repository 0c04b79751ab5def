import { diagnose, type Location, type Report } from '../core/diagnostic';
import { closest } from '../core/closest';
import { hashOf } from '../core/hash';
import { CANDIDATE, type Column, type NodeId, type TestNode } from '../core/node';
import { mergedConfig, type TestConfig } from '../parse/config';
import { folderConfig } from '../parse/configTree';
import type { Call } from '../parse/calls';
import type { TestDeclaration } from '../parse/propertiesTests';
import type { Settings } from '../parse/settings';
import { parseTemplate, type Template } from '../parse/template';
import { checkNames } from '../parse/templateNames';
import { GENERIC_TESTS, genericTestName, type GenericTest, type TestArguments } from './genericTests';
import { linksOf } from './links';
import type { Named, Names } from './names';
import { rendered } from './rendered';
import type { Scope } from './renderScope';

/** What a test is declared on. */
export interface Tested extends Named {
  /** As it stands in the test's name: a model's own, `<source>_<table>` for a source table, whose tests are called `source_…`. */
  readonly name: string;
  readonly isSource: boolean;
  /** The YAML file. */
  readonly file: string;
  readonly folders: readonly string[];
  /** What its tests inherit, as in dbt: the tags of a source table, and those of a column. */
  readonly tags: readonly string[];
  readonly columns: readonly Pick<Column, 'name' | 'tags'>[];
  readonly tests: readonly TestDeclaration[];
}

export interface TestContext {
  readonly settings: Settings;
  readonly names: Names;
  readonly helpers: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly callsOf: (template: Template) => readonly Call[];
  /** The scope of a test, `as` in the place of one node's name. */
  readonly scope: (as?: { readonly id: NodeId; readonly text: string }) => Scope;
  readonly report: Report;
}

/** The nodes of the generic tests that are declared on `tested`; tests that are switched off are left out, wrong ones reported. */
export function genericTestNodes(tested: Tested, context: TestContext): readonly TestNode[] {
  const { settings } = context;
  const inherited = mergedConfig(folderConfig<TestConfig>(settings.tests, settings.name, tested.folders), { tags: tested.tags });
  return tested.tests.flatMap((declaration) => genericTestNode(tested, declaration, inherited, context) ?? []);
}

function genericTestNode(tested: Tested, declaration: TestDeclaration, inherited: TestConfig, context: TestContext): TestNode | undefined {
  const { settings, names, report } = context;
  const { testName, at } = declaration;
  const test = GENERIC_TESTS[testName];
  if (test === undefined || !Object.hasOwn(GENERIC_TESTS, testName)) {
    report(diagnose('test.unknown', { name: testName, closest: closest(testName, Object.keys(GENERIC_TESTS)) }, at));
    return undefined;
  }
  const ofColumn = tested.columns.find(({ name }) => name === declaration.columnName)?.tags ?? [];
  const config = mergedConfig(ofColumn.length === 0 ? inherited : mergedConfig(inherited, { tags: ofColumn }), declaration.config);
  if (config.enabled === false || !argumentsFit(declaration, test, report)) return undefined;

  const texts = textsOf(declaration, report);
  for (const template of texts.values()) checkNames(template, context, report);
  const linked = [...texts.values()].flatMap((template) => linksOf(context.callsOf(template), names, report));
  const dependsOn = [...new Set([tested.id, ...linked])];
  const given = givenTo(declaration);
  const sqlWith = (as?: { readonly id: NodeId; readonly text: string }): string => {
    const written = texts.size === 0 ? {} : writtenOf(texts, context.scope(as), report);
    const model = as?.id === tested.id ? as.text : names.textOf(tested);
    const where = written['where'] ?? config.where?.text;
    const from = where === undefined ? model : `(select * from ${model} where ${where}) as etlx_subquery`;
    return test.sql(from, texts.size === 0 ? given : { ...given, ...written });
  };
  const name = config.name?.text ?? genericTestName(tested.isSource ? `source_${testName}` : testName, tested.name, given, hashOf);
  return testNode(
    name,
    config,
    { project: settings.name, folders: tested.folders, path: tested.file, at },
    {
      testType: 'generic',
      testName,
      columnName: declaration.columnName,
      attachedTo: tested.id,
      dependsOn,
      sql: sqlWith(),
      auditSql: dependsOn.length === 1 ? sqlWith({ id: tested.id, text: CANDIDATE }) : undefined,
    },
  );
}

function argumentsFit({ testName, args, columnName, at }: TestDeclaration, test: GenericTest, report: Report): boolean {
  const known = [...test.required, ...test.optional];
  const given = [...Object.keys(args), ...(columnName === undefined ? [] : ['column_name'])];
  const where = `the test \`${testName}\``;
  const missing = test.required.filter((key) => !given.includes(key));
  for (const key of missing) {
    if (key === 'column_name') report(diagnose('config.invalid', { problem: `${where} belongs under a column` }, at));
    else report(diagnose('config.missing-key', { key, where }, at));
  }
  const unknown = Object.keys(args).filter((key) => !known.includes(key));
  for (const key of unknown) report(diagnose('config.unknown-key', { key, where, known, closest: closest(key, known) }, args[key]!.keyAt));
  return missing.length === 0 && unknown.length === 0;
}

/** The texts among the arguments that have to be rendered: `to` is an expression, others are templates where they hold `{{`. */
function textsOf({ args, config }: TestDeclaration, report: Report): ReadonlyMap<string, Template> {
  const texts = new Map<string, Template>();
  const add = (key: string, text: string, at: Location): void => {
    texts.set(key, parseTemplate({ file: at.file, text, origin: at }, report));
  };
  for (const [key, { value, at }] of Object.entries(args)) {
    if (typeof value !== 'string') continue;
    if (value.includes('{{')) add(key, value, at);
    else if (key === 'to') add(key, `{{${value}}}`, { ...at, column: at.column - 2 });
  }
  if (config.where?.text.includes('{{')) add('where', config.where.text, config.where.at);
  return texts;
}

/** The texts, rendered in `scope`. */
function writtenOf(texts: ReadonlyMap<string, Template>, scope: Scope, report: Report): Readonly<Record<string, string>> {
  return Object.fromEntries([...texts].map(([key, template]) => [key, rendered(template, scope, report).sql]));
}

/** The arguments of a test as they are written, the column that it stands under among them. */
function givenTo({ args, columnName }: TestDeclaration): TestArguments {
  const given: Record<string, unknown> = {};
  for (const key of Object.keys(args)) given[key] = args[key]!.value;
  if (columnName !== undefined) given['column_name'] = columnName;
  return given;
}

/** Where a test is declared. */
interface Place {
  readonly project: string;
  readonly folders: readonly string[];
  readonly path: string;
  readonly at: Location;
}

type OfItsType = Pick<TestNode, 'testType' | 'testName' | 'columnName' | 'attachedTo' | 'dependsOn' | 'sql' | 'auditSql' | 'lines'>;

/**
 * The node of a test of any type; the conditions have dbt's defaults. One literal with every key: projects have more tests than anything
 * else, and objects of one shape are made and read several times faster than those put together key by key.
 */
export function testNode(name: string, config: TestConfig, { project, folders, path, at }: Place, own: OfItsType): TestNode {
  const {
    severity = 'error',
    warn_if: warnIf = '!= 0',
    error_if: errorIf = '!= 0',
    fail_calc: failCalc = 'count(*)',
    limit,
    tags = [],
  } = config;
  return {
    kind: 'test',
    id: `test.${name}`,
    name,
    package: project,
    fqn: [project, ...folders, name],
    path,
    at,
    description: '',
    tags,
    meta: {},
    config: { severity, warn_if: warnIf, error_if: errorIf, fail_calc: failCalc, where: config.where?.text, limit, enabled: true, tags },
    testType: own.testType,
    testName: own.testName,
    columnName: own.columnName,
    attachedTo: own.attachedTo,
    dependsOn: own.dependsOn,
    sql: own.sql,
    auditSql: own.auditSql,
    lines: own.lines,
    severity,
    warnIf,
    errorIf,
    failCalc,
    limit,
  };
}
