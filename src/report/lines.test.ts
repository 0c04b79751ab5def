import type { Event } from '../core/event';
import type { RunResult, StepResult } from '../core/run';
import { contextFixture, resultOf } from './context.fixture';
import { linesReporter } from './lines';

const users = resultOf({
  id: 'extract.shop.users',
  kind: 'extract',
  status: 'success',
  rows: 70,
  message: '70 records in 3 pages',
  seconds: 0.21,
});
const dataset = resultOf({ id: 'dataset.shop.users_table', kind: 'dataset', status: 'success', rows: 72, seconds: 0.02 });
const table = resultOf({
  id: 'source.shop.users_table',
  kind: 'load',
  status: 'success',
  relation: '"shop"."users_table"',
  rows: 72,
  message: 'COPY 72',
  seconds: 0.1,
});
const model = { id: 'model.user_summaries', kind: 'model', relation: '"shop"."user_summaries"', materialized: 'table' } as const;
const finished = (result: StepResult, index: number, total = 28): Event => ({ type: 'step.finished', result, index, total });
const run = (results: readonly StepResult[]): RunResult => ({
  run: 'r',
  command: 'build',
  startedAt: '2026-01-02T10:01:02.000Z',
  seconds: 1.2,
  results,
});

/** The log of `events`, each line without its stamp. */
function logOf(events: readonly Event[]): string {
  const { context, text } = contextFixture();
  const reporter = linesReporter(context);
  for (const event of events) reporter.emit(event);
  reporter.close();
  return text().replace(/^10:01:02 {0,2}/gm, '');
}

test('a run begins with what was found, every line stamped', () => {
  const { context, text, time } = contextFixture();
  const reporter = linesReporter(context);
  const found = { extract: 3, model: 6, source: 1, seed: 0, test: 20 };
  reporter.emit({ type: 'run.started', run: 'r', command: 'build', target: 'dev', threads: 4, found, total: 28 });
  time.at = new Date(2026, 0, 2, 23, 59, 9);
  reporter.emit({ type: 'notice', level: 'warn', message: 'the lake is empty' });
  expect(text()).toBe(`10:01:02  Running with etlx=0.1.0
10:01:02  Found 3 extracts, 6 models, 1 source, 20 data tests
10:01:02
10:01:02  Concurrency: 4 threads (target='dev')
10:01:02
23:59:09  Warning: the lake is empty
`);
});

test('steps of every kind have a line when they begin and when they end', () => {
  const start = (result: StepResult, index: number): Event => ({ type: 'step.started', step: result, index, total: 28, slot: 1 });
  const summaries = resultOf({ ...model, status: 'success', message: 'SELECT 120' });
  const check = resultOf({ id: 'test.unique_users_user_id', kind: 'test', status: 'pass', seconds: 0.03 });
  expect(
    logOf([
      start(users, 1),
      { type: 'step.progress', id: users.id, phase: 'extract', rows: 30, pages: 1 },
      finished(users, 1),
      start(dataset, 2),
      finished(dataset, 2),
      start(table, 3),
      finished(table, 3),
      start(summaries, 4),
      finished(summaries, 4),
      start(check, 5),
      finished(check, 5),
    ]),
  ).toBe(`1 of 28 START api resource shop.users .......................................... [RUN]
1 of 28 OK extracted api resource shop.users ................................... [70 records in 3 pages in 0.21s]
2 of 28 START dataset shop.users_table ......................................... [RUN]
2 of 28 OK transformed dataset shop.users_table ................................ [72 rows in 0.02s]
3 of 28 START source table shop.users_table .................................... [RUN]
3 of 28 OK loaded source table shop.users_table ................................ [COPY 72 in 0.10s]
4 of 28 START sql table model shop.user_summaries .............................. [RUN]
4 of 28 OK created sql table model shop.user_summaries ......................... [SELECT 120 in 0.07s]
5 of 28 START test unique_users_user_id ........................................ [RUN]
5 of 28 PASS unique_users_user_id .............................................. [PASS in 0.03s]
`);
});

