import { pathWildcard, plainPath, wildcard } from './wildcard';

it.each<[string, readonly string[], readonly string[]]>([
  ['a*c', ['ac', 'abc', 'a.b\nc'], ['ab', 'xabc', 'abcx']],
  ['a?c', ['abc', 'a.c', 'a😀c'], ['ac', 'abbc']],
  ['**a', ['a', 'ba'], ['ab']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x', '-x']],
  ['[!a-c]x', ['dx', '^x'], ['ax', 'x']],
  ['[^a]x', ['^x', 'ax'], ['bx']],
  ['[]]x', [']x'], ['x', '[x']],
  ['[!]]x', ['ax'], [']x']],
  ['[z-a]x', [], ['ax', 'zx', 'x']],
  ['[a\\[&]x', ['ax', '\\x', '[x', '&x'], ['x']],
  ['[a', ['[a'], ['a']],
  ['a]', ['a]'], ['a']],
  ['a.b+(c)|{d}$^/\\', ['a.b+(c)|{d}$^/\\'], ['axb+(c)|{d}$^/\\']],
])('%s matches %j and not %j', (pattern, matching, others) => {
  expect(matching.filter((text) => !wildcard(pattern).test(text))).toEqual([]);
  expect(others.filter((text) => wildcard(pattern).test(text))).toEqual([]);
});

it.each<[string, readonly string[], readonly string[]]>([
  ['models/*', ['models/a', 'models/a.sql'], ['models', 'models/a/b']],
  ['models/**/b', ['models/b', 'models/a/b', 'models/a/a/b'], ['b', 'models/a', 'models/ab']],
  ['**/b', ['b', 'a/b', 'a/a/b'], ['ab', 'a/ab']],
  ['*/[ab]/?', ['x/a/y', 'x/b/z'], ['x/c/y', 'x/a/yy', 'x/a/y/z']],
])('as a path %s matches %j and not %j', (pattern, matching, others) => {
  expect(matching.filter((text) => !pathWildcard(pattern).test(text))).toEqual([]);
  expect(others.filter((text) => pathWildcard(pattern).test(text))).toEqual([]);
});

it.each([
  ['./models/a/', 'models/a'],
  ['models//a', 'models/a'],
  ['models/**', 'models'],
  ['models/**/a/**/**', 'models/**/a'],
  ['.', ''],
  ['**', ''],
])('%s is the path %j', (path, plain) => {
  expect(plainPath(path)).toBe(plain);
});
