import { diagnose } from '../core/diagnostic';
import { CANDIDATE, type TestNode } from '../core/node';
import type { TextFile } from '../core/project';
import { mergedConfig, readTestConfig, type TestConfig } from '../parse/config';
import { folderConfig } from '../parse/configTree';
import { parseTemplate } from '../parse/template';
import { checkNames } from '../parse/templateNames';
import { configCallsOf } from './configCall';
import { linksOf } from './links';
import { rendered } from './rendered';
import type { TestContext } from './testDrafts';
import { testNode } from './testNode';

/** The node of one file of `tests/`: a SELECT of the rows that are wrong. Undefined for a test that is switched off. */
export function singularTestNode(
  file: TextFile,
  { settings, schema, schemaOf, names, helpers, variables, callsOf, scope, report }: TestContext,
): TestNode | undefined {
  const folders = file.path.split('/').slice(1, -1);
  const name = file.path.slice(file.path.lastIndexOf('/') + 1, -'.sql'.length);
  const at = { file: file.path, line: 1, column: 1 };
  const template = parseTemplate({ file: file.path, text: file.text }, report);
  checkNames(template, { helpers, variables }, report);
  const config = configCallsOf(template, scope(), report)
    .map((call) => readTestConfig(call, '`config(…)`', report))
    .reduce((lower, higher) => mergedConfig(lower, higher), folderConfig<TestConfig>(settings.tests, settings.name, folders));
  if (config.enabled === false) return undefined;
  if (config.where !== undefined) {
    report(
      diagnose(
        'config.invalid',
        { problem: 'a singular test has no `where`', hint: 'write the condition into its SELECT' },
        config.where.at,
      ),
    );
  }
  const dependsOn = linksOf(callsOf(template), names, report);
  const [parent, ...others] = dependsOn;
  const { sql, lines } = rendered(template, scope(), report);
  return testNode(
    name,
    config,
    { project: settings.name, folders: ['tests', ...folders], path: file.path, at, schema, schemaOf },
    {
      testType: 'singular',
      dependsOn,
      sql,
      lines,
      auditSql:
        parent !== undefined && others.length === 0 ? rendered(template, scope({ id: parent, text: CANDIDATE }), report).sql : undefined,
    },
  );
}
