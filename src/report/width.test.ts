import { columnsOf, cut, padEnd, padStart, widthOf } from './width';

test.each([
  ['plain', 5],
  ['Zürich', 6],
  ['東京', 4],
  ['e\u0301', 1],
  ['\u001b[31mred\u001b[39m', 3],
  ['', 0],
])('%j is %d wide', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('padding counts columns, and never cuts', () => {
  expect(padEnd('東京', 6, '.')).toBe('東京..');
  expect(padStart('東京', 6)).toBe('  東京');
  expect(padEnd('longer', 3)).toBe('longer');
});

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 5, 'abcd…'],
  ['東京都', 5, '東京…'],
  ['東京都', 4, '東…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
])('%j in %d columns is %j', (text, width, expected) => {
  expect(cut(text, width)).toBe(expected);
});

test('a wide letter on an edge becomes a blank', () => {
  expect(columnsOf('a東京b', 2, 3)).toBe(' 京');
  expect(columnsOf('a東京b', 1, 3)).toBe('東 ');
  expect(columnsOf('abcdef', 2, 3)).toBe('cde');
});
