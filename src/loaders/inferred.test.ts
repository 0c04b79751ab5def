import { Decimal } from '../core/decimal';
import { inferenceOf } from './inferred';
import type { Json } from './json';

const typeOf = (values: readonly Json[], known?: string): string | undefined => {
  const inference = inferenceOf(known);
  values.forEach((value) => inference.observe(value));
  return inference.type;
};

test.each<[readonly Json[], string | undefined]>([
  [[], undefined],
  [[null, null], undefined],
  [[null, true, false], 'boolean'],
  [[1n, null, -9223372036854775808n], 'bigint'],
  [[9223372036854775808n], 'numeric'],
  [[1n, new Decimal('0.10')], 'numeric'],
  [[new Decimal('2.5'), 1n], 'numeric'],
  [['2026-09-30', '2024-02-29'], 'date'],
  [['2026-09-30', '2026-09-30T12:00:00'], 'timestamp'],
  [['2026-09-30T12:00:00Z', '2026-09-30 12:00:00.5+02'], 'timestamptz'],
  [['2026-09-30T12:00:00', '2026-09-30T12:00:00Z'], 'text'],
  [['2026-02-30'], 'text'],
  [['1', '2'], 'text'],
  [[1n, '2'], 'text'],
  [[true, 1n], 'text'],
  [[[1n]], 'text'],
  [[{ a: null }], 'text'],
  [[''], 'text'],
])('%j is %s', (values, type) => {
  expect(typeOf(values)).toBe(type);
  expect(typeOf([...values].reverse())).toBe(type);
});

test('a type that is known becomes wider and never narrower', () => {
  expect(typeOf([1n], 'numeric')).toBe('numeric');
  expect(typeOf([new Decimal('1.5')], 'bigint')).toBe('numeric');
  expect(typeOf(['2026-09-30'], 'timestamp')).toBe('timestamp');
  expect(typeOf([1n], 'text')).toBe('text');
  expect(typeOf([1n], 'date')).toBe('text');
  expect(typeOf([], 'date')).toBe('date');
});
