import { normalized } from './argv';
import { strayVariables } from './strays';

const words = (argv: string, env: Readonly<Record<string, string>> = {}): string => normalized(argv.split(' '), env).join(' ');

it.each<[argv: string, expected: string]>([
  ['help', '--help'],
  ['help build', 'build --help'],
  ['help biuld', 'biuld'],
  ['--quiet ls', 'ls --quiet'],
])('%j is %j', (argv, expected) => {
  expect(words(argv)).toBe(expected);
});

describe('variables that name nodes', () => {
  const env = { ETLX_SELECT: 'a b', ETLX_EXCLUDE: 'c', ETLX_INLINE: 'select 1', ETLX_LIMIT: '2' };

  it.each<[argv: string, expected: string]>([
    ['show x', 'show x --limit=2'],
    ['show --limit 3 x', 'show --limit 3 x'],
    ['--quiet show -t dev x', 'show -t dev x --quiet --limit=2'],
    ['show --inline q', 'show --inline q --limit=2'],
    ['show --inline=q', 'show --inline=q --limit=2'],
    ['show -s x y', 'show -s x y --exclude c --limit=2'],
    ['show -sx', 'show -sx --exclude c --limit=2'],
    ['show -x', 'show -x --select a b --exclude c --inline=select 1 --limit=2'],
    ['ls', 'ls --select a b --exclude c'],
    ['ls --select x', 'ls --select x --exclude c'],
  ])('%j becomes %j', (argv, expected) => {
    expect(words(argv, env)).toBe(expected);
  });
});

describe('variables of switches', () => {
  it.each(['1', 'true', 'YES', 'on', 'y', 'T'])('%j is on', (value) => {
    expect(words('ls', { ETLX_QUIET: value })).toBe('ls --quiet');
  });
  it.each(['', '0', 'false', 'No', 'off', 'n', 'F'])('%j is off', (value) => {
    expect(words('ls', { ETLX_QUIET: value })).toBe('ls');
  });
  it.each(['nope', '2', 'flase'])('%j is neither', (value) => {
    expect(() => words('ls', { ETLX_QUIET: value })).toThrow(`\`ETLX_QUIET\` is neither on nor off: \`${value}\``);
    expect(words('ls --quiet', { ETLX_QUIET: value })).toBe('ls --quiet');
  });
});

it('tells the variables that no flag has, with the nearest', () => {
  expect(
    strayVariables({
      ETLX_TARGT: 'x',
      ETLX_ANYTHING_ELSE: '',
      ETLX_TARGET: 'x',
      ETLX_TEST_POSTGRES_URL: 'x',
      ETLX_BUILD_VERSION: '1',
      PATH: 'x',
    }),
  ).toEqual([
    '`ETLX_ANYTHING_ELSE` is set, but no flag has that variable',
    '`ETLX_TARGT` is set, but no flag has that variable; did you mean `ETLX_TARGET`?',
  ]);
});
