import { failure } from '../core/diagnostic';
import type { Reads } from '../compile/sampled';
import type { Flags } from './flags';

const LENGTHS = {
  hour: (time: Date, count: number) => time.setUTCHours(time.getUTCHours() - count),
  day: (time: Date, count: number) => time.setUTCDate(time.getUTCDate() - count),
  week: (time: Date, count: number) => time.setUTCDate(time.getUTCDate() - 7 * count),
  month: (time: Date, count: number) => time.setUTCMonth(time.getUTCMonth() - count),
  year: (time: Date, count: number) => time.setUTCFullYear(time.getUTCFullYear() - count),
} as const;

const SAMPLE = /^([1-9]\d*)(?:\s+(hour|day|week|month|year)s?)?$/;

/** What `--empty` and `--sample` say of how much models read; undefined: everything. Throws EtlxError `usage`. */
export function readsOf({ empty, sample }: Flags, now: Date): Reads | undefined {
  if (empty && sample !== undefined)
    throw failure('usage', { problem: 'there is one of `--empty` and `--sample`', hint: '`--empty` reads no rows at all' });
  if (empty) return 'nothing';
  if (sample === undefined) return undefined;
  const [, count, unit] = SAMPLE.exec(sample.trim()) ?? [];
  if (count === undefined)
    throw failure('usage', {
      problem: `\`--sample\` takes a number of rows or a length of time, found \`${sample}\``,
      hint: "for example: `--sample 1000` or `--sample '3 days'`",
    });
  if (unit === undefined) return { rows: Number(count) };
  const since = new Date(now);
  LENGTHS[unit as keyof typeof LENGTHS](since, Number(count));
  return { since };
}
