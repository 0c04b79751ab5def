import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { mergedConfig, readTestConfig, TEST_CONFIG_KEYS, type TestConfig } from './config';
import { asMap, isNothing, listOf, reportUnknownKey, wrongType, type Reader } from './shape';
import { valueOf, type YamlEntry, type YamlMap, type YamlNode } from './yamlNode';

/** A generic test as it is declared under a model, a source table or one of their columns. */
export interface TestDeclaration {
  readonly testName: string;
  readonly args: Readonly<Record<string, Argument>>;
  readonly config: TestConfig;
  /** The column it stands under. */
  readonly columnName?: string;
  readonly at: Location;
}

/** The value of a test's argument: a text may still be an expression, `ref('users_table')`. */
export interface Argument {
  readonly value: TemplateValue;
  readonly keyAt: Location;
  readonly at: Location;
}

/** `data_tests:` or `tests:`. */
export const tests: Reader<readonly TestDeclaration[]> = listOf(readTest);

/** `test`, standing under the column. */
export function testOfColumn(test: TestDeclaration, columnName: string): TestDeclaration {
  return { testName: test.testName, args: test.args, config: test.config, columnName, at: test.at };
}

const NO_ARGUMENTS: TestDeclaration['args'] = {};
const NO_CONFIG: TestConfig = {};

function readTest(node: YamlNode, key: string, report: Report): TestDeclaration | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') {
    return { testName: node.value, args: NO_ARGUMENTS, config: NO_CONFIG, at: node.at };
  }
  if (node.kind !== 'map') return wrongType(node, key, 'the name of a test, or a mapping of it', report);
  const [entry] = node.entries;
  if (entry === undefined || node.entries.length > 1) {
    const problem = `a test is one name with its arguments below it, found the keys ${node.entries.map((each) => `\`${each.key}\``).join(', ')}`;
    report(diagnose('config.invalid', { problem, hint: 'indent the arguments further than the name' }, node.at));
    return undefined;
  }
  const { key: testName, keyAt: at, value: body } = entry;
  const map = isNothing(body) ? undefined : asMap(body, testName, report);
  if (map === undefined) return isNothing(body) ? { testName, args: NO_ARGUMENTS, config: NO_CONFIG, at } : undefined;
  return { testName, ...readBody(map, testName, report), at };
}

/** Arguments stand under `arguments:`, or (dbt up to 1.9) directly beside the config; then the keys of a test's config are no arguments. */
function readBody(map: YamlMap, testName: string, report: Report): Pick<TestDeclaration, 'args' | 'config'> {
  const where = `the test \`${testName}\``;
  const direct: YamlEntry[] = [];
  const directConfig: YamlEntry[] = [];
  let named: readonly YamlEntry[] | undefined;
  let config = NO_CONFIG;
  for (const entry of map.entries) {
    if (entry.key === 'arguments') named = isNothing(entry.value) ? [] : asMap(entry.value, entry.key, report)?.entries;
    else if (entry.key === 'config') config = readTestConfig(entry.value, `the config of ${where}`, report);
    else if (TEST_CONFIG_KEYS.includes(entry.key)) directConfig.push(entry);
    else direct.push(entry);
  }
  if (directConfig.length > 0)
    config = mergedConfig(readTestConfig({ kind: 'map', entries: directConfig, at: map.at }, where, report), config);
  if (named !== undefined) {
    for (const { key, keyAt } of direct) reportUnknownKey(key, where, ['arguments', 'config', ...TEST_CONFIG_KEYS], keyAt, report);
  }
  return { args: argumentsOf(named ?? direct), config };
}

function argumentsOf(entries: readonly YamlEntry[]): TestDeclaration['args'] {
  return Object.fromEntries(entries.map((entry) => [entry.key, { value: valueOf(entry.value), keyAt: entry.keyAt, at: entry.value.at }]));
}
