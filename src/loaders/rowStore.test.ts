import { Decimal } from '../core/decimal';
import type { Json } from './json';
import { rowStore } from './rowStore';

const CELLS: readonly Json[] = [
  null,
  true,
  false,
  '',
  'text',
  'n',
  'né 𝒶\0\n"\\',
  'half \ud83d',
  0n,
  -9007199254740993n,
  new Decimal('1.50'),
  new Decimal('7'),
  new Decimal('1e400'),
  [1n, new Decimal('0.10'), null, ['x']],
  { a: { b: 1n }, ['__proto__']: 2n },
];

test('rows come back as they were', () => {
  const store = rowStore();
  const place = { resource: 'carts', page: 3, record: 2, element: 1 };
  store.add({ cells: CELLS, place });
  store.add({ cells: [], place: { resource: 'users', page: 1, record: 1 } });
  expect(store.at(0)).toEqual({ cells: CELLS, place });
  expect(store.at(1)).toEqual({ cells: [], place: { resource: 'users', page: 1, record: 1 } });
  expect(store.size).toBe(2);
  store.close();
});

test('many rows, in memory and on the disk, also after some of them were replaced', () => {
  const store = rowStore();
  const rowAt = (index: number, text: string) => ({ cells: [BigInt(index), text], place: { resource: 'r', page: index, record: index } });
  const textOf = (index: number): string => 'x'.repeat(index % 1000 === 999 ? 1_500_000 : index % 40);
  for (let index = 0; index < 5000; index += 1) store.add(rowAt(index, textOf(index)));
  for (let index = 0; index < 5000; index += 500) store.replace(index, rowAt(index, `replaced ${index}`));
  const wrong = Array.from({ length: 5000 }, (_, index) => index).filter((index) => {
    const expected = index % 500 === 0 ? `replaced ${index}` : textOf(index);
    const { cells, place } = store.at(index);
    return cells[0] !== BigInt(index) || cells[1] !== expected || place.page !== index || place.record !== index;
  });
  expect(wrong).toEqual([]);
  store.close();
});
