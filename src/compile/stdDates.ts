import { type Given, ofTexts, reading, type StandardHelpers } from './stdHelper';

/** Parts of a date, as the intervals that every engine can read: a quarter is no unit of PostgreSQL's. */
const INTERVALS = {
  year: '1 year',
  quarter: '3 months',
  month: '1 month',
  week: '7 days',
  day: '1 day',
  hour: '1 hour',
  minute: '1 minute',
  second: '1 second',
  millisecond: '1 millisecond',
  microsecond: '1 microsecond',
} as const;

type Part = keyof typeof INTERVALS;
const PARTS = Object.keys(INTERVALS) as readonly Part[];

const partOf = (given: Given): Part => given.oneOf('datepart', PARTS);

const timestamp = (sql: string): string => `cast(${sql} as timestamp)`;
const date = (sql: string): string => `cast(${sql} as date)`;

const plus = (from: string, part: Part, count: string): string => `(${from} + interval '${INTERVALS[part]}' * (${count}))`;

/** How many units of time fit in a second, below the day. */
const PER_SECOND = { hour: '/ 3600', minute: '/ 60', second: '* 1', millisecond: '* 1000', microsecond: '* 1000000' } as const;

const months = (at: string): string => `(extract(year from ${at}) * 12 + extract(month from ${at}))`;
const quarters = (at: string): string => `(extract(year from ${at}) * 4 + extract(quarter from ${at}))`;

/**
 * How many times a new part begins between two timestamps, as dbt counts. Weeks begin on Monday, as in `date_trunc`; DuckDB's own `date_diff` sees none
 * begin between a Sunday and a Monday, and PostgreSQL has no such function.
 */
function boundaries(part: Part, first: string, second: string): string {
  const between = (of: (at: string) => string): string => `${of(timestamp(second))} - ${of(timestamp(first))}`;
  const started = (at: string): string => `date_trunc('${part}', ${at})`;
  switch (part) {
    case 'year':
      return between((at) => `extract(year from ${at})`);
    case 'quarter':
      return between(quarters);
    case 'month':
      return between(months);
    case 'week':
      return `(${between((at) => date(started(at)))}) / 7`;
    case 'day':
      return between(date);
    default:
      return `extract(epoch from ${between(started)}) ${PER_SECOND[part]}`;
  }
}

const datediff = (part: Part, first: string, second: string): string => `cast(${boundaries(part, first, second)} as bigint)`;

/** A FROM item with one column `n`: the numbers from `first` to `last`. DuckDB refuses subqueries as arguments of table functions. */
export const numbered = (first: number, last: string, { engine }: Given): string =>
  engine === 'duckdb'
    ? `(select unnest(generate_series(${first}, ${last})) as n) as etlx_numbers`
    : `generate_series(${first}, ${last}) as etlx_numbers (n)`;

function lastDay(given: Given): string {
  const part = given.oneOf('datepart', ['year', 'quarter', 'month', 'week']);
  return date(`date_trunc('${part}', ${given.text('date')}) + interval '${INTERVALS[part]}' - interval '1 day'`);
}

/** Steps are counted from the start, so months from the 31st come back to the 31st. */
function dateSpine(given: Given): string {
  const part = partOf(given);
  const start = timestamp(given.text('start_date'));
  const count = `${datediff(part, start, timestamp(given.text('end_date')))} - 1`;
  return `select ${plus(start, part, 'n')} as date_${part} from ${numbered(0, count, given)}`;
}

export const STD_DATES = {
  current_timestamp: ofTexts([], () => 'current_timestamp'),
  date: ofTexts(['year', 'month', 'day'], (year, month, day) => `make_date(${year}, ${month}, ${day})`),
  dateadd: reading(['datepart', 'interval', 'from_date_or_timestamp'], (given) =>
    plus(given.text('from_date_or_timestamp'), partOf(given), given.text('interval')),
  ),
  datediff: reading(['first_date', 'second_date', 'datepart'], (given) =>
    datediff(partOf(given), given.text('first_date'), given.text('second_date')),
  ),
  date_trunc: reading(['datepart', 'date'], (given) => `date_trunc('${partOf(given)}', ${given.text('date')})`),
  last_day: reading(['date', 'datepart'], lastDay),
  date_spine: reading(['datepart', 'start_date', 'end_date'], dateSpine),
} satisfies StandardHelpers;
