import { Decimal } from '../core/decimal';
import { compileExpression, ExpressionError } from './expression';

const record = {
  id: 9007199254740993n,
  price: new Decimal('49.99'),
  rounded: new Decimal('50.0'),
  name: ' Ada ',
  brand: null,
  thumbnail: 'https://cdn/images/beauty/1.webp',
  tags: ['a', 'b'],
  address: { city: 'Köln' },
  lines: [{ sku: 'x', quantity: 2n }, { sku: 'y' }],
};

function value(text: string): unknown {
  const compiled = compileExpression(text, ['record']);
  if ('problem' in compiled) throw new Error(compiled.problem);
  return compiled.evaluate({ record });
}

test.each([
  ['record.id == 9007199254740993', true],
  ['record.id + 1 > 9007199254740993', true],
  ['record.price > 50', false],
  ['50 > record.price', true],
  ['record.price >= 49.99 && record.price < 49.991', true],
  ['record.price == 49.99', true],
  ['record.rounded == 50', true],
  ['50 == record.rounded', true],
  ['record.rounded != 50', false],
  ['string(record.price + 0.01)', '50.00'],
  ['string(record.price * 3)', '149.97'],
  ['string(1 - record.price)', '-48.99'],
  ['string(-record.price)', '-49.99'],
  ['decimal("1.10") == 1.1', true],
  ['trim(record.name) + lower("X") + upper("y")', 'AdaxY'],
  ['coalesce(record.brand, "none")', 'none'],
  ["regex_extract(record.thumbnail, '/images/([^/]+)/')", 'beauty'],
  ["regex_extract(record.thumbnail, 'nothing(.)')", null],
  ["regex_extract(record.brand, '(.)')", null],
  ['record.price > 10 ? "dear" : "cheap"', 'dear'],
])('%s', (text, expected) => {
  expect(value(text)).toEqual(expected);
});

test.each([
  ['record.nothing', null],
  ['record.nothing.deeper', null],
  ['(record.address).zip', null],
  ['record.address . city', 'Köln'],
  ['record["address"]["city"]', 'Köln'],
  ['record.tags[1]', 'b'],
  ['record.tags[7]', null],
  ['record.nothing == null', true],
  ['record.lines.exists(line, line.quantity == 2)', true],
  ['record.lines.map(line, line.quantity)', [2n, null]],
  ['record.lines.filter(line, has(line.quantity))[0].sku', 'x'],
  ['[record.nothing, {"a": record.nothing}]', [null, { a: null }]],
  ['has(record.nothing)', false],
  ['has(record.id)', true],
  ['record.?nothing.orValue("x")', 'x'],
  ['record.name.contains("Ada") && !(record.brand != null)', true],
  ['lower(coalesce(record.missing, record.address.city))', 'köln'],
])('an absent field is null: %s', (text, expected) => {
  expect(value(text)).toEqual(expected);
});

test.each([
  ['record.id +', 'Unexpected token: EOF', 11],
  ['recor.id > 1', 'Unknown variable: recor', 0],
  ['1 + lowr(record.name)', "found no matching overload for 'lowr(dyn)'", 4],
  ["1 + 'a'", 'no such overload: int + string', 0],
])('%s cannot be compiled', (text, problem, start) => {
  expect(compileExpression(text, ['record'])).toMatchObject({ problem, start });
});

test('a condition has to give true or false', () => {
  expect(compileExpression('"yes"', ['record'], 'condition')).toMatchObject({ problem: 'it gives string, and has to give true or false' });
  expect(compileExpression('record.ok', ['record'], 'condition')).not.toHaveProperty('problem');
});

test('what fails on a record says why', () => {
  const compare = compileExpression('price > 50', ['price', 'in']);
  if ('problem' in compare) throw new Error(compare.problem);
  expect(compare.evaluate({ price: 51n })).toBe(true);
  expect(() => compare.evaluate({ price: null })).toThrow(ExpressionError);
  expect(() => compare.evaluate({ price: null })).toThrow('no such overload: dyn<null> > int');
  expect(() => value('lower(record.id)')).toThrow('`lower` needs text, and got a value of type bigint');
});
