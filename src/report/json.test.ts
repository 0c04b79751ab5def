import type { Event } from '../core/event';
import { contextFixture, resultOf } from './context.fixture';
import { diagnosticsJson, jsonReporter } from './json';
import { jsonText } from './jsontext';
import { paintOf } from './paint';

const time = new Date(2026, 0, 2, 10, 1, 2).toISOString();
const failed = resultOf({ id: 'model.x', kind: 'model', status: 'error', diagnostics: [{ code: 'internal', message: 'two\nlines' }] });
const events: readonly Event[] = [
  { type: 'run.started', run: 'r', command: 'build', target: 'dev', threads: 4, found: { model: 1 }, total: 1 },
  { type: 'step.started', step: { id: 'model.x', kind: 'model', name: 'x', materialized: 'view' }, index: 1, total: 1, slot: 1 },
  { type: 'step.progress', id: 'extract.shop.users', phase: 'extract', rows: 30, pages: 1 },
  { type: 'step.retried', id: 'model.x', attempt: 1, delay: 5, problem: 'lost' },
  { type: 'step.finished', result: failed, index: 1, total: 1 },
  { type: 'notice', level: 'info', message: 'a notice' },
  { type: 'run.finished', result: { run: 'r', command: 'build', startedAt: time, seconds: 1, results: [failed] } },
];

test('an event is one object on one line: time, level, name, the plain line, the event', () => {
  const { context, text } = contextFixture();
  const reporter = jsonReporter({ ...context, paint: paintOf(true) });
  for (const event of events) reporter.emit(event);
  const lines = text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ level, name, message }) => [level, name, message])).toEqual([
    ['info', 'run.started', 'Found 1 model'],
    ['info', 'step.started', '1 of 1 START sql view model x .................................................. [RUN]'],
    ['debug', 'step.progress', 'extract.shop.users: extract, 30 rows, 1 page'],
    [
      'warn',
      'step.retried',
      '1 of 1 RETRY sql view model x .................................................. [RETRY in 5s] attempt 1 failed: lost',
    ],
    ['error', 'step.finished', '1 of 1 ERROR creating sql model x .............................................. [ERROR in 0.07s]'],
    ['info', 'notice', 'a notice'],
    ['info', 'run.finished', 'Done. PASS=0 WARN=0 ERROR=1 SKIP=0 TOTAL=1'],
  ]);
  expect(lines[0]).toEqual({
    time,
    level: 'info',
    name: 'run.started',
    message: 'Found 1 model',
    data: { etlx: '0.1.0', run: 'r', command: 'build', target: 'dev', threads: 4, found: { model: 1 }, total: 1 },
  });
  expect(lines[4]!['data']).toEqual({ result: JSON.parse(JSON.stringify(failed)), index: 1, total: 1 });
  const summary = { pass: 0, warn: 0, error: 1, skip: 0, unchanged: 0, total: 1 };
  expect(lines[6]!['data']).toEqual({ run: 'r', command: 'build', startedAt: time, seconds: 1, summary });
});

test('of a quiet log only errors are left', () => {
  const { context, text } = contextFixture();
  const reporter = jsonReporter(context, 'error');
  for (const event of events) reporter.emit(event);
  expect(
    text()
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name),
  ).toEqual(['step.finished']);
});

test('diagnostics join the log', () => {
  const at = { file: 'models/x.sql', line: 3, column: 6 };
  expect(diagnosticsJson([{ code: 'ref.unknown', message: 'm', hint: 'h', at }], () => new Date(time))).toBe(
    `{"time":"${time}","level":"error","name":"diagnostic","message":"m","data":{"code":"ref.unknown","message":"m","hint":"h","at":{"file":"models/x.sql","line":3,"column":6}}}\n`,
  );
  expect(diagnosticsJson([], () => new Date(time))).toBe('');
});

test('large integers keep their digits', () => {
  expect(jsonText({ id: 9007199254740993n, list: [1n], text: 'a\nb' })).toBe('{"id":"9007199254740993","list":["1"],"text":"a\\nb"}');
});
