import type { Diagnostic } from '../core/diagnostic';
import { parseYaml } from './yaml';
import { readFast } from './yamlFast';
import { readFull } from './yamlFull';
import { valueOf, type YamlNode } from './yamlNode';
import { randomYaml } from './yamlRandom.testing';

function parse(text: string, firstLine?: number): { node: YamlNode | undefined; problems: string[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const node = parseYaml({ path: 'a.yaml', text }, (each) => diagnostics.push(each), firstLine);
  return { node, diagnostics, problems: diagnostics.map((each) => `${each.at?.line}:${each.at?.column} ${each.message}`) };
}

const full = (text: string): { node: YamlNode | undefined; problems: number } => {
  let problems = 0;
  return { node: readFull('a.yaml', text, 1, () => (problems += 1)), problems };
};

/** What the fast reader must read by itself: the shapes that projects are made of. */
const PLAIN_CORPUS: readonly string[] = [
  'a: 1',
  'a: 1\n',
  '# comment\n\na: 1 # one\n# end\n',
  '  a: 1\n  b: 2\n',
  'version: 2\n\nmodels:\n  - name: users\n    description: All of them.\n    columns:\n      - name: id\n        data_tests:\n          - unique\n          - not_null\n',
  'models:\n- name: a\n  columns:\n  - name: id\n  - name: b\nother: x\n',
  'a:\nb:\n  c:\nd: ~\n',
  '-\n- a\n-   b\n- c: 1\n  d: 2\n',
  '- - a\n  - b\n- - c\n',
  '-\n  a: 1\n-\n  - b\n',
  'a: no\nb: yes\nc: on\nd: true\ne: False\nf: TRUE\ng: tRUE\nh: null\ni: Null\nj: nULL\n',
  'a: 12\nb: -3\nc: +4\nd: 012\ne: 0x1F\nf: 0o17\ng: 0b1\nh: 1_000\n',
  'a: 1.50\nb: -.5\nc: 1e3\nd: 1.\ne: .inf\nf: -.INF\ng: .NaN\nh: +.nan\ni: 1e\nj: .\nk: -\u00e9\n',
  'a: 9007199254740993\nb: 123456789012345678901234567890\nc: 0.1000000000000000000001\nd: -0\n',
  'a: 2026-09-30\nb: 12:30\nc: 1.2.3\nd: INF\n',
  "a: 'single'\nb: \"double\"\nc: 'it''s'\nd: ''\ne: \"\"\nf: 'a: b # c'\n",
  'a: "x" # comment\nb: \'y\'   \nc: z   \n',
  'a: text with blanks and \'quotes\' and "more"\nb: a#b c\nc: http://x.y/z?a=1&b={2}\nd: a:b\n',
  "a: ref('users_table')\nb: {to: ref('users'), field: id}\n",
  'a: [1, two, "three", \'four\', null, true]\nb: []\nc: {}\nd: [ ]\ne: { }\n',
  'a: {b: 1, c: [x, {d: e}], f: "g"}\n',
  'a: { b : 1 }'.replace(' : ', ': '),
  '- [a, b]\n- {a: b}\n- [[], [[]], {}]\n',
  'a: recorded:recordings/shop\nb: {shop_api: recorded:recordings/shop}\nc: [a:b, -1, -x]\n',
  '+tags: [daily]\nshop:\n  +materialized: table\n  marts: {+tags: [a]}\n',
  'a: -x\nb: -1\nc: a - b\nd: <b>\ne: (x)\nf: $1\ng: ^\nh: =1\ni: ~x\nj: /\n',
  'a: Größe\nb: 日本語 text\nc: 🛒 cart\n',
  'a: 1\r\nb:\r\n  - x\r\n  - "y"\r\n\r\n# c\r\nc: {d: e}\r\n',
  'a: |\n  one\n  two\n\n  four\nb: 1\n',
  'a: |-\n  one\n    more\n\n\nb: >\n  folded\n  text\n\n  next\nc: >-\n  x',
  'a:\n  - |\n    x\n  - >-\n    y\n    z\n',
  'a: |\r\n  one\r\n  two\r\nb: >-\r\n  x\r\n  y\r\n',
  'a: |\n  # not a comment\n  b: c\nd: 1\n',
  'a:\n    b:\n        c: 1\n    d: 2\ne: 3\n',
  'a: # comment\n  b: 1\nc: # nothing\nd: # list\n  # more\n  - x # y\n',
  'a.b: 1\na-b: 2\na/b: 3\n1: 4\ntrue: 5\nnull: 6\n_x: 7\n',
  '__proto__: 1\nconstructor: {prototype: 2, __proto__: 3}\n',
  'a: 1\n   \nb: 2\n \n',
  Array.from({ length: 40 }, (_, index) => `key_${index}: ${index}`).join('\n'),
  'a: ' + '['.repeat(90) + ']'.repeat(90) + '\n',
];

/** Texts that are for the full reader, right or wrong. */
const DIFFICULT_CORPUS: readonly string[] = [
  '',
  '# only a comment\n',
  'a scalar\n',
  '---\na: 1\n',
  'a: "x\\ny"\n',
  'a: one\n  two\n',
  'a: "one\n  two"\n',
  'a:\n  text below\n',
  'a: [1,\n  2]\n',
  'a: [1, 2,]\n',
  'a: {b: , c: }\n',
  'a: |+\n  x\n\n',
  'a: |2\n   x\n',
  'a: >\n  x\n    y\n  z\n',
  'a: |\n\n  x\n',
  'a: |\nb: 1\n',
  'a b: 1\n',
  '"a": 1\n\'b c\': 2\n',
  '? a\n: b\n',
  'a : 1\n',
  'a:\t1\n',
  'a: 1\t# tab\n',
  'größe: 1\n',
  'a: {"b": 1, "c":2}\n',
  '-x: 1\n',
  '...\n',
  'a: 1\n...\n',
  '\ufeffa: 1\n',
  'a: x\u2028y\n',
];

describe('both readers', () => {
  test.each(PLAIN_CORPUS)('the fast reader reads %j as the full one does', (text) => {
    const expected = full(text);
    expect(expected.problems).toBe(0);
    expect(readFast('a.yaml', text, 1)).toEqual(expected.node);
  });

  test.each(DIFFICULT_CORPUS)('the fast reader leaves %j to the full one, or agrees', (text) => {
    const fast = readFast('a.yaml', text, 1);
    if (fast !== undefined) expect(fast).toEqual(full(text).node);
    else expect(parse(text).node).toEqual(full(text.replace('\ufeff', '')).node);
  });

  test('agree on 2,000 generated texts, broken ones among them', () => {
    let read = 0;
    for (let seed = 1; seed <= 2000; seed += 1) {
      const text = randomYaml(seed);
      const fast = readFast('a.yaml', text, 1);
      if (fast === undefined) continue;
      read += 1;
      const expected = full(text);
      expect({ seed, text, problems: expected.problems, node: fast }).toEqual({ seed, text, problems: 0, node: expected.node });
    }
    expect(read).toBeGreaterThan(400);
  });
});

describe('places', () => {
  const text = 'models:\n  - name: users\n    description: "All"\n    tags: [a, b]\n    empty:\n';

  test.each([
    ['fast', readFast('m.yaml', text, 1)],
    ['full', full(text).node],
  ])('are 1-based and point at the text inside the quotes (%s)', (_, node) => {
    const places: string[] = [];
    const visit = (each: YamlNode, path: string): void => {
      places.push(`${path} ${each.at.line}:${each.at.column}+${each.at.length}`);
      if (each.kind === 'list') each.items.forEach((item, index) => visit(item, `${path}[${index}]`));
      if (each.kind === 'map') {
        for (const entry of each.entries) {
          places.push(`key ${entry.key} ${entry.keyAt.line}:${entry.keyAt.column}+${entry.keyAt.length}`);
          visit(entry.value, entry.key);
        }
      }
    };
    visit(node!, 'root');
    expect(places).toEqual([
      'root 1:1+1',
      'key models 1:1+6',
      'models 2:3+1',
      'models[0] 2:5+1',
      'key name 2:5+4',
      'name 2:11+5',
      'key description 3:5+11',
      'description 3:19+3',
      'key tags 4:5+4',
      'tags 4:11+1',
      'tags[0] 4:12+1',
      'tags[1] 4:15+1',
      'key empty 5:5+5',
      'empty 5:5+5',
    ]);
  });

  test('begin at the line that the caller says, in both readers', () => {
    expect(parse('a: 1\n', 2).node?.at).toEqual({ file: 'a.yaml', line: 2, column: 1, length: 1 });
    expect(parse('"a": "\\n"\n', 2).node?.at).toEqual({ file: 'a.yaml', line: 2, column: 1, length: 1 });
    expect(parse('a: b: c\n', 10).problems).toEqual([
      '10:4 the YAML cannot be read: a text that holds a colon and a blank needs quotes round it',
    ]);
  });
});

describe('problems', () => {
  test.each([
    ['a: 1\nb: 2\na: 3\n', '3:1 the key `a` stands twice in this mapping'],
    ['a: {b: 1, b: 2}\n', '1:11 the key `b` stands twice in this mapping'],
    ['a: b: c', '1:4 the YAML cannot be read: a text that holds a colon and a blank needs quotes round it'],
    ['a:\n\t- b', '2:1 the YAML cannot be read: tabs cannot indent, blanks can'],
    ['a: @x', '1:4 the YAML cannot be read: a text that begins with `@` needs quotes round it'],
    ['a: `x`', '1:4 the YAML cannot be read: a text that begins with a backtick needs quotes round it'],
    ['a: "x\n', '2:1 the YAML cannot be read: the closing quote (`"`) is missing'],
    ['a: {{ env("X") }}\n', '1:5 the YAML cannot be read: a text that begins with `{{` needs quotes round it'],
    ['a: &x 1\n', '1:7 the YAML cannot be read: anchors (`&x`) are not part of it'],
    ['a: *x\n', '1:4 the YAML cannot be read: aliases (`*name`) are not part of it; write the value out'],
    ['a: !!str 1\n', '1:10 the YAML cannot be read: tags (`!name`) are not part of it'],
    ['a: !x {}\n', '1:7 the YAML cannot be read: tags (`!name`) are not part of it'],
    ['a: ! x\n', '1:6 the YAML cannot be read: tags (`!name`) are not part of it'],
    ['<<: {a: 1}\n', '1:1 the YAML cannot be read: merge keys (`<<`) are not part of it; write the keys out'],
    ['%YAML 1.1\n---\na: no\n', '1:1 the YAML cannot be read: directives (`%`) are not part of it'],
    ['a: 1\n---\nb: 2\n', '2:1 the YAML cannot be read: a file holds one document, and here a second one begins'],
    ['? [a]\n: b\n', '1:3 the YAML cannot be read: a key must be a text'],
    [': b\n', '1:1 the YAML cannot be read: a key is missing before the colon'],
    [
      'a: {b: DECIMAL(10,2)}\n',
      '1:19 the YAML cannot be read: a key inside of `{…}` needs a value; a text with a comma in it needs quotes',
    ],
    ['a: x\0y\n', '1:5 the YAML cannot be read: it holds the control character U+0000'],
    ['a:\n    b: 1\n  c: 2\n', '3:1 the YAML cannot be read: all mapping items must start at the same column'],
  ])('%j: %s', (text, problem) => expect(parse(text).problems).toEqual([problem]));

  test('a duplicate key keeps the first value, so that the rest is still checked', () => {
    expect(valueOf(parse('a: 1\na: 2\nb: 3').node!)).toEqual({ a: 1, b: 3 });
  });

  test('several things that etlx leaves out are told at once', () => {
    expect(parse('a: &x [1]\nb: *x\nc: !y 2\n').problems).toHaveLength(3);
  });

  test.each([
    ['lists', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['mappings', '{a: '.repeat(20_000)],
    ['blocks', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['dashes', '- '.repeat(400)],
  ])('F45: %s nested without end are refused, not a crash', (_, text) => {
    const { node, problems } = parse(text);
    expect(node).toBeUndefined();
    expect(problems).toHaveLength(1);
  });

  test('F45: an alias bomb is refused before anything grows', () => {
    const lines = ['a0: &a0 [x, x]', ...Array.from({ length: 60 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`)];
    expect(parse(lines.join('\n')).node).toBeUndefined();
  });

  test('F45: `__proto__` is a key and nothing more', () => {
    const value = valueOf(parse('__proto__: {polluted: true}\n').node!) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
