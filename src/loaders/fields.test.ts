import { at } from '../../test/support/loaders';
import { declaredFields, undeclaredFields } from './fields';

const input = { from: 'users', at, includeFromParent: {}, columns: {} };
const expr = (text: string) => ({ expr: { text, at } });

test('a field is declared by a path, an expression, a filter, as one from the parent, or to be ignored', () => {
  const declared = declaredFields({
    ...input,
    columns: {
      a: { path: 'address.city' },
      b: expr("record.first.name + record['last'] + string(record.?middle.orValue(1)) + other.x"),
      c: expr('[record.listed, {"k": record.mapped}].size()'),
    },
    filter: { text: 'has(record.kept) && record.n > record.tags.filter(t, t.x > 1)[record.index] ? true : !record.gone', at },
    includeFromParent: { cart_id: 'id' },
    ignore: ['debug'],
  });
  const expected = 'address first last middle listed mapped kept n tags index gone cart_id debug';
  expect([...declared].sort()).toEqual(expected.split(' ').sort());
});

test('an expression that is none declares nothing', () => {
  expect([...declaredFields({ ...input, columns: { a: expr('record.a +') } })]).toEqual([]);
});

test('what is left is undeclared, but for nulls', () => {
  const known = new Set(['a']);
  expect(undeclaredFields({ a: 1n, b: '', c: null, d: false, ['__proto__']: 1n }, known)).toEqual(['b', 'd', '__proto__']);
  expect(undeclaredFields('text', known)).toEqual([]);
});
