import { Decimal } from '../core/decimal';
import type { MergeRule } from '../core/loader';
import type { Json } from './json';
import { mergerOf } from './merge';

const d = (text: string) => new Decimal(text);

/** What `rule` makes of the values, which all have one key. */
function mergedValue(rule: MergeRule, values: readonly Json[]): Json {
  const merger = mergerOf({ key: ['k'], columns: { v: rule }, otherwise: 'first' }, ['k', 'v']);
  values.forEach((value, index) => merger.add({ cells: ['key', value], place: { resource: 'carts', page: 1, record: index + 1 } }));
  const rows = [...merger.rows()];
  expect(rows).toHaveLength(1);
  expect(merger.merged()).toBe(values.length - 1);
  return rows[0]!.cells[1]!;
}

test.each<[MergeRule, readonly Json[], Json]>([
  ['first', [null, 1n], null],
  ['first', [2n, 1n], 2n],
  ['last', [2n, null], null],
  ['sum', [1n, null, 2n], 3n],
  ['sum', [9007199254740993n, 9007199254740993n], 18014398509481986n],
  ['sum', [null, null], null],
  ['min', [d('49.99'), 50n, null], d('49.99')],
  ['max', [d('49.99'), 50n, 7n], 50n],
  ['min', ['b', 'a', '𝒶'], 'a'],
  ['max', ['￿', '𝒶'], '𝒶'],
  ['max', [false, true], true],
  ['same', [d('1.50'), null, d('1.5')], d('1.50')],
])('%s of %p', (rule, values, expected) => {
  expect(mergedValue(rule, values)).toEqual(expected);
});

test('sums of decimals and of numbers as texts are exact', () => {
  expect(String(mergedValue('sum', [d('0.1'), d('0.2'), '0.30']))).toBe('0.60');
});

test.each<[MergeRule, readonly Json[], string]>([
  ['same', ['a', 'b'], 'merging `v` of carts, page 1, record 1 and carts, page 1, record 2: they differ: "a" and "b"'],
  ['sum', ['many', 1n], '"many" is not a number'],
  ['min', ['a', 1n], '"a" and 1 cannot be compared'],
])('%s refuses %p', (rule, values, problem) => {
  expect(() => mergedValue(rule, values)).toThrow(problem);
});

test('keys keep the order in which they came, and a row without one stays out', () => {
  const merger = mergerOf({ key: ['a', 'b'], columns: {}, otherwise: 'last' }, ['a', 'b', 'c']);
  const place = { resource: 'x', page: 1, record: 1 };
  const added = [
    [2n, 'x', 1n],
    [1n, 'x', 2n],
    [d('2.0'), 'x', 3n],
    [null, 'x', 4n],
  ].map((cells) => merger.add({ cells: cells as Json[], place }));
  expect(added).toEqual([true, true, true, false]);
  expect([...merger.rows()].map(({ cells }) => cells)).toEqual([
    [2n, 'x', 3n],
    [1n, 'x', 2n],
  ]);
  expect(merger.merged()).toBe(1);
});

test('more keys than are kept as values, again and again', () => {
  const merger = mergerOf({ key: ['k'], columns: { v: 'sum', w: 'last' }, otherwise: 'same' }, ['k', 'v', 'w']);
  const keys = 11_000;
  for (const round of [1n, 10n, 100n]) {
    for (let key = 0; key < keys; key += 1)
      merger.add({
        cells: [`key ${key}`, round, `${round} of ${key}`],
        place: { resource: 'carts', page: Number(round), record: key + 1 },
      });
  }
  const rows = [...merger.rows()];
  merger.close();
  expect(merger.merged()).toBe(2 * keys);
  expect(rows).toHaveLength(keys);
  const wrong = rows.filter(
    ({ cells: [key, sum, last], place }, index) =>
      key !== `key ${index}` || sum !== 111n || last !== `100 of ${index}` || place.page !== 1 || place.record !== index + 1,
  );
  expect(wrong).toEqual([]);
});
