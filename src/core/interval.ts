/** How long the batches of a model are; each begins where its hour, day, month or year begins in UTC. */
export type BatchSize = 'hour' | 'day' | 'month' | 'year';

export const BATCH_SIZES: readonly BatchSize[] = ['hour', 'day', 'month', 'year'];

/** A time from `start` up to, but without, `end`; both in milliseconds since 1970. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Where the batch begins that holds `time`. */
export function batchStart(time: number, size: BatchSize): number {
  const [year, month, day, hour] = partsOf(time);
  switch (size) {
    case 'hour':
      return Date.UTC(year, month, day, hour);
    case 'day':
      return Date.UTC(year, month, day);
    case 'month':
      return Date.UTC(year, month);
    case 'year':
      return Date.UTC(year, 0);
  }
}

/** Where the batch begins that is `count` batches after the one that begins at `start`. */
export function batchAfter(start: number, size: BatchSize, count = 1): number {
  const [year, month, day, hour] = partsOf(start);
  switch (size) {
    case 'hour':
      return Date.UTC(year, month, day, hour + count);
    case 'day':
      return Date.UTC(year, month, day + count);
    case 'month':
      return Date.UTC(year, month + count);
    case 'year':
      return Date.UTC(year + count, 0);
  }
}

/** The batches from the one that holds `start` to the one that ends at or after `end`, in order. */
export function batchesBetween({ start, end }: Interval, size: BatchSize): readonly Interval[] {
  const batches: Interval[] = [];
  for (let from = batchStart(start, size); from < end; from = batchAfter(from, size)) {
    batches.push({ start: from, end: batchAfter(from, size) });
  }
  return batches;
}

/** What people call the batch that begins at `start`: `2026-01`, `2026-01-31`, `2026-01-31T05`, as dbt has it. */
export const batchName = (start: number, size: BatchSize): string =>
  isoTime(start).slice(0, { year: 4, month: 7, day: 10, hour: 13 }[size]);

/** `2026-01-31T05:00:00Z`. */
export const isoTime = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** `2026-01-31 05:00:00+00:00`, which every engine takes for a date, a timestamp (as one in UTC) and a timestamp with time zone. */
export const sqlTime = (time: number): string => isoTime(time).replace('T', ' ').replace('Z', '+00:00');

const WRITTEN = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?Z?)?)?)?$/;

/** The time that `text` writes as `2026-01-31`, `2026-01-31 05:00:00` or `2026-01-31T05:00:00Z`, always in UTC; undefined when it writes none. */
export function timeOf(text: string): number | undefined {
  const parts = WRITTEN.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts
    .slice(1)
    .map((part, index) => Number(part ?? (index === 1 || index === 2 ? 1 : 0)));
  const time = Date.UTC(year!, month! - 1, day, hour, minute, second);
  // the thirty-first of June would be the first of July
  return isoTime(time).startsWith(text.slice(0, 10)) && hour! < 24 && minute! < 60 && second! < 60 ? time : undefined;
}

/** Stand in compiled SQL for the bounds of a batch, which are known when a run is planned; as long as what takes their place, so that offsets hold. */
const START = '{etlx:start of the batch}';
const END = '{etlx:close of the batch}';

/** The condition, in compiled SQL, that a row lies in the batch; `column` is quoted. */
export const inBatch = (column: string): string => `${column} >= '${START}' and ${column} < '${END}'`;

/** Whether compiled SQL asks anywhere which batch it is for. */
export const asksBatch = (sql: string): boolean => sql.includes(START);

/** `sql` for the batch of one interval. */
export const boundTo = (sql: string, { start, end }: Interval): string =>
  sql.replaceAll(START, sqlTime(start)).replaceAll(END, sqlTime(end));

/** `sql` for all times at once. */
export const unbounded = (sql: string): string => sql.replaceAll(START, '-infinity').replaceAll(END, 'infinity');

function partsOf(time: number): readonly [year: number, month: number, day: number, hour: number] {
  const date = new Date(time);
  return [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours()];
}
