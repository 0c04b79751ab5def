/** The largest power of ten that is written out; beyond it a number is a mistake or an attack, and its digits would not fit in memory. */
const MAX_EXPONENT = 1000;

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A decimal number with all its digits: `unscaled / 10^scale`. Its digits are read when they are first needed. */
export class Decimal {
  /** As it was written: `19.90` stays `19.90`. */
  readonly text: string;
  #digits?: Digits;

  constructor(text: string, digits?: Digits) {
    this.text = text;
    this.#digits = digits;
  }

  /** Throws RangeError when the text is no decimal number, or one whose digits cannot be written out. */
  get digits(): Digits {
    return (this.#digits ??= digitsOf(this.text));
  }

  toString(): string {
    return this.text;
  }
}

interface Digits {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Whatever stands for an exact number: a `number` is taken for the shortest decimal that means it. */
export type Numeric = Decimal | bigint | number;

/** Whether `text` is a number as JSON writes them. */
export const isNumberText = (text: string): boolean => NUMBER.test(text);

export const decimal = (value: Numeric): Decimal => (value instanceof Decimal ? value : new Decimal(String(value)));

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`; `1.50` equals `1.5`. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The exact sum; integers stay integers. */
export function sumOf(a: Numeric, b: Numeric): Decimal | bigint {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a + b;
  const [left, right, scale] = aligned(a, b);
  return decimalFrom(left + right, scale);
}

/** The exact difference. */
export function differenceOf(a: Numeric, b: Numeric): Decimal {
  const [left, right, scale] = aligned(a, b);
  return decimalFrom(left - right, scale);
}

/** The exact product, with the digits after the point of both. */
export function productOf(a: Numeric, b: Numeric): Decimal {
  const left = decimal(a).digits;
  const right = decimal(b).digits;
  return decimalFrom(left.unscaled * right.unscaled, left.scale + right.scale);
}

/** The number in plain digits, without an exponent; digits that were written stay, also zeros at the end. */
export function plainText(value: Decimal): string {
  if (!/[eE]/.test(value.text)) return value.text;
  const { unscaled, scale } = value.digits;
  return textOf(unscaled, scale);
}

/** The one text of all decimals that are equal: no exponent, no zeros at the end; `1.0` is `1`. */
export function canonicalText(value: Decimal): string {
  const plain = plainText(value);
  const short = plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
  return short === '-0' ? '0' : short;
}

function digitsOf(text: string): Digits {
  const found = NUMBER.exec(text);
  if (found === null) throw new RangeError(`\`${text}\` is not a decimal number`);
  const [, sign, whole, fraction = '', power = '0'] = found;
  const exponent = Number(power);
  if (Math.abs(exponent) > MAX_EXPONENT) throw new RangeError(`\`${text}\` has too many digits to be written out`);
  const unscaled = BigInt(`${sign}${whole}${fraction}`);
  const scale = fraction.length - exponent;
  return scale < 0 ? { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 } : { unscaled, scale };
}

function aligned(a: Numeric, b: Numeric): readonly [bigint, bigint, number] {
  const left = decimal(a).digits;
  const right = decimal(b).digits;
  if (left.scale === right.scale) return [left.unscaled, right.unscaled, left.scale];
  const scale = Math.max(left.scale, right.scale);
  return [left.unscaled * 10n ** BigInt(scale - left.scale), right.unscaled * 10n ** BigInt(scale - right.scale), scale];
}

const decimalFrom = (unscaled: bigint, scale: number): Decimal => new Decimal(textOf(unscaled, scale), { unscaled, scale });

function textOf(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
