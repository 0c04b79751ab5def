import { diagnose, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { TextFile } from '../core/project';
import { readTestConfig, mergedConfig, type TestConfig } from '../parse/config';
import { parseMacros, type Macro } from '../parse/macro';
import { checkNames } from '../parse/templateNames';
import { configCallsOf } from './configCall';
import type { TestArguments } from './genericTest';
import { GENERIC_TESTS } from './genericTests';
import { plainValue, type Scope } from './renderScope';
import type { Signature } from './testArguments';

/** A generic test that the project defines in `tests/generic/`. */
export interface WrittenTest extends Signature {
  readonly definition: Macro;
  /** What its `{{ config(…) }}` says. */
  readonly config: TestConfig;
}

/** The folder of definitions; what lies elsewhere in `tests/` are singular tests. */
export const GENERIC_FOLDER = 'tests/generic/';

interface Known {
  readonly helpers: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  /** For their configs. */
  readonly scope: Scope;
  readonly report: Report;
}

/**
 * Reads `{{#test name(model, column_name, limit=10)}} … {{/test}}`: the body gives the rows of `model` that are wrong. Reports a name that is taken
 * by another one or by etlx, a test without the parameter `model`, and unknown names in bodies.
 */
export function writtenTests(files: readonly TextFile[], { helpers, variables, scope, report }: Known): ReadonlyMap<string, WrittenTest> {
  const tests = new Map<string, WrittenTest>();
  for (const definition of files.flatMap((file) => parseMacros(file, report, 'test'))) {
    const { name, params, body, at } = definition;
    const other = Object.hasOwn(GENERIC_TESTS, name) ? 'etlx itself' : tests.get(name)?.definition.at.file;
    if (other !== undefined) report(diagnose('name.duplicate', { name, kind: 'generic test', other }, at));
    if (params[0]?.name !== 'model') {
      const problem = `the first parameter of the test \`${name}\` is the table under test`;
      report(diagnose('config.invalid', { problem, hint: `write \`{{#test ${name}(model, …)}}\`` }, at));
    }
    checkNames(body, { helpers, variables: new Set([...variables, ...params.map((each) => each.name)]) }, report);
    const config = configCallsOf(body, scope, report)
      .map((call) => readTestConfig(call, '`config(…)`', report))
      .reduce<TestConfig>((lower, higher) => mergedConfig(lower, higher), {});
    const own = params.slice(1);
    tests.set(name, {
      definition,
      config,
      required: own.filter((each) => each.default === undefined).map((each) => each.name),
      optional: own.filter((each) => each.default !== undefined).map((each) => each.name),
      ofColumn: own.some((each) => each.name === 'column_name'),
    });
  }
  return tests;
}

/** What the body of a test sees: its parameters (what is not given has its default) over what `scope` has. */
export function scopeOfWritten({ definition }: WrittenTest, model: string, args: TestArguments, scope: Scope): Scope {
  const variables: Record<string, TemplateValue> = Object.assign(Object.create(null), scope.variables);
  for (const param of definition.params) variables[param.name] = plainValue(args[param.name]) ?? param.default ?? null;
  variables['model'] = model;
  return { helper: (name) => scope.helper(name), variables };
}
