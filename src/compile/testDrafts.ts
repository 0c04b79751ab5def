import { closest } from '../core/closest';
import { diagnose, type Report } from '../core/diagnostic';
import { hashOf } from '../core/hash';
import { CANDIDATE, type Column, type NodeId, type TestNode } from '../core/node';
import { mergedConfig, type TestConfig } from '../parse/config';
import { folderConfig } from '../parse/configTree';
import type { Call } from '../parse/calls';
import type { TestDeclaration } from '../parse/propertiesTests';
import type { Settings } from '../parse/settings';
import type { Template } from '../parse/template';
import { checkNames } from '../parse/templateNames';
import type { GenericTest, Subject } from './genericTest';
import { GENERIC_TESTS, genericTestName, wrongInScan, wrongSql } from './genericTests';
import { linksOf } from './links';
import type { SchemaOf } from './naming';
import type { Named, Names } from './names';
import { rendered } from './rendered';
import type { Scope } from './renderScope';
import { argumentsFit, givenTo, textsOf, underPackagesNames } from './testArguments';
import { testNode } from './testNode';
import { scopeOfWritten, type WrittenTest } from './writtenTests';

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

/** One node's name, and the text that stands in its place. */
export interface Stand {
  readonly id: NodeId;
  readonly text: string;
}

export interface TestContext {
  readonly settings: Settings;
  /** The target's schema, and what its SQL is. */
  readonly schema: string;
  readonly schemaOf: SchemaOf;
  readonly engine: Subject['engine'];
  readonly names: Names;
  readonly helpers: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  /** The tests of `tests/generic/`. */
  readonly written: ReadonlyMap<string, WrittenTest>;
  readonly callsOf: (template: Template) => readonly Call[];
  readonly scope: (as?: Stand) => Scope;
  readonly report: Report;
}

/** The nodes of the generic tests that are declared on `tested`; tests that are switched off are left out, wrong ones reported. */
export function genericTestNodes(tested: Tested, context: TestContext): readonly TestNode[] {
  const { settings } = context;
  const inherited = mergedConfig(folderConfig<TestConfig>(settings.tests, settings.name, tested.folders), { tags: tested.tags });
  return tested.tests.flatMap((declaration) => genericTestNode(tested, declaration, inherited, context) ?? []);
}

function genericTestNode(tested: Tested, declaration: TestDeclaration, inherited: TestConfig, context: TestContext): TestNode | undefined {
  const { settings, schema, schemaOf, engine, names, report } = context;
  const { testName, at, columnName } = declaration;
  const test = testCalled(testName, context);
  if (test === undefined) {
    reportUnknown(declaration, context);
    return undefined;
  }
  const body = isWritten(test) ? [test.definition.body] : [];
  const config = configOf(tested, declaration, isWritten(test) ? mergedConfig(inherited, test.config) : inherited);
  if (config.enabled === false || !argumentsFit(declaration, test, report)) return undefined;

  const texts = textsOf(declaration, test, report);
  for (const template of texts.values()) checkNames(template, context, report);
  const linked = [...texts.values(), ...body].flatMap((template) => linksOf(context.callsOf(template), names, report));
  const dependsOn = [...new Set([tested.id, ...linked])];
  const given = givenTo(declaration, test);
  /** What the test asks when `as` stands in the place of a node's name. */
  const asked = (as?: Stand): Pick<TestNode, 'sql' | 'inScan' | 'lines'> => {
    const written = texts.size === 0 ? {} : writtenOf(texts, context.scope(as), report);
    const args = texts.size === 0 ? given : { ...given, ...written };
    const where = written['where'] ?? config.where?.text;
    const table = as?.id === tested.id ? as.text : names.textOf(tested);
    const model = where === undefined ? table : `(select * from ${table} where ${where}) as etlx_subquery`;
    if (isWritten(test)) return rendered(test.definition.body, scopeOfWritten(test, model, args, context.scope(as)), report);
    const wrong = test.wrong(args, { model, engine });
    return { sql: wrongSql(wrong, model), inScan: linked.length === 0 ? wrongInScan(wrong, where, config.limit) : undefined };
  };
  const name = config.name?.text ?? genericTestName(tested.isSource ? `source_${testName}` : testName, tested.name, given, hashOf);
  return testNode(
    name,
    config,
    { project: settings.name, folders: tested.folders, path: tested.file, at, schema, schemaOf },
    {
      testType: 'generic',
      testName,
      testArguments: underPackagesNames(given, test),
      columnName,
      attachedTo: tested.id,
      dependsOn,
      ...asked(),
      auditSql: dependsOn.length === 1 ? asked({ id: tested.id, text: CANDIDATE }).sql : undefined,
    },
  );
}

const isWritten = (test: GenericTest | WrittenTest): test is WrittenTest => 'definition' in test;

const testCalled = (name: string, { written }: TestContext): GenericTest | WrittenTest | undefined =>
  Object.hasOwn(GENERIC_TESTS, name) ? GENERIC_TESTS[name] : written.get(name);

/** The name may be a package's, `dbt_utils.accepted_range`: here there is one name space. */
function reportUnknown({ testName: name, at }: TestDeclaration, { written, report }: TestContext): void {
  const known = [...Object.keys(GENERIC_TESTS), ...written.keys()];
  report(diagnose('test.unknown', { name, closest: closest(name.slice(name.lastIndexOf('.') + 1), known) }, at));
}

/** What is said where the test is declared, over its column's tags, over `inherited`. */
function configOf({ columns }: Tested, { columnName, config }: TestDeclaration, inherited: TestConfig): TestConfig {
  const tags = columns.find(({ name }) => name === columnName)?.tags ?? [];
  return mergedConfig(tags.length === 0 ? inherited : mergedConfig(inherited, { tags }), config);
}

/** The texts, rendered in `scope`. */
function writtenOf(texts: ReadonlyMap<string, Template>, scope: Scope, report: Report): Readonly<Record<string, string>> {
  return Object.fromEntries([...texts].map(([key, template]) => [key, rendered(template, scope, report).sql]));
}
