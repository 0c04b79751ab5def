import { previewText, tableText } from './table';

test('numbers stand to the right, a null is empty and differs from an empty text', () => {
  const rows = [
    { user_id: 1, first_name: 'Ada', spent: '12.50', city: null },
    { user_id: 10, first_name: '', spent: '-3', city: 'Zürich' },
    { user_id: 9007199254740993n, first_name: '李小龍', spent: null, city: 'null' },
  ];
  expect(previewText('users', { columns: ['user_id', 'first_name', 'spent', 'city'], rows })).toBe(`Previewing node 'users':
|          user_id | first_name | spent | city   |
| ---------------- | ---------- | ----- | ------ |
|                1 | Ada        | 12.50 |        |
|               10 | ''         |    -3 | Zürich |
| 9007199254740993 | 李小龍     |       | null   |
`);
});

test('a cell stays on its line and in its width', () => {
  const rows = [{ a: 'one\ntwo\t\u001b[31mred\u202e', b: 'x'.repeat(1_000_000), c: '東京都庁舎' }];
  expect(tableText({ columns: ['a', 'b', 'c'], rows }, 9)).toBe(`| a         | b         | c         |
| --------- | --------- | --------- |
| one\\ntwo… | xxxxxxxx… | 東京都庁… |
`);
  expect(tableText({ columns: ['a'], rows })).toContain('| one\\ntwo\\t\\x1b[31mred\\u202e |');
});

test('values of every type', () => {
  const rows = [
    { a: true, b: new Date(Date.UTC(2026, 0, 2)), c: { list: [1, 2n] }, d: new Uint8Array([0, 255]), e: undefined, f: Number.NaN },
  ];
  expect(tableText({ columns: ['a', 'b', 'c', 'd', 'e', 'f'], rows }))
    .toBe(`| a    | b                        | c                | d      | e   |   f |
| ---- | ------------------------ | ---------------- | ------ | --- | --- |
| true | 2026-01-02T00:00:00.000Z | {"list":[1,"2"]} | \\x00ff |     | NaN |
`);
});

test('a column of numbers and texts stands to the left', () => {
  expect(tableText({ columns: ['code'], rows: [{ code: '12345' }, { code: 'AB' }] })).toBe('| code  |\n| ----- |\n| 12345 |\n| AB    |\n');
});

test('no rows, no name', () => {
  expect(previewText(undefined, { columns: ['id'], rows: [] })).toBe('Previewing inline node:\n| id  |\n| --- |\n');
});
