import { compareNumbers, Decimal, differenceOf, isNumberText, plainText } from './decimal';
import { fitTimestamp } from './fitTime';

/** What the values of a cursor are, and so what they are ordered by: numbers by value, times as instants, texts by their characters. */
export type CursorType = 'number' | 'time' | 'text';

/** A value of a cursor: as the API wrote it, and what it is ordered by. */
export interface Cursor {
  readonly text: string;
  readonly order: Decimal | bigint | string;
}

const TIME = /^(\d{4}-\d{2}-\d{2})(?:([T ])(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?( ?)(?:(Z)|([-+])(\d{2})(?::?(\d{2}))?)?)?$/i;

const NANOSECONDS = 1_000_000_000n;

/** What `text`, an initial value, says that the values after it are. */
export function cursorTypeOf(text: string): CursorType {
  if (cursorOf(text, 'number') !== undefined) return 'number';
  return cursorOf(text, 'time') === undefined ? 'text' : 'time';
}

/** The cursor that `text` writes; undefined when it is none of `type`. A time without an offset is one of UTC, a date its midnight. */
export function cursorOf(text: string, type: CursorType): Cursor | undefined {
  if (type === 'text') return { text, order: text };
  const order = type === 'number' ? numberOf(text) : instantOf(text);
  return order === undefined ? undefined : { text, order };
}

/** Negative, zero or positive, as `a` comes before `b`, is equal to it, or comes after it; both are of one type. */
export function compareCursors({ order: a }: Cursor, { order: b }: Cursor): number {
  if (typeof a !== 'string' && typeof b !== 'string') return compareNumbers(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The text `lag` before `cursor`: a number in its own unit, a time in seconds. A time keeps the shape that the API gave it (date or timestamp,
 * digits, offset); what does not fit into that is cut off, which asks for more and never for less.
 */
export function earlier({ text, order }: Cursor, lag: number): string {
  if (lag === 0 || typeof order === 'string') return text;
  if (order instanceof Decimal) return plainText(differenceOf(order, lag));
  const [, , blank, clock, second, fraction, gap = '', zulu = '', sign = '', hours = '', minutes = ''] = TIME.exec(text)!;
  const nanoseconds = BigInt(Math.round(lag * 1e9));
  const local = order - nanoseconds + offsetOf(sign, hours, minutes);
  const whole = local >= 0n ? local / NANOSECONDS : (local - NANOSECONDS + 1n) / NANOSECONDS;
  const iso = new Date(Number(whole) * 1000).toISOString();
  if (clock === undefined) return iso.slice(0, 10);
  const digits =
    fraction &&
    `.${String(local - whole * NANOSECONDS)
      .padStart(9, '0')
      .slice(0, fraction.length)}`;
  const zone = `${gap}${zulu}${sign}${hours}${minutes && text.at(-3) === ':' ? ':' : ''}${minutes}`;
  return `${iso.slice(0, 10)}${blank}${iso.slice(11, second === undefined ? 16 : 19)}${digits ?? ''}${zone}`;
}

function numberOf(text: string): Decimal | undefined {
  if (!isNumberText(text)) return undefined;
  const number = new Decimal(text);
  try {
    return number.digits && number;
  } catch {
    // an exponent beyond all measure
    return undefined;
  }
}

/** Nanoseconds since 1970; undefined for what is no ISO 8601 date or timestamp. */
function instantOf(text: string): bigint | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, date, , clock = '00:00', second = '00', fraction = '', , zulu, sign = '', hours = '', minutes = ''] = match;
  if (fitTimestamp(zulu !== undefined || sign !== '', 9)(text) !== undefined) return undefined;
  const seconds = BigInt(Date.parse(`${date}T${clock}:${second}Z`) / 1000);
  return seconds * NANOSECONDS + BigInt(fraction.padEnd(9, '0')) - offsetOf(sign, hours, minutes);
}

/** Of a time zone to UTC, in nanoseconds. */
const offsetOf = (sign: string, hours: string, minutes: string): bigint =>
  BigInt((sign === '-' ? -60 : 60) * (Number(hours) * 60 + Number(minutes))) * NANOSECONDS;
