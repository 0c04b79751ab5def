import { peakUntil } from '../support/memory';
import { problemsIn } from '../support/problems';
import { project, type Files } from '../support/project';
import { spawnEtlx } from '../support/spawned';

/** Files that are small and become large, or loop: the process says which, soon, and without the memory of the machine. */
const MOST_SECONDS = 20;
const MOST_MEMORY = 1_000_000_000;

async function expectRefused(files: Files, at: string, says: RegExp | string, most = MOST_MEMORY): Promise<void> {
  const root = project({ 'models/good.sql': 'select 1 as id\n', ...files });
  const began = performance.now();
  const { pid, ended } = spawnEtlx(root, ['compile']);
  const peak = await peakUntil(pid, ended);
  const { code, stdout, stderr } = await ended;
  const [first] = problemsIn(stderr);
  expect({ code, stdout, at: first?.at }).toEqual({ code: 2, stdout: '', at: expect.stringContaining(at) as string });
  expect(first?.message).toEqual(typeof says === 'string' ? says : expect.stringMatching(says));
  expect(stderr).not.toContain('internal');
  expect((performance.now() - began) / 1000).toBeLessThan(MOST_SECONDS);
  expect(peak ?? 0).toBeLessThan(most);
}

describe('F44: templates that never end', () => {
  const hundred = `(list ${Array.from({ length: 100 }, (_, index) => index).join(' ')})`;
  const nested = (depth: number): string => (depth === 0 ? 'x' : `{{#each ${hundred}}}${nested(depth - 1)}{{/each}}`);
  const reading = "select '{{ m() }}' as a\n";

  test.each<readonly [string, Files, at: string, says: RegExp]>([
    [
      'loops in loops: ten billion turns',
      { 'models/a.sql': `select '${nested(5)}'` },
      'models/a.sql:1:',
      /its loops make more than 1000000 turns/,
    ],
    [
      'an `each` of a billion',
      { 'models/a.sql': '{{#each 1000000000}}x{{/each}}' },
      'models/a.sql:1:',
      /`each` needs a list or a mapping, found a number/,
    ],
    [
      'a macro that calls itself',
      { 'macros/m.sql': '{{#macro m()}}{{ m() }}{{/macro}}\n', 'models/a.sql': reading },
      'macros/m.sql:1:',
      /without end/,
    ],
    [
      'macros that call each other',
      {
        'macros/m.sql': '{{#macro m()}}{{#if true}}{{ n() }}{{/if}}{{/macro}}\n{{#macro n()}}{{ m() }}{{/macro}}\n',
        'models/a.sql': reading,
      },
      'macros/m.sql:1:',
      /without end/,
    ],
    [
      'blocks nested without end',
      { 'models/a.sql': '{{#if true}}\n'.repeat(2000) },
      'models/a.sql:',
      /nested more than 100 deep|is not closed/,
    ],
    ['partials', { 'models/a.sql': '{{> (lookup . "a")}}' }, 'models/a.sql:1:', /./],
    ['the constructor', { 'models/a.sql': '{{ target.constructor.constructor("return process")() }}' }, 'models/a.sql:1:', /./],
  ])('%s', async (_, files, at, says) => {
    await expectRefused(files, at, says);
  });
});

describe('F45: YAML that grows', () => {
  const laughs = `a0: &a0 [x, x]\n${Array.from({ length: 60 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`).join('\n')}\n`;
  const merges = `a0: &a0 {k0: 1}\n${Array.from({ length: 1200 }, (_, index) => `a${index + 1}: &a${index + 1} {<<: *a${index}, k: 1}`).join('\n')}\n`;
  const hundredMegabytes = `models:\n${'  - {name: a, description: some words that say what it is}\n'.repeat(1_800_000)}`;

  test.each<readonly [string, () => string, RegExp]>([
    ['a billion laughs', () => laughs, /^the YAML cannot be read: anchors/],
    ['a chain of merge keys, of 40 KB', () => merges, /^the YAML cannot be read: (anchors|merge keys)/],
    ['20,000 lists in lists', () => `models: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, /^the YAML cannot be read: /],
    ['20,000 mappings in mappings', () => `models: ${'{a: '.repeat(20_000)}`, /^the YAML cannot be read: /],
    ['a hundred megabytes', () => hundredMegabytes, /^the YAML cannot be read: it has \d+ characters, 10000000 are read/],
    ['a key that stands twice', () => 'models: []\nmodels: []\n', /^the key `models` stands twice/],
    ['a tab', () => 'models:\n\t- {name: a}\n', /^the YAML cannot be read: tabs cannot indent/],
    ['the prototype of all objects', () => 'models:\n  - {name: good, __proto__: {polluted: true}}\n', /`__proto__`/],
  ])('%s', async (_, text, says) => {
    await expectRefused({ 'models/bomb.yaml': text() }, 'models/bomb.yaml:', says);
  });
});
