import {
  asksBatch,
  batchAfter,
  batchesBetween,
  batchName,
  batchStart,
  BATCH_SIZES,
  boundTo,
  inBatch,
  isoTime,
  timeOf,
  unbounded,
} from './interval';

const at = (text: string): number => timeOf(text)!;

test.each([
  ['hour', '2024-02-29T23:00:00Z', '2024-03-01T00:00:00Z', '2024-02-29T23'],
  ['day', '2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z', '2024-02-29'],
  ['month', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z', '2024-02'],
  ['year', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '2024'],
] as const)('the %s of a time begins, ends, and is called so', (size, start, end, name) => {
  const begins = batchStart(at('2024-02-29T23:59:59Z'), size);
  expect([isoTime(begins), isoTime(batchAfter(begins, size)), batchName(begins, size)]).toEqual([start, end, name]);
  expect(batchAfter(batchAfter(begins, size, -7), size, 7)).toBe(begins);
});

test('batches lie side by side, from the one that holds the start to the one that ends at or after the end', () => {
  const days = batchesBetween({ start: at('2026-01-30 12:00:00'), end: at('2026-02-01') }, 'day');
  expect(days.map(({ start, end }) => [isoTime(start), isoTime(end)])).toEqual([
    ['2026-01-30T00:00:00Z', '2026-01-31T00:00:00Z'],
    ['2026-01-31T00:00:00Z', '2026-02-01T00:00:00Z'],
  ]);
  for (const size of BATCH_SIZES) expect(batchesBetween({ start: at('2026-01-01'), end: at('2026-01-01') }, size)).toEqual([]);
});

test('a time is written in UTC, whole or in part, and exists', () => {
  expect(
    ['2026', '2026-02', '2026-02-03', '2026-02-03 04:05', '2026-02-03T04:05:06', '2026-02-03T04:05:06Z'].map((text) => isoTime(at(text))),
  ).toEqual([
    '2026-01-01T00:00:00Z',
    '2026-02-01T00:00:00Z',
    '2026-02-03T00:00:00Z',
    '2026-02-03T04:05:00Z',
    '2026-02-03T04:05:06Z',
    '2026-02-03T04:05:06Z',
  ]);
  for (const text of [
    '',
    'today',
    '2026-13',
    '2026-02-30',
    '2026-02-03T24:00',
    '2026-02-03T04:60',
    '2026-02-03T04:05:06+01:00',
    '26-02-03',
  ])
    expect([text, timeOf(text)]).toEqual([text, undefined]);
});

test('what stands for the bounds of a batch is as long as they are', () => {
  const sql = `select * from x where ${inBatch('"at"')} and y`;
  const bound = boundTo(sql, { start: at('2026-01-01'), end: at('2026-01-02') });
  expect(bound).toBe(`select * from x where "at" >= '2026-01-01 00:00:00+00:00' and "at" < '2026-01-02 00:00:00+00:00' and y`);
  expect([bound.length, asksBatch(sql), asksBatch(bound), asksBatch(unbounded(sql))]).toEqual([sql.length, true, false, false]);
});
