import type { Event } from '../core/event';
import type { NodeId } from '../core/node';
import type { StepResult } from '../core/run';
import { contextFixture, resultOf } from './context.fixture';
import { liveReporter } from './live';
import { screenFixture } from './screen.fixture';
import { every, type Every } from './timer';

/** A live reporter on a screen, with a clock and a timer that the test turns by hand. */
function liveFixture(columns = 80, rows = 24) {
  const screen = screenFixture(columns, rows);
  const { context, time } = contextFixture();
  const timers = new Set<() => void>();
  const byHand: Every = (_, work) => {
    timers.add(work);
    return () => timers.delete(work);
  };
  const reporter = liveReporter({ ...context, output: screen.output }, byHand);
  const pass = (milliseconds: number): void => {
    time.at = new Date(time.at.getTime() + milliseconds);
    for (const work of timers) work();
  };
  return { screen, reporter, timers, pass };
}

const begun = (total: number): Event => ({
  type: 'run.started',
  run: 'r',
  command: 'build',
  target: 'dev',
  threads: 4,
  found: { model: total },
  total,
});
const start = (name: string, index: number, total: number): Event => ({
  type: 'step.started',
  step: { id: `model.${name}`, kind: 'model', name, materialized: 'table' },
  index,
  total,
  slot: 1,
});
const end = (name: string, index: number, total: number, news: Partial<StepResult> = {}): Event => ({
  type: 'step.finished',
  result: resultOf({ id: `model.${name}` as NodeId, kind: 'model', materialized: 'table', status: 'success', rows: 3, ...news }),
  index,
  total,
});

test('what runs stands at the bottom, what ended above it', () => {
  const { screen, reporter, timers, pass } = liveFixture();
  reporter.emit(begun(3));
  reporter.emit({ type: 'step.started', step: { id: 'extract.shop.users', kind: 'extract', name: 'users' }, index: 1, total: 3, slot: 1 });
  reporter.emit(start('a', 2, 3));
  pass(1500);
  const head = "Running with etlx=0.1.0\nFound 3 models\n\nConcurrency: 4 threads (target='dev')\n";
  expect(screen.text()).toBe(`${head}
⠹ api resource shop.users  1.5s
⠹ sql table model a  1.5s
0 of 3 done, 2 running`);
  expect(screen.state.cursorShown).toBe(false);

  reporter.emit({ type: 'step.progress', id: 'extract.shop.users', phase: 'extract', rows: 1200, pages: 3 });
  reporter.emit(end('a', 2, 3));
  pass(80);
  const first = '2 of 3 OK created sql table model a .................... [SELECT 3 in 0.07s]';
  expect(screen.text()).toBe(`${head}
${first}
⠸ api resource shop.users  extract, 1,200 rows, 3 pages  1.6s
1 of 3 done, 1 running`);

  reporter.emit({ type: 'step.retried', id: 'extract.shop.users', attempt: 1, delay: 5, problem: 'lost' });
  pass(80);
  expect(screen.text()).toBe(`${head}
${first}
1 of 3 RETRY api resource shop.users ................... [RETRY in 5s]
  attempt 1 failed: lost
⠼ api resource shop.users  waits 5s to try again  1.7s
1 of 3 done, 1 running`);

  const results = [resultOf({ id: 'model.a', kind: 'model', status: 'success' })];
  reporter.emit({ type: 'run.finished', result: { run: 'r', command: 'build', startedAt: '', seconds: 1.2, results } });
  expect(screen.text().split('\n').slice(-7)).toEqual([
    '  attempt 1 failed: lost',
    '',
    'Finished running 1 model in 0 hours 0 minutes and 1.20 seconds (1.20s).',
    '',
    'Completed successfully',
    '',
    'Done. PASS=1 WARN=0 ERROR=0 SKIP=0 TOTAL=1',
  ]);
  expect(screen.state.cursorShown).toBe(true);
  expect(timers.size).toBe(0);
});

