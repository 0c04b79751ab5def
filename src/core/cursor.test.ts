import { compareCursors, cursorOf, cursorTypeOf, earlier, type CursorType } from './cursor';

const of = (text: string, type = cursorTypeOf(text)) => cursorOf(text, type)!;

test.each<[string, CursorType]>([
  ['0', 'number'],
  ['-1.50', 'number'],
  ['20240101', 'number'],
  ['2024-01-01', 'time'],
  ['2024-01-01T12:30', 'time'],
  ['2024-01-01 12:30:00.123456789 +05', 'time'],
  ['2024-01-01T12:30:00-0330', 'time'],
  ['2024-02-30', 'text'],
  ['2024-01-01T25:00:00Z', 'text'],
  ['1e99999', 'text'],
  ['01HZX', 'text'],
])('%s is a %s', (text, type) => {
  expect(cursorTypeOf(text)).toBe(type);
});

test.each([
  ['9', '10'],
  ['9007199254740992', '9007199254740993'],
  ['-2', '-1.5'],
  ['2024-01-01T00:00:00+02:00', '2024-01-01'],
  ['2024-01-01T00:00:00.000000001Z', '2024-01-01T00:00:00.000000002Z'],
  ['2024-01-01T10:00:00+09:00', '2024-01-01T02:00:00Z'],
  ['1969-12-31T23:59:59.5Z', '1970-01-01'],
  ['B', 'a'],
])('%s comes before %s', (before, after) => {
  expect([compareCursors(of(before), of(after)), compareCursors(of(after), of(before))]).toEqual([-1, 1]);
});

test.each([
  ['1.50', '1.5'],
  ['2024-01-01T12:00:00Z', '2024-01-01T14:00:00+02:00'],
  ['2024-01-01', '2024-01-01 00:00:00.000'],
])('%s is %s', (a, b) => {
  expect(compareCursors(of(a), of(b))).toBe(0);
});

test.each([
  ['100', 7, '93'],
  ['1.5', 0.25, '1.25'],
  ['9007199254740993', 1, '9007199254740992'],
  ['2024-03-01', 86400, '2024-02-29'],
  ['2024-03-01', 1, '2024-02-29'],
  ['2024-01-01T00:30:00Z', 3600, '2023-12-31T23:30:00Z'],
  ['2024-01-01 00:30:00.120000+02:00', 3600, '2023-12-31 23:30:00.120000+02:00'],
  ['2024-01-01T00:30:00-0330', 60, '2024-01-01T00:29:00-0330'],
  ['2024-01-01T00:30', 60, '2024-01-01T00:29'],
  ['2024-01-01T00:00:00.5z', 0.75, '2023-12-31T23:59:59.7z'],
  ['1960-01-01T00:00:00 +01', 1, '1959-12-31T23:59:59 +01'],
  ['2024-01-01T00:00:00Z', 0, '2024-01-01T00:00:00Z'],
])('%s, %d before, is %s', (text, lag, expected) => {
  expect(earlier(of(text), lag)).toBe(expected);
  expect(compareCursors(of(expected), of(text))).toBeLessThanOrEqual(0);
});

test.each<[string, CursorType]>([
  ['soon', 'time'],
  ['2024-01-01', 'number'],
  ['', 'number'],
])('%p is no %s', (text, type) => {
  expect(cursorOf(text, type)).toBeUndefined();
});
