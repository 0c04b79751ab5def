import { diagnose, type Diagnostic } from '../core/diagnostic';
import { diagnosticText, diagnosticsText } from './diagnostic';
import { paintOf } from './paint';

const plain = paintOf(false);
const nothing = (): undefined => undefined;
const files =
  (texts: Readonly<Record<string, string>>) =>
  (file: string): string | undefined =>
    texts[file];
const at = (line: number, column: number, length?: number) => ({ file: 'models/x.sql', line, column, length });
const unknownRef = (place: Diagnostic['at']) => diagnose('ref.unknown', { name: 'user_sumaries', closest: ['user_summaries'] }, place);

test('a diagnostic shows the fact, the place, the lines and the hint', () => {
  const sources = files({ 'models/x.sql': "-- cities\nselect city\nfrom\n  {{ ref('user_sumaries') }}\ngroup by 1\n" });
  expect(diagnosticText(unknownRef(at(4, 10, 15)), sources, plain)).toBe(
    `error[ref.unknown]: no model, source table, seed or snapshot is called \`user_sumaries\`
  --> models/x.sql:4:10
 2 | select city
 3 | from
 4 |   {{ ref('user_sumaries') }}
   |          ^^^^^^^^^^^^^^^
hint: did you mean \`user_summaries\`?`,
  );
});

test('without a place, or when the file is gone or shorter than it was, what is known is said', () => {
  const head = 'error[ref.unknown]: no model, source table, seed or snapshot is called `user_sumaries`';
  const hint = 'hint: did you mean `user_summaries`?';
  expect(diagnosticText(unknownRef(undefined), nothing, plain)).toBe(`${head}\n${hint}`);
  expect(diagnosticText(unknownRef(at(4, 10)), nothing, plain)).toBe(`${head}\n  --> models/x.sql:4:10\n${hint}`);
  expect(diagnosticText(unknownRef(at(4, 10)), files({ 'models/x.sql': 'select 1' }), plain)).toBe(
    `${head}\n  --> models/x.sql:4:10\n${hint}`,
  );
});

const frame = (text: string, place: Diagnostic['at'], columns?: number): string =>
  diagnosticText({ code: 'internal', message: 'm', at: place }, files({ 'models/x.sql': text }), plain, columns)
    .split('\n')
    .slice(2)
    .join('\n');

test.each([
  ['tabs', "\tselect\tx, 'ä'", at(1, 9, 1), "1 |     select  x, 'ä'\n   |             ^"],
  [
    'wide letters before and under it',
    "select '東京', 城市 from t",
    at(1, 14, 2),
    "1 | select '東京', 城市 from t\n   |                ^^^^",
  ],
  ['a place behind the end', 'select', at(1, 7), '1 | select\n   |       ^'],
  ['a length beyond the end', 'select x', at(1, 8, 99), '1 | select x\n   |        ^'],
  ['lines that end in CRLF', 'a\r\nb c\r\n', at(2, 3), '1 | a\n 2 | b c\n   |   ^'],
  ['an empty line', '', at(1, 1), '1 |\n   | ^'],
  ['control letters', 'a\u001b[31m b', at(1, 8), '1 | a\\x1b[31m b\n   |           ^'],
])('the caret stands under %s', (_, text, place, expected) => {
  expect(frame(text, place)).toBe(` ${expected}`);
});

test('line numbers of different length are aligned', () => {
  expect(frame(`${'\n'.repeat(8)}nine\nten`, at(10, 1, 3))).toBe('  8 |\n  9 | nine\n 10 | ten\n    | ^^^');
});

test('of a long line the part around the place is shown', () => {
  const long = `${'a'.repeat(200)}here${'b'.repeat(200)}`;
  expect(frame(`short\n${long}`, at(2, 201, 4), 35)).toBe(` 1 | …
 2 | …aaaaaaaaaherebbbbbbbbbbbbbbb…
   |           ^^^^`);
  expect(frame(long, at(1, 1, 400), 35)).toBe(` 1 | ${'…aa'.slice(1)}${'a'.repeat(27)}…\n   | ${'^'.repeat(30)}`);
});

test('a terminal too narrow for any frame still gets a readable one', () => {
  expect(frame('select one, two, three', at(1, 8, 3), 3)).toBe(' 1 | select one, two, th…\n   |        ^^^');
});

test('an answer of several lines is indented, and cannot move the cursor', () => {
  expect(diagnosticText({ code: 'internal', message: 'one\r\ntwo\u001b[2J\n', hint: 'three\nfour' }, nothing, plain)).toBe(
    'error[internal]: one\n  two\\x1b[2J\nhint: three\n  four',
  );
});

test('colours only add to the words', () => {
  const sources = files({ 'models/x.sql': "  {{ ref('user_sumaries') }}" });
  const coloured = diagnosticText(unknownRef(at(1, 10, 15)), sources, paintOf(true));
  expect(coloured).toContain('\u001b[31m^^^^^^^^^^^^^^^\u001b[39m');
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(diagnosticText(unknownRef(at(1, 10, 15)), sources, plain));
});

test('all diagnostics are sorted by place and counted', () => {
  const list: readonly Diagnostic[] = [
    { code: 'internal', message: 'no place' },
    { code: 'internal', message: 'b, line 10', at: { file: 'b.sql', line: 10, column: 1 } },
    { code: 'internal', message: 'b, line 9, column 2', at: { file: 'b.sql', line: 9, column: 2 } },
    { code: 'internal', message: 'b, line 9, column 1', at: { file: 'b.sql', line: 9, column: 1 } },
    { code: 'internal', message: 'a', at: { file: 'a.sql', line: 99, column: 1 } },
  ];
  expect(diagnosticsText(list, nothing, plain)).toBe(`error[internal]: a
  --> a.sql:99:1

error[internal]: b, line 9, column 1
  --> b.sql:9:1

error[internal]: b, line 9, column 2
  --> b.sql:9:2

error[internal]: b, line 10
  --> b.sql:10:1

error[internal]: no place

5 problems in 2 files`);
});

test('the last line of few problems, and of none', () => {
  expect(diagnosticsText([{ code: 'internal', message: 'm' }], nothing, plain)).toBe('error[internal]: m\n\n1 problem');
  expect(diagnosticsText([], nothing, plain)).toBe('');
});

test('a file is read once, however many problems it has', () => {
  const asked: string[] = [];
  const sources = (file: string): string => (asked.push(file), 'text\n'.repeat(10_000));
  const list = Array.from({ length: 10_000 }, (_, index): Diagnostic => ({ code: 'internal', message: 'm', at: at(index + 1, 1) }));
  expect(diagnosticsText(list, sources, plain).endsWith('10000 problems in 1 file')).toBe(true);
  expect(asked).toEqual(['models/x.sql']);
});
