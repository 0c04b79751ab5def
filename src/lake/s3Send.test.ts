import type { S3Client } from '@aws-sdk/client-s3';
import { setImmediate } from 'node:timers/promises';
import { sender } from './s3Send';

const client = {} as S3Client;
const error = (name: string, status: number): Error => Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });

/** A server that keeps count of what is under way, and answers with what `answer` gives the n-th request (from 1). */
function counted(answer: (nth: number) => Error | undefined) {
  const count = { now: 0, peak: 0, asked: 0 };
  const request = async (): Promise<void> => {
    count.asked += 1;
    const problem = answer(count.asked);
    count.now += 1;
    count.peak = Math.max(count.peak, count.now);
    await setImmediate();
    count.now -= 1;
    if (problem !== undefined) throw problem;
  };
  return { count, request };
}

test('sixteen requests are under way at once', async () => {
  const send = sender(client, 1);
  const { count, request } = counted(() => undefined);
  await Promise.all(Array.from({ length: 100 }, () => send(request)));
  expect(count).toEqual({ now: 0, peak: 16, asked: 100 });
});

test('a server that says SlowDown is asked for less at once, and then for more again, step by step', async () => {
  const send = sender(client, 1);
  const slow = counted((nth) => (nth <= 16 ? error('SlowDown', 503) : undefined));
  const burst = Array.from({ length: 16 }, () => send(slow.request));
  while (slow.count.asked < 16 || slow.count.now > 0) await setImmediate();
  slow.count.peak = 0;
  await Promise.all(burst);
  // from one at once, one more for each round without a refusal: after sixteen answers not yet six
  expect(slow.count.peak).toBeLessThan(7);
  const well = counted(() => undefined);
  await Promise.all(Array.from({ length: 300 }, () => send(well.request)));
  expect(well.count.peak).toBe(16);
});

test.each([
  ['SlowDown', 503, 7],
  ['InternalError', 500, 7],
  ['TooManyRequests', 429, 7],
  ['AccessDenied', 403, 1],
  ['NoSuchKey', 404, 1],
  ['PreconditionFailed', 412, 1],
  ['NotImplemented', 501, 1],
])('%s (%d) is asked %d times', async (name, status, times) => {
  const { count, request } = counted(() => error(name, status));
  await expect(sender(client, 1)(request)).rejects.toThrow(name);
  expect(count.asked).toBe(times);
});
