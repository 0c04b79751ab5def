import { contextFixture, resultOf } from './context.fixture';
import { quietReporter } from './quiet';

test('only what failed is told, when it fails', () => {
  const at = { file: 'models/x.sql', line: 1, column: 8, length: 1 };
  const { context, text } = contextFixture({ 'models/x.sql': 'select y' }, { 'model.x': { file: 'models/x.sql', line: 1, column: 1 } });
  const reporter = quietReporter(context);
  reporter.emit({ type: 'run.started', run: 'r', command: 'build', target: 'dev', threads: 4, found: {}, total: 3 });
  reporter.emit({ type: 'notice', level: 'warn', message: 'careful' });
  reporter.emit({
    type: 'step.finished',
    result: resultOf({ id: 'test.w', kind: 'test', status: 'warn', failures: 1 }),
    index: 1,
    total: 3,
  });
  expect(text()).toBe('');
  const results = [
    resultOf({ id: 'model.x', kind: 'model', status: 'error', diagnostics: [{ code: 'database.error', message: 'no column `y`', at }] }),
    resultOf({ id: 'test.t', kind: 'test', status: 'fail', failures: 2, message: 'Got 2 results, configured to fail if != 0' }),
  ];
  const told = `Error in model x (models/x.sql:1)
  error[database.error]: no column \`y\`
    --> models/x.sql:1:8
   1 | select y
     |        ^
Failure in test t
  Got 2 results, configured to fail if != 0
`;
  for (const result of results) reporter.emit({ type: 'step.finished', result, index: 2, total: 3 });
  expect(text()).toBe(told);
  reporter.emit({ type: 'run.finished', result: { run: 'r', command: 'build', startedAt: '', seconds: 1, results } });
  reporter.close();
  expect(text()).toBe(told);
});
