import { locate, scriptOf } from './script';

test('joins statements so that a trailing comment swallows nothing', () => {
  const script = scriptOf(['begin', 'select 1 -- one', 'select 2']);
  expect(script.text).toBe('begin\n;\nselect 1 -- one\n;\nselect 2');
  expect(script.starts.map((start) => script.text.slice(start, start + 8))).toEqual(['begin\n;\n', 'select 1', 'select 2']);
});

test.each([
  ['the first character', 1, { statement: 0, offset: 0 }],
  ['inside the second statement', 'begin\n;\nselect '.length + 1, { statement: 1, offset: 7 }],
  ['past the end', 1000, { statement: 1, offset: 11 }],
])('locates %s', (_name, position, expected) => {
  expect(locate(scriptOf(['begin', 'select nope']), position)).toEqual(expected);
});

test('counts a character beyond U+FFFF as PostgreSQL does: once', () => {
  const script = scriptOf(["select '🛒🛒'", "select '🛒', nope"]);
  const characters = [...script.text];
  const position =
    characters.join('').length === script.text.length ? [...script.text.slice(0, script.text.indexOf('nope'))].length + 1 : 0;
  expect(locate(script, position)).toEqual({ statement: 1, offset: "select '🛒', ".length });
});
