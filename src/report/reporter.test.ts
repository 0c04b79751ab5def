import { contextFixture, resultOf } from './context.fixture';
import { canDraw, reporterOf } from './reporter';

const wrong = resultOf({ id: 'test.t', kind: 'test', status: 'fail', failures: 1 });

test.each([
  ['a log', { format: 'text', quiet: false, live: false }, /^10:01:02 {2}1 of 1 FAIL 1 t \.+ \[FAIL 1 in 0\.07s\]\n$/],
  ['only errors', { format: 'text', quiet: true, live: true }, /^Failure in test t\n$/],
  ['JSON', { format: 'json', quiet: false, live: true }, /^\{"time":.*"name":"step\.finished".*\}\n$/],
  ['a live region', { format: 'text', quiet: false, live: true }, /\[\?25l.*1 of 1 FAIL 1 t .*\[\?25h$/s],
] as const)('%s', async (_, manner, expected) => {
  const { context, text } = contextFixture();
  const reporter = await reporterOf(manner, context);
  reporter.emit({ type: 'step.finished', result: wrong, index: 1, total: 1 });
  reporter.close();
  expect(text()).toMatch(expected);
});

test('a live region needs a terminal that can draw', () => {
  expect(canDraw({ isTTY: true }, { TERM: 'xterm' })).toBe(true);
  expect(canDraw({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
  expect(canDraw({}, { TERM: 'xterm' })).toBe(false);
});