test('a terminal with few rows shows some of the steps and counts the rest', () => {
  const { screen, reporter, pass } = liveFixture(80, 9);
  reporter.emit(begun(16));
  for (let index = 1; index <= 16; index += 1) reporter.emit(start(`m${index}`, index, 16));
  pass(1000);
  expect(screen.text().split('\n').slice(-5)).toEqual([
    '⠹ sql table model m1  1.0s',
    '⠹ sql table model m2  1.0s',
    '⠹ sql table model m3  1.0s',
    '… and 13 more',
    '0 of 16 done, 16 running',
  ]);
});

test('a narrow terminal cuts the region, never the permanent lines', () => {
  const { screen, reporter, pass } = liveFixture(20);
  reporter.emit(begun(2));
  reporter.emit(start('a_rather_long_name', 1, 2));
  reporter.emit(end('b', 2, 2));
  pass(100);
  expect(screen.text().split('\n').slice(-5)).toEqual([
    '2 of 2 OK created sq',
    'l table model b ...',
    '[SELECT 3 in 0.07s]',
    '⠹ sql table model…',
    '1 of 2 done, 1 run…',
  ]);
});

test('a terminal that is made narrower keeps every permanent line', () => {
  const { screen, reporter, pass } = liveFixture(80);
  reporter.emit(begun(3));
  reporter.emit(start('a_rather_long_name', 1, 3));
  reporter.emit(end('b', 2, 3));
  pass(100);
  screen.size.columns = 30;
  pass(100);
  reporter.emit(end('c', 3, 3));
  pass(100);
  reporter.close();
  expect(screen.text()).toContain('2 of 3 OK created sql table model b .................... [SELECT 3 in 0.07s]');
  expect(screen.text().endsWith('3 of 3 OK created sql table mo\ndel c ... [SELECT 3 in 0.07s]')).toBe(true);
});

test('a run that breaks off leaves its lines, no region, the cursor and no timer', () => {
  const { screen, reporter, timers } = liveFixture();
  reporter.emit(begun(2));
  reporter.emit(start('a', 1, 2));
  reporter.emit(end('b', 2, 2, { status: 'error' }));
  reporter.close();
  reporter.close();
  expect(screen.text().split('\n').slice(-2)).toEqual(['', '2 of 2 ERROR creating sql table model b ................ [ERROR in 0.07s]']);
  expect(screen.state.cursorShown).toBe(true);
  expect(timers.size).toBe(0);
  const { writes } = screen.state;
  reporter.emit(start('late', 1, 2));
  expect(screen.state.writes).toBe(writes);
});

test('a closing longer than the terminal is high is shown whole', () => {
  const { screen, reporter } = liveFixture(80, 10);
  const results = Array.from({ length: 40 }, (_, index) => resultOf({ id: `test.t${index}`, kind: 'test', status: 'fail', failures: 1 }));
  reporter.emit(begun(40));
  reporter.emit({ type: 'run.finished', result: { run: 'r', command: 'test', startedAt: '', seconds: 1, results } });
  expect(screen.text().match(/^Failure in test t\d+$/gm)).toHaveLength(40);
});

test('ten thousand short steps between two frames are one write', () => {
  const { screen, reporter, pass } = liveFixture();
  reporter.emit(begun(10_000));
  const { writes } = screen.state;
  for (let index = 1; index <= 10_000; index += 1) {
    reporter.emit(start(`m${index}`, index, 10_000));
    reporter.emit(end(`m${index}`, index, 10_000));
  }
  pass(80);
  expect(screen.state.writes).toBe(writes + 1);
  expect(screen.text().match(/OK created/g)).toHaveLength(10_000);
});

test('a notice before the run needs no region', () => {
  const { screen, reporter } = liveFixture();
  reporter.emit({ type: 'notice', level: 'info', message: 'starting from a prepared image' });
  expect(screen.text()).toBe('starting from a prepared image');
  reporter.close();
});

test('the timer does not keep the process alive', () => {
  const alive = (): number => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
  const before = alive();
  const stop = every(60_000, () => undefined);
  expect(alive()).toBe(before);
  stop();
});
