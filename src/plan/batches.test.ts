import { batchesBetween, isoTime, timeOf } from '../core/interval';
import type { BatchRule } from '../core/materialization';
import type { ModelStep } from '../core/plan';
import { dueBatches, type BatchSetting, type DoneInterval } from './batches';
import { locked } from './lock';

const at = (text: string): number => timeOf(text)!;
const rule: BatchRule = { eventTime: 'ts', begin: at('2026-01-01'), size: 'day', lookback: 1 };
/** The days from `start` up to `end`, done by `run` at `doneAt`. */
const done = (start: string, end: string, doneAt: string, run = 'past'): readonly DoneInterval[] =>
  batchesBetween({ start: at(start), end: at(end) }, 'day').map((batch) => ({ ...batch, run, doneAt: at(doneAt) }));
const due = (now: string, past: readonly DoneInterval[] = [], setting: Partial<BatchSetting> = {}, of: Partial<BatchRule> = {}) =>
  dueBatches({ ...rule, ...of }, { now: at(now), ...setting }, past).map(({ start }) => isoTime(start).slice(0, 10));

test.each([
  ['nothing is done yet', due('2026-01-03T12:00:00'), ['2026-01-01', '2026-01-02', '2026-01-03']],
  ['a batch begins at its very time', due('2026-01-02'), ['2026-01-01', '2026-01-02']],
  ['it begins later', due('2025-12-31T23:59:59'), []],
  [
    'all is done: the latest, and one before it',
    due('2026-01-05', done('2026-01-01', '2026-01-05', '2026-01-05')),
    ['2026-01-04', '2026-01-05'],
  ],
  ['it looks back on none', due('2026-01-05', done('2026-01-01', '2026-01-05', '2026-01-05'), {}, { lookback: 0 }), ['2026-01-05']],
  [
    'some are missing',
    due('2026-01-09', [...done('2026-01-01', '2026-01-03', '2026-01-03'), ...done('2026-01-04', '2026-01-08', '2026-01-08')]),
    ['2026-01-03', '2026-01-08', '2026-01-09'],
  ],
  [
    'one was not over',
    due('2026-01-05', done('2026-01-01', '2026-01-03', '2026-01-02T12:00:00'), {}, { lookback: 0 }),
    ['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05'],
  ],
  [
    'it began later before',
    due('2026-01-02', done('2026-01-01', '2026-01-03', '2026-01-03'), {}, { begin: at('2025-12-30') }),
    ['2025-12-30', '2025-12-31', '2026-01-01', '2026-01-02'],
  ],
  [
    'batches of another length are others',
    due('2026-02-01', done('2026-01-01', '2026-02-02', '2026-02-02'), {}, { size: 'month', lookback: 0 }),
    ['2026-01-01', '2026-02-01'],
  ],
  [
    'a time is asked for, done or not, also before the beginning',
    due('2026-01-05', done('2026-01-01', '2026-01-05', '2026-01-05'), { asked: { start: at('2025-12-31'), end: at('2026-01-02') } }),
    ['2025-12-31', '2026-01-01'],
  ],
  [
    'a run goes on',
    due('2026-01-05', [...done('2026-01-01', '2026-01-04', '2026-01-05'), ...done('2026-01-05', '2026-01-06', '2026-01-05', 'it')], {
      retryOf: 'it',
    }),
    ['2026-01-04'],
  ],
])('%s', (_, found, expected) => {
  expect(found).toEqual(expected);
});

test('each of its transactions takes the lock of the table first', () => {
  const addition = { strategy: 'microbatch', words: '', standing: { sql: '' }, arriving: { sql: '' }, into: () => ({ statements: [] }) };
  const lines = { file: 'models/m.sql', marks: [] };
  const [batch] = batchesBetween({ start: at('2026-01-01'), end: at('2026-01-02') }, 'day');
  const step: ModelStep = {
    kind: 'model',
    id: 'model.m',
    name: 'm',
    after: [],
    materialized: 'incremental',
    relation: { schema: 'shop', name: 'm' },
    build: [{ sql: 'make' }],
    audits: [],
    publish: [],
    lines,
    batches: { size: 'day', due: [batch!], lines, of: () => ({ build: [{ sql: 'fill' }], addition, publish: [] }) },
  };
  const { build, batches } = locked(step, 1000) as ModelStep;
  const statements = [build, batches!.of(batch!).build].map((each) => each.map(({ sql }) => sql.includes('pg_advisory_xact_lock') || sql));
  expect(statements).toEqual([
    [true, 'make'],
    [true, 'fill'],
  ]);
});
