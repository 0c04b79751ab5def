import { priorities } from './priorities';

const after: Readonly<Record<string, readonly string[]>> = { a: [], b: ['a'], c: ['a', 'elsewhere'], d: ['c'], e: [] };
const weights: Readonly<Record<string, number>> = { a: 1, b: 10, c: 2, d: 3, e: 4 };

it('is the weight of the heaviest chain that begins with a step', () => {
  const found = priorities(
    Object.keys(after),
    (id) => after[id]!,
    (id) => weights[id]!,
  );
  expect(Object.fromEntries(found)).toEqual({ a: 11, b: 10, c: 5, d: 3, e: 4 });
});

it('counts steps where no weight is given', () => {
  expect(Object.fromEntries(priorities(Object.keys(after), (id) => after[id]!))).toEqual({ a: 3, b: 1, c: 2, d: 1, e: 1 });
});
