const INTEGER = /^[-+]?[0-9]+$/;
const NUMBER = /^[-+]?(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([-+]?[0-9]+))?$/;

/** What NUMERIC without a precision can hold in PostgreSQL: digits before and after the point. */
const MOST_WHOLE_DIGITS = 131_072;
const MOST_FRACTION_DIGITS = 16_383;

/** Checks integers of `bytes` bytes. `1.0` and `1e3` are refused, as the database does. */
export function fitInteger(bytes: 2 | 4 | 8): (text: string) => string | undefined {
  const largest = 2n ** BigInt(bytes * 8 - 1) - 1n;
  const smallest = -largest - 1n;
  const short = largest.toString().length - 1;
  return (text) => {
    if (!INTEGER.test(text)) return 'it is not an integer';
    if (text.length <= short) return undefined;
    const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
    if (value > largest) return `it is above ${largest}`;
    return value < smallest ? `it is below ${smallest}` : undefined;
  };
}

/**
 * Checks decimals of `precision` digits, `scale` of them after the point (both absent: any), from their digits alone: nothing is
 * rounded, nothing passes through a double, and an exponent of a billion costs nothing.
 */
export function fitDecimal(precision?: number, scale = 0): (text: string) => string | undefined {
  const mostFraction = precision === undefined ? MOST_FRACTION_DIGITS : scale;
  const mostWhole = precision === undefined ? MOST_WHOLE_DIGITS : precision - scale;
  return (text) => {
    const match = NUMBER.exec(text);
    if (match === null) return 'it is not a number';
    const fraction = match[2] ?? match[3] ?? '';
    const digits = (match[1] ?? '') + fraction;
    let first = 0;
    while (first < digits.length && digits.charCodeAt(first) === 48) first += 1;
    if (first === digits.length) return undefined;
    let last = digits.length;
    while (digits.charCodeAt(last - 1) === 48) last -= 1;
    const point = digits.length - fraction.length + Number(match[4] ?? 0);
    if (last - point > mostFraction) return `it has ${digitsOf(last - point)} after the point, ${mostFraction} fit`;
    return point - first > mostWhole ? `it has ${digitsOf(point - first)} before the point, ${mostWhole} fit` : undefined;
  };
}

const digitsOf = (count: number): string => `${count} ${count === 1 ? 'digit' : 'digits'}`;

/** Checks binary floating-point numbers: these types round by nature, so only the range counts. */
export function fitFloat(bytes: 4 | 8): (text: string) => string | undefined {
  return (text) => {
    const match = NUMBER.exec(text);
    if (match === null) return 'it is not a number';
    const value = bytes === 4 ? Math.fround(Number(text)) : Number(text);
    if (!Number.isFinite(value)) return 'it is too large';
    return value === 0 && /[1-9]/.test(text.split(/[eE]/, 1)[0]!) ? 'it is too small to tell from zero' : undefined;
  };
}
