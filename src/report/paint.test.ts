import { paintOf, wantsColour } from './paint';

const terminal = { isTTY: true };
const pipe = {};

test.each([
  ['a terminal', terminal, {}, false, true],
  ['a pipe', pipe, {}, false, false],
  ['a terminal without abilities', terminal, { TERM: 'dumb' }, false, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, false, false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, false, true],
  ['FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '1' }, false, true],
  ['an empty FORCE_COLOR', pipe, { FORCE_COLOR: '' }, false, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false, false],
  ['FORCE_COLOR over NO_COLOR', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  ['--no-color over everything', terminal, { FORCE_COLOR: '1' }, true, false],
])('%s: colours or not', (_, output, env, noColor, expected) => {
  expect(wantsColour(output, env, noColor)).toBe(expected);
});

test('paint is either the 16 colours or nothing', () => {
  expect(paintOf(true).bad('no')).toBe('\u001b[31mno\u001b[39m');
  expect(paintOf(false).bad('no')).toBe('no');
});
