import type { Event } from '../core/event';
import { batchesBetween, timeOf } from '../core/interval';
import type { Batches, ModelStep } from '../core/plan';
import { inBatches, noMemory, type Batching } from './batches';

const days = batchesBetween({ start: timeOf('2026-01-01')!, end: timeOf('2026-01-04')! }, 'day');
const lines = { file: 'models/m.sql', marks: [] };
const addition = {
  strategy: 'microbatch',
  words: '',
  standing: { sql: '' },
  arriving: { sql: '' },
  into: () => ({ statements: [] }),
};
const batches: Batches = {
  size: 'day',
  due: days,
  of: ({ start }) => ({ build: [{ sql: `day ${new Date(start).getUTCDate()}` }], addition, publish: [] }),
  lines,
};
const step: ModelStep = {
  kind: 'model',
  id: 'model.m',
  name: 'm',
  after: [],
  materialized: 'incremental',
  relation: { schema: 'shop', name: 'm' },
  build: [{ sql: 'first' }],
  audits: [],
  publish: [],
  closing: [{ sql: 'last' }],
  lines,
};

/** Runs the step as its attempts would, whose transactions fail by what they build; answers what was built. */
function building(failing: Readonly<Record<string, Error>>, failFast = false) {
  const built: string[] = [];
  const told: string[] = [];
  const batching: Batching = {
    memory: noMemory(),
    mayPass: (error) => error instanceof Error && error.message === 'it may pass',
    problemsOf: (error) => [{ code: 'internal', message: (error as Error).message }],
    failFast,
    emit: (event: Event) => void (event.type === 'notice' && told.push(event.message)),
  };
  const attempt = (faults: Readonly<Record<string, Error>>) =>
    inBatches(step, batches, {
      ...batching,
      audit: () => Promise.resolve({ status: 'pass' }),
      signal: new AbortController().signal,
      build: (part) => {
        const what = [...part.build, ...(part.closing ?? [])].map(({ sql }) => sql).join();
        const fault = faults[what];
        if (fault !== undefined) return Promise.reject(fault);
        built.push(what);
        return Promise.resolve({ status: 'success', rows: 2, message: 'MICROBATCH 2' });
      },
    });
  return { built, told, attempt, first: () => attempt(failing) };
}

test('the table first, then each batch, then what stands behind them', async () => {
  const { built, told, first } = building({});
  expect(await first()).toMatchObject({ status: 'success', rows: 6, message: '3 of 3 batches' });
  expect(built).toEqual(['first', 'day 1', 'day 2', 'day 3', 'last']);
  expect(told[2]).toBe('model.m: batch 3 of 3, 2026-01-03: MICROBATCH 2');
});

test('what may pass is thrown, and the next attempt goes on where the last one stopped', async () => {
  const { built, attempt, first } = building({ 'day 2': new Error('it may pass') });
  await expect(first()).rejects.toThrow('it may pass');
  expect(await attempt({})).toMatchObject({ status: 'success', rows: 6 });
  expect(built).toEqual(['first', 'day 1', 'day 2', 'day 3', 'last']);
});

test('what fails for good is told with its batch; the others are still built, and nothing behind them', async () => {
  const { built, told, first } = building({ 'day 2': new Error('wrong') });
  expect(await first()).toMatchObject({
    status: 'error',
    message: '2 of 3 batches',
    batches: { successful: [days[0], days[2]], failed: [days[1]] },
    diagnostics: [{ code: 'step.batches', message: '1 of 3 batches of `m` failed: 2026-01-02' }, { message: 'wrong' }],
  });
  expect([built, told[1]]).toEqual([['first', 'day 1', 'day 3'], 'model.m: batch 2 of 3, 2026-01-02: wrong']);
});

test('with --fail-fast the first failure ends it', async () => {
  const { built, first } = building({ 'day 1': new Error('wrong') }, true);
  expect(await first()).toMatchObject({ status: 'error', message: '0 of 3 batches', batches: { successful: [], failed: [days[0]] } });
  expect(built).toEqual(['first']);
});
