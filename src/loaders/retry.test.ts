import { testClock } from '../../test/support/loaders';
import { NetworkError, type HttpResponse } from './fetcher';
import { loadIds } from './loadId';
import { recordingPath } from './recorded';
import { retryAfter } from './rateHeaders';
import { askAgain } from './retry';

const never = new AbortController().signal;
const now = new Date('2026-11-22T23:01:02Z');

test.each([
  ['7', 7],
  [' 120 ', 120],
  ['Sun, 22 Nov 2026 23:01:12 GMT', 10],
  ['Sun, 22 Nov 2026 22:00:00 GMT', 0],
  ['-5', undefined],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s', (header, seconds) => {
  expect(retryAfter(header, now)).toBe(seconds);
});

async function asked(answers: readonly (HttpResponse | NetworkError)[], retry = { maxAttempts: 4, backoff: 1, maxDelay: 30 }) {
  const clock = testClock();
  let next = 0;
  const ask = async () => {
    const answer = answers[Math.min(next, answers.length - 1)]!;
    next += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const { attempts, response } = await askAgain(ask, { retry, responseActions: [] }, { clock, random: () => 0 }, never);
  return { attempts, status: response?.status, slept: clock.slept };
}

const status = (code: number, after?: string): HttpResponse => ({ status: code, headers: { 'retry-after': after }, body: Buffer.alloc(0) });

test('waits twice as long each time, and gives up at the declared attempts', async () => {
  expect(await asked([status(503)])).toEqual({ attempts: 4, status: 503, slept: [500, 1000, 2000] });
  expect(await asked([new NetworkError('reset', { transient: true })], { maxAttempts: 3, backoff: 100, maxDelay: 60 })).toEqual({
    attempts: 3,
    status: undefined,
    slept: [50_000, 60_000],
  });
});

test('waits as long as the server says, but not longer than declared', async () => {
  expect(await asked([status(429, '2'), status(429, '86400'), status(200)])).toEqual({ attempts: 3, status: 200, slept: [2000, 30_000] });
});

test('what is final is not asked again', async () => {
  expect(await asked([status(404)])).toEqual({ attempts: 1, status: 404, slept: [] });
  expect(await asked([new NetworkError('certificate', { transient: false })])).toEqual({ attempts: 1, status: undefined, slept: [] });
});

test('load ids sort by their making, whatever the clock does', () => {
  let time = Date.UTC(2026, 10, 22, 23, 1, 2, 123);
  const next = loadIds({ now: () => new Date(time), sleep: async () => undefined }, () => 0.999_999_99);
  const ids = Array.from({ length: 2000 }, () => next());
  time += 1;
  ids.push(next());
  time -= 60_000;
  ids.push(next());
  expect(ids[0]).toBe('20261122T230102123Z-7fffff');
  expect(ids[1]).toBe('20261122T230102123Z-800000');
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([
  ['recorded:recordings/shop/users?skip=0&limit=30', 'recordings/shop/users/limit=30&skip=0.json'],
  ['recorded:recordings/shop/users', 'recordings/shop/users.json'],
  ['recorded:r/users?path=..%2F..%2Fetc', 'r/users/path=..%2F..%2Fetc.json'],
])('%s is kept in %s', (url, path) => {
  expect(recordingPath(url)).toBe(path);
});
