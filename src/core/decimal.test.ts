import { canonicalText, compareNumbers, Decimal, differenceOf, plainText, productOf, sumOf } from './decimal';

const d = (text: string) => new Decimal(text);

test('sums, differences and products are exact', () => {
  expect(String(sumOf(d('0.1'), d('0.2')))).toBe('0.3');
  expect(String(sumOf(9007199254740993n, d('0.01')))).toBe('9007199254740993.01');
  expect(sumOf(2n, 3n)).toBe(5n);
  expect(String(differenceOf(1n, d('1.01')))).toBe('-0.01');
  expect(String(productOf(d('-19.90'), 3n))).toBe('-59.70');
  expect(String(sumOf(d('1e2'), d('1.5E-3')))).toBe('100.0015');
});

test('numbers compare by value, whatever their digits', () => {
  expect(compareNumbers(d('1.50'), d('1.5'))).toBe(0);
  expect(compareNumbers(d('49.99'), 50n)).toBe(-1);
  expect(compareNumbers(d('50.000000000000000001'), 50)).toBe(1);
  expect(compareNumbers(d('49.99'), 49.99)).toBe(0);
  expect(compareNumbers(d('-0.0'), 0n)).toBe(0);
});

test('the written digits stay until an exponent has to go', () => {
  expect(plainText(d('19.90'))).toBe('19.90');
  expect(plainText(d('1.25e1'))).toBe('12.5');
  expect(plainText(d('5E-7'))).toBe('0.0000005');
  expect(canonicalText(d('19.90'))).toBe('19.9');
  expect(canonicalText(d('100'))).toBe('100');
  expect(canonicalText(d('-0.00'))).toBe('0');
});

test('what cannot be exact is refused', () => {
  expect(() => sumOf(d('1e999999999'), 1n)).toThrow('too many digits');
  expect(() => compareNumbers(Number.NaN, 1n)).toThrow('`NaN` is not a decimal number');
});
