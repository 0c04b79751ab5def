import type { Status } from '../core/run';
import { resultOf } from './context.fixture';
import { paintOf } from './paint';
import { completedLine, doneLine, summaryOf } from './summary';
import { durationText } from './words';

test('every status is counted once, failed tests as errors', () => {
  const statuses: readonly Status[] = ['success', 'pass', 'warn', 'fail', 'error', 'skipped', 'skipped', 'unchanged'];
  const summary = summaryOf(statuses.map((status, index) => resultOf({ id: `model.m${index}`, kind: 'model', status })));
  expect(summary).toEqual({ pass: 2, warn: 1, error: 2, skip: 2, unchanged: 1, total: 8 });
  expect(doneLine(summary)).toBe('Done. PASS=2 WARN=1 ERROR=2 SKIP=2 UNCHANGED=1 TOTAL=8');
});

test.each([
  [{ error: 0, warn: 0, skip: 0 }, 'Completed successfully'],
  [{ error: 1, warn: 0, skip: 0 }, 'Completed with 1 error'],
  [{ error: 0, warn: 2, skip: 0 }, 'Completed with 2 warnings'],
  [{ error: 2, warn: 0, skip: 1 }, 'Completed with 2 errors and 1 skipped step'],
  [{ error: 2, warn: 1, skip: 3 }, 'Completed with 2 errors, 1 warning and 3 skipped steps'],
])('%j: %s', (counts, expected) => {
  expect(completedLine({ pass: 5, unchanged: 0, total: 9, ...counts }, paintOf(false))).toBe(expected);
});

test.each([
  [0, '0 hours 0 minutes and 0.00 seconds (0.00s)'],
  [59.999, '0 hours 1 minutes and 0.00 seconds (60.00s)'],
  [3725.5, '1 hours 2 minutes and 5.50 seconds (3725.50s)'],
])('%d seconds are %s', (seconds, expected) => {
  expect(durationText(seconds)).toBe(expected);
});
