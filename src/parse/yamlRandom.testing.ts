/** A small deterministic generator (mulberry32): the same seed gives the same numbers on every machine. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SCALARS = [
  'users',
  'a b',
  'no',
  'true',
  '12',
  '-1',
  '1.50',
  '0x1f',
  '~',
  'null',
  "'it''s'",
  '"x # y"',
  "''",
  "ref('a')",
  'a:b',
  'a#b',
  '2026-09-30',
  'über 🛒',
  '-x',
  '.5',
  '"a\\nb"',
  'http://x/y',
  '- x',
  'a: b',
  '? x',
  '[1, 2]',
  '{a: 1, b: [c]}',
  '[]',
  '{}',
  '[a, {b: c}]',
  '{a}',
  '[a: b]',
  '[x, ]',
  '*a',
  '&a b',
  '!t',
  '%',
  '@',
  '[',
  '"',
  "'",
  '|',
  '>',
  '|-\n',
  ': x',
  '#x',
  '-',
];
const COMMENTS = ['', '', '', ' # comment', '   ', '#x', ' \t'];
const BLOCK_LINES = ['text', 'a: b', '# x', '  more', '', ' ', '- x', "it's"];
const MUTATIONS = [' ', '\n', ':', '-', '#', "'", '"', '[', '}', ',', '\t', '\r\n', '|', '  '];

/**
 * A YAML text of mappings, lists, scalars and comments, made from `seed`; about half of them have a character put in or taken out at
 * random, so that many are broken or mean something else than they look.
 */
export function randomYaml(seed: number): string {
  const next = numbersFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[next(from.length)]!;
  const simple = (): string => SCALARS[next(next(4) === 0 ? SCALARS.length : 20)]!;
  const end = (): string =>
    `${next(3) === 0 ? pick(COMMENTS) : ''}\n${next(12) === 0 ? pick(['\n', '# note\n', '   \n', '  # note\n']) : ''}`;

  const blockText = (indent: string): string => {
    const lines = Array.from({ length: 1 + next(4) }, () => `${indent}${pick(BLOCK_LINES)}\n`);
    return ` ${pick(['|', '>', '|-', '>-', '|+'])}\n${lines.join('')}`;
  };

  const value = (indent: string, depth: number, inMap: boolean): string => {
    const kind = depth > 4 ? 0 : next(10);
    const deeper = `${indent}${pick(['  ', '  ', '    ', ' '])}`;
    if (kind < 5) return ` ${simple()}${end()}`;
    if (kind === 5) return end();
    if (kind === 6) return blockText(deeper);
    if (kind < 8) return `\n${map(deeper, depth + 1)}`;
    return `\n${list(inMap && next(3) === 0 ? indent : deeper, depth + 1)}`;
  };

  const map = (indent: string, depth: number, firstIndent = indent): string =>
    Array.from({ length: 1 + next(4) }, (_, index) => {
      const key = next(20) === 0 ? pick(['a', 'a b', '"q"', '1', '+x', 'x.y']) : `k${index}`;
      return `${index === 0 ? firstIndent : indent}${key}:${value(indent, depth, true)}`;
    }).join('');

  const list = (indent: string, depth: number): string =>
    Array.from({ length: 1 + next(4) }, () => {
      if (next(3) === 0 && depth < 5) return `${indent}- ${map(`${indent}  `, depth + 1, '')}`;
      return `${indent}-${value(indent, depth, false)}`;
    }).join('');

  const text = next(4) === 0 ? list('', 0) : map('', 0);
  if (next(2) === 0) return text;
  const at = next(text.length);
  return next(2) === 0 ? text.slice(0, at) + pick(MUTATIONS) + text.slice(at) : text.slice(0, at) + text.slice(at + 1 + next(3));
}
