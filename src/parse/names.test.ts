import { nameProblem } from './names';

test.each([
  ['shop_1', 'project', undefined],
  ['_x', 'project', undefined],
  ['my-shop', 'project', 'it is made of letters, digits and `_`, and does not begin with a digit'],
  ['größe', 'project', 'it is made of letters, digits and `_`, and does not begin with a digit'],
  ['größe-2', 'part', undefined],
  ['日本', 'part', undefined],
  ['a.b', 'part', 'it is made of letters, digits, `_` and `-`, and does not begin with `-`'],
  ['../x', 'part', 'it is made of letters, digits, `_` and `-`, and does not begin with `-`'],
  ['a b', 'part', 'it is made of letters, digits, `_` and `-`, and does not begin with `-`'],
  ['Order "Details"; drop table x', 'identifier', undefined],
  ['a\0b', 'identifier', 'it holds a control character'],
  ['x'.repeat(63), 'part', undefined],
  ['x'.repeat(64), 'part', 'it is 64 bytes long, databases keep 63'],
  ['🛒'.repeat(16), 'identifier', 'it is 64 bytes long, databases keep 63'],
] as const)('%j as %s', (name, rule, problem) => expect(nameProblem(name, rule)).toBe(problem));