test('what does not go well has a line of its own', () => {
  const check = { id: 'test.relationships_x', kind: 'test', seconds: 0.03 } as const;
  expect(
    logOf([
      finished(resultOf({ ...check, status: 'warn', failures: 3 }), 9),
      finished(resultOf({ ...check, status: 'fail', failures: 2 }), 10),
      finished(resultOf({ ...check, status: 'error' }), 11),
      finished(resultOf({ ...model, status: 'error' }), 12),
      finished(resultOf({ ...users, status: 'error' }), 13),
      finished(resultOf({ ...model, status: 'skipped', seconds: 0 }), 14),
      finished(resultOf({ ...check, status: 'skipped', seconds: 0 }), 15),
      finished(resultOf({ ...dataset, status: 'skipped', seconds: 0 }), 16),
    ]),
  ).toBe(`9 of 28 WARN 3 relationships_x ................................................. [WARN 3 in 0.03s]
10 of 28 FAIL 2 relationships_x ................................................ [FAIL 2 in 0.03s]
11 of 28 ERROR relationships_x ................................................. [ERROR in 0.03s]
12 of 28 ERROR creating sql table model shop.user_summaries .................... [ERROR in 0.07s]
13 of 28 ERROR extracting api resource shop.users .............................. [ERROR in 0.21s]
14 of 28 SKIP relation shop.user_summaries ..................................... [SKIP]
15 of 28 SKIP test relationships_x ............................................. [SKIP]
16 of 28 SKIP dataset shop.users_table ......................................... [SKIP]
`);
});

test('a view, a name that needs its quotes, a name longer than the line', () => {
  const long = 'n'.repeat(100);
  expect(
    logOf([
      finished(resultOf({ ...model, status: 'success', materialized: 'view' }), 1),
      finished(resultOf({ ...model, status: 'success', relation: '"shop"."it""s a.name"', rows: 1 }), 2),
      finished(resultOf({ id: `test.${long}`, kind: 'test', status: 'pass' }), 3),
      finished(resultOf({ id: 'test.東京', kind: 'test', status: 'pass' }), 4),
    ]),
  ).toBe(`1 of 28 OK created sql view model shop.user_summaries .......................... [CREATE VIEW in 0.07s]
2 of 28 OK created sql table model shop."it""s a.name" ......................... [SELECT 1 in 0.07s]
3 of 28 PASS ${long} ... [PASS in 0.07s]
4 of 28 PASS 東京 .............................................................. [PASS in 0.07s]
`);
});

test('a retry says when, after which attempt, and why', () => {
  expect(
    logOf([
      { type: 'step.started', step: { ...model, name: 'user_summaries' }, index: 4, total: 28, slot: 1 },
      { type: 'step.retried', id: model.id, attempt: 1, delay: 5, problem: 'connection lost\nat once' },
      { type: 'step.retried', id: 'model.unheard_of', attempt: 1, delay: 5, problem: 'connection lost' },
    ]),
  ).toBe(`4 of 28 START sql table model shop.user_summaries .............................. [RUN]
4 of 28 RETRY sql table model shop.user_summaries .............................. [RETRY in 5s]
  attempt 1 failed: connection lost\\nat once
RETRY model.unheard_of in 5s
  attempt 1 failed: connection lost
`);
});

test('an event is one write, so that lines of two processes do not mix', () => {
  const { context, writes } = contextFixture();
  linesReporter(context).emit({ type: 'run.finished', result: run([users, table]) });
  expect(writes()).toBe(1);
});

test('the closing is part of the log, with the warnings of the run again', () => {
  const log = logOf([
    { type: 'notice', level: 'warn', message: 'one row was set aside' },
    { type: 'run.finished', result: run([table]) },
  ]);
  expect(log).toBe(`Warning: one row was set aside

Finished running 1 source table in 0 hours 0 minutes and 1.20 seconds (1.20s).

Completed successfully

Warning: one row was set aside

Done. PASS=1 WARN=0 ERROR=0 SKIP=0 TOTAL=1
`);
});
