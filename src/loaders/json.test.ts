import { Decimal } from '../core/decimal';
import { cellOf, cellText, keyText, plainValue } from './cell';
import { excerpt, jsonText, kindOf, parseJson, pathOf, valueAt } from './json';

test('numbers keep their digits, there and back', () => {
  const text = '{"id":9007199254740993,"price":19.90,"tiny":1e-400,"list":[-0.0,12345678901234567890.123],"t":"1.50"}';
  const json = parseJson(text);
  expect(jsonText(json)).toBe(text);
  expect(valueAt(json, ['id'])).toBe(9007199254740993n);
  expect(valueAt(json, ['price'])).toEqual(new Decimal('19.90'));
  expect(valueAt(json, ['t'])).toBe('1.50');
});

test.each(['', '<html>', '{"a":', '[1,]', '{"a":1,"a":2}', '[01]', '{"a":NaN}'])('%j is refused', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test('a key like those of every object is a key', () => {
  const json = parseJson('{"__proto__":{"x":1},"a":{}}');
  expect(valueAt(json, pathOf('__proto__.x'))).toBe(1n);
  expect(valueAt(json, pathOf('a.constructor'))).toBeUndefined();
  expect(valueAt(json, pathOf('a.toString'))).toBeUndefined();
});

test('paths lead through objects and lists, or nowhere', () => {
  const json = parseJson('{"a":{"b":[{"c":1.5},null]},"n":null}');
  expect(valueAt(json, pathOf('a.b.0.c'))).toEqual(new Decimal('1.5'));
  expect(valueAt(json, pathOf('a.b.1'))).toBeNull();
  expect(valueAt(json, pathOf(''))).toBe(json);
  for (const path of ['a.b.2', 'a.b.1.c', 'n.x', 'a.b.0.c.text', 'a.b.length.x']) expect(valueAt(json, pathOf(path))).toBeUndefined();
});

test('kinds and excerpts are for people', () => {
  expect([undefined, null, [], {}, 'x', 5n, new Decimal('1.5'), true].map((value) => kindOf(value))).toEqual([
    'nothing',
    'null',
    'a list',
    'an object',
    'a text',
    'the number 5',
    'the number 1.5',
    'true',
  ]);
  expect(excerpt(' <html>\n\n\t<body> ')).toBe('<html> <body>');
  expect(excerpt('x'.repeat(500))).toHaveLength(120);
});

test('values become texts of a table', () => {
  expect(
    [null, '', 'a', 5n, new Decimal('19.90'), new Decimal('1e3'), true, parseJson('{"a":[1.50]}')].map((value) => cellText(value)),
  ).toEqual([null, '', 'a', '5', '19.90', '1000', 'true', '{"a":[1.50]}']);
});

test('keys are equal by value', () => {
  expect(keyText([new Decimal('7.0')])).toBe(keyText([7n]));
  expect(keyText([7n])).toBe(keyText(['7']));
  expect(keyText(['a","b', 'c'])).not.toBe(keyText(['a', 'b","c']));
  expect(keyText([null, 1n])).toBeUndefined();
  expect(keyText([{}])).toBeUndefined();
});

test('what functions give and get loses no digit', () => {
  expect(cellOf(0.1)).toEqual(new Decimal('0.1'));
  expect(cellOf(7)).toBe(7n);
  expect(cellOf(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  expect(cellOf({ a: [1, undefined] })).toEqual({ a: [1n, null] });
  expect(() => cellOf(() => 1)).toThrow('a value of type function cannot be stored');
  expect(() => cellOf(new Map())).toThrow('a value of type Map cannot be stored');
  expect(plainValue(parseJson('[1,9007199254740993,19.90,0.12345678901234567890,{"a":null}]'))).toEqual([
    1,
    '9007199254740993',
    19.9,
    '0.12345678901234567890',
    { a: null },
  ]);
});
