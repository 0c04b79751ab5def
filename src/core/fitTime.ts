const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIMESTAMP =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(?: ?(Z|[-+][0-9]{2}(?::?[0-9]{2})?))?)?$/i;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** The widest offset from UTC that PostgreSQL takes, in hours. */
const WIDEST_OFFSET = 15;

/** Checks ISO 8601 calendar dates of the years 1 to 9999; a time of day would be lost, so it is refused. */
export function fitDate(text: string): string | undefined {
  const match = DATE.exec(text);
  if (match === null) return TIMESTAMP.test(text) ? 'it has a time of day, which a date drops' : 'it is not a date like 2026-09-30';
  const year = Number(match[1]);
  const month = Number(match[2]);
  const days = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : DAYS[month - 1];
  const day = Number(match[3]);
  return year === 0 || days === undefined || day === 0 || day > days ? 'there is no such day' : undefined;
}

/**
 * Checks ISO 8601 timestamps (`T` or a blank between date and time). An offset is required with `zone` and refused without it, because
 * the database would take the session's in the one case and drop it silently in the other. `precision`: digits after the second that are kept.
 */
export function fitTimestamp(zone: boolean, precision: number): (text: string) => string | undefined {
  return (text) => {
    const match = TIMESTAMP.exec(text);
    if (match === null) return 'it is not a timestamp like 2026-09-30T12:00:00';
    const [, date, hour = '00', minute = '00', second = '00', fraction = '', offset] = match;
    const wrongDay = fitDate(date!);
    if (wrongDay !== undefined) return wrongDay;
    if (hour > '23' || minute > '59' || second > '59') return 'there is no such time of day';
    const digits = fraction.replace(/0+$/, '').length;
    if (digits > precision) return `it has ${digits} digits after the second, ${precision} fit`;
    if (offset === undefined) return zone ? 'it has no time zone' : undefined;
    if (!zone) return 'it has a time zone, which the type drops';
    return offset.length > 1 && (Number(offset.slice(1, 3)) > WIDEST_OFFSET || offset.slice(3).replace(':', '') > '59')
      ? 'there is no such time zone'
      : undefined;
  };
}
