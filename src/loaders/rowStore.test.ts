import { Decimal } from '../core/decimal';
import type { Json } from './json';
import { places } from './places';
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
});

test('many rows, short and longer than a chunk', () => {
  const store = rowStore();
  const textOf = (index: number): string => 'x'.repeat(index % 1000 === 999 ? 1_500_000 : index % 40);
  for (let index = 0; index < 5000; index += 1)
    store.add({ cells: [BigInt(index), textOf(index)], place: { resource: 'r', page: index, record: index } });
  for (const index of [0, 1, 998, 999, 1000, 1023, 1024, 1025, 4998, 4999]) {
    const { cells, place } = store.at(index);
    expect(cells[0]).toBe(BigInt(index));
    expect(cells[1] === textOf(index)).toBe(true);
    expect(place).toEqual({ resource: 'r', page: index, record: index });
  }
});

test('places keep their resources apart', () => {
  const all = places();
  const given = Array.from({ length: 3000 }, (_, index) => ({
    resource: `r${index % 3}`,
    page: index,
    record: 1,
    ...(index % 2 === 1 && { element: index }),
  }));
  given.forEach((place) => all.add(place));
  expect(given.map((_, index) => all.at(index))).toEqual(given);
});
