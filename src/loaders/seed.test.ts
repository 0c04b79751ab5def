import { EtlxError } from '../core/diagnostic';
import type { SeedNode } from '../core/node';
import type { SeedContent } from '../core/seed';
import { seedContent } from './seedContent';
import { seedReading } from './seedRead';

const seed = (more: Partial<SeedNode> = {}): SeedNode => ({
  kind: 'seed',
  id: 'seed.x',
  name: 'x',
  package: 'demo',
  fqn: ['demo', 'x'],
  path: 'seeds/x.csv',
  at: { file: 'seeds/x.csv', line: 1, column: 1 },
  description: '',
  tags: [],
  meta: {},
  config: {},
  dependsOn: [],
  relation: { schema: 'demo', name: 'x' },
  format: 'csv',
  delimiter: ',',
  quoteColumns: false,
  columns: [],
  primaryKey: [],
  uniqueKeys: [],
  ...more,
});

const column = (name: string, dataType?: string, notNull = false) => ({
  name,
  description: '',
  ...(dataType !== undefined && { dataType }),
  notNull,
  tags: [],
  meta: {},
});

/** `text` in pieces of `size` bytes. */
async function* pieces(text: string | Uint8Array, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

const contentOf = (text: string | Uint8Array, more: Partial<SeedNode> = {}, size = 7): Promise<SeedContent> =>
  seedContent(seed(more), pieces(text, size));

/** The columns' types, by name. */
const typesOf = async (text: string, more: Partial<SeedNode> = {}) =>
  Object.fromEntries((await contentOf(text, more)).columns.map(({ name, type }) => [name, type]));

/** All rows, as they are read from pieces of `size` bytes. */
async function rowsOf(text: string | Uint8Array, more: Partial<SeedNode> = {}, size = 7): Promise<readonly unknown[]> {
  const { batches } = seedReading(seed(more), pieces(text, size), (problem) => {
    throw new EtlxError([problem]);
  });
  const rows: unknown[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

/** The problems as `line:column message / hint`. */
async function problemsOf(text: string | Uint8Array, more: Partial<SeedNode> = {}, size = 7): Promise<readonly string[]> {
  const error: unknown = await contentOf(text, more, size).catch((thrown: unknown) => thrown);
  if (!(error instanceof EtlxError)) throw new Error('nothing was wrong with it');
  return error.diagnostics.map(({ message, at, hint }) => `${at?.line}:${at?.column} ${message}${hint === undefined ? '' : ` / ${hint}`}`);
}

describe('CSV', () => {
  const tricky = '\ufeffid,"a ""quoted"" name",t\r\n1,"two\nlines, and a comma",\r\n\r\n2,"","é🛒"\n3,,x';
  const rows = [
    { line: 2, cells: ['1', 'two\nlines, and a comma', null] },
    { line: 5, cells: ['2', '', 'é🛒'] },
    { line: 6, cells: ['3', null, 'x'] },
  ];

  test.each([1, 2, 3, 5, 8, 1000])('is read alike in pieces of %d bytes', async (size) => {
    expect(await rowsOf(tricky, {}, size)).toEqual(rows);
    expect((await contentOf(tricky, {}, size)).columns.map(({ name }) => name)).toEqual(['id', 'a "quoted" name', 't']);
  });

  test('other delimiters, a line break at the end or none', async () => {
    expect(await rowsOf('a\tb\n1\t2\n', { delimiter: '\t' })).toEqual([{ line: 2, cells: ['1', '2'] }]);
    for (const delimiter of [';', '|', '^', ']', '-', '.', '\\']) {
      expect(await rowsOf(`a${delimiter}b\n1${delimiter}2`, { delimiter })).toEqual([{ line: 2, cells: ['1', '2'] }]);
    }
  });

  test.each<readonly [text: string, problems: readonly string[]]>([
    [
      'a,b\n1,2\n3\n4,5,6\n',
      [
        '3:1 the seed cannot be read: this row has 1 field, the header 2 / a field that holds `,` needs quotes',
        '4:1 the seed cannot be read: this row has 3 fields, the header 2 / a field that holds `,` needs quotes',
      ],
    ],
    [
      'a,,A\n1,2,3\n',
      [
        '1:3 the seed cannot be read: the column 2 has no name',
        '1:4 the seed cannot be read: two columns are called `a` / rename one of them',
      ],
    ],
    [
      'a,b\n1,"x\ny\n',
      [
        '2:3 the seed cannot be read: a quote is opened here and never closed / a field with a quote in it stands in quotes, and the quote twice: `"5"" pipe"`',
      ],
    ],
    [
      'a,b\n1,"x"y\n',
      [
        '2:3 the seed cannot be read: text follows the quote that closes this field / a field with a quote in it stands in quotes, and the quote twice: `"5"" pipe"`',
      ],
    ],
    [
      'a,b\n"x\ny",5" pipe\n',
      [
        '3:4 the seed cannot be read: a quote stands within a field that has none around it / a field with a quote in it stands in quotes, and the quote twice: `"5"" pipe"`',
      ],
    ],
    ['', ['1:1 the seed cannot be read: it is empty / the first line names the columns']],
    [
      'a\nx\0y\n',
      [
        '2:1 the value `x\0y` of `a` does not fit TEXT: it holds the character U+0000 / correct the value, or give the column another type under `column_types`',
      ],
    ],
    [
      `${'n'.repeat(64)}\n`,
      [
        '1:1 the seed cannot be read: `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn` cannot be a column: it is 64 bytes long, databases keep 63',
      ],
    ],
  ])('%j is refused at its place', async (text, problems) => {
    for (const size of [1, 4, 1000]) expect(await problemsOf(text, {}, size)).toEqual(problems);
  });

  test('ten problems are enough', async () => {
    expect(await problemsOf(`a,b\n${'1\n'.repeat(100)}`)).toHaveLength(10);
  });

  test.each([1, 2, 5, 1000])('bytes that are not UTF-8 are refused in their line, in pieces of %d bytes', async (size) => {
    const latin1 = Buffer.from('a,b\né,x\nM\xfcller,y\n', 'latin1');
    expect(await problemsOf(Buffer.concat([Buffer.from('a,b\né,x\n'), latin1.subarray(-9)]), {}, size)).toEqual([
      '3:1 the seed cannot be read: this line is not UTF-8 / save the file as UTF-8; spreadsheets call it `CSV UTF-8`',
    ]);
    expect(await problemsOf(Buffer.concat([Buffer.from('a\nx'), Buffer.from([0xc3])]), {}, size)).toHaveLength(1);
  });

  test('names of columns are taken as SQL takes them, or as they are written', async () => {
    const text = 'ID, First Name ,straßE\n1,2,3\n';
    expect(Object.keys(await typesOf(text))).toEqual(['id', 'First Name', 'straßE']);
    expect(Object.keys(await typesOf(text, { quoteColumns: true }))).toEqual(['ID', 'First Name', 'straßE']);
  });
});

describe('types', () => {
  test.each<readonly [values: readonly string[], type: string]>([
    [['1', '-20', ''], 'INTEGER'],
    [['2147483647'], 'INTEGER'],
    [['1', '2147483648'], 'BIGINT'],
    [['1', '9223372036854775808'], 'NUMERIC'],
    [['1', '2.50'], 'NUMERIC'],
    [['1234567890123456789012345678901234567890'], 'TEXT'],
    [['007'], 'TEXT'],
    [['+1'], 'TEXT'],
    [['1e5'], 'TEXT'],
    [['1,000.00'], 'TEXT'],
    [['-0'], 'TEXT'],
    [['.5'], 'TEXT'],
    [['NaN'], 'TEXT'],
    [['true', 'FALSE'], 'BOOLEAN'],
    [['yes', 'no'], 'TEXT'],
    [['1', 'true'], 'TEXT'],
    [['2026-02-28'], 'DATE'],
    [['2026-02-30'], 'TEXT'],
    [['12/31/2026'], 'TEXT'],
    [['2026-02-28', '2026-02-28 12:00:00.5'], 'TIMESTAMP'],
    [['2026-02-28T12:00:00Z', '2026-02-28 12:00+02:00'], 'TIMESTAMPTZ'],
    [['2026-02-28T12:00:00Z', '2026-02-28 12:00:00'], 'TEXT'],
    [['', ''], 'TEXT'],
    [[' 1'], 'TEXT'],
  ])('%j is %s', async (values, type) => {
    expect(await typesOf(`a,b\n${values.map((value) => `"${value}",x\n`).join('')}`)).toEqual({ a: type, b: 'TEXT' });
  });

  test('what is declared is not guessed, but every value has to fit it', async () => {
    const columns = [column('id', 'VARCHAR(3)', true), column('n', 'SMALLINT'), column('odd', 'inet')];
    expect(await typesOf('id,n,odd,free\n007,1,127.0.0.1,5\n', { columns })).toEqual({
      id: 'VARCHAR(3)',
      n: 'SMALLINT',
      odd: 'inet',
      free: 'INTEGER',
    });
    expect(await problemsOf('id,n,odd\n0071,1,x\n,40000,y\n', { columns })).toEqual([
      '2:1 the value `0071` of `id` does not fit VARCHAR(3): it has 4 characters, 3 fit / correct the value, or give the column another type under `column_types`',
      '3:1 the value null of `id` does not fit VARCHAR(3): the column needs a value / correct the value, or give the column another type under `column_types`',
      '3:1 the value `40000` of `n` does not fit SMALLINT: it is above 32767 / correct the value, or give the column another type under `column_types`',
    ]);
  });

  test('a description or a key of a column that the file does not have is an error', async () => {
    expect(await problemsOf('code,n\nDE,1\n', { columns: [column('cod')], primaryKey: ['iso'] })).toEqual([
      '1:1 the seed cannot be read: it has no column `cod`, which the description of `x` names / did you mean `code`?',
      '1:1 the seed cannot be read: it has no column `iso`, which the description of `x` names / its columns are code, n',
    ]);
  });
});

describe('JSON', () => {
  const list =
    '[\n {"ID": 1, "v": "}]\\"", "big": 12345678901234567890, "more": {"a": [1, 2.50]}},\n {"v": "2026-01-02", "ID": 2, "late": true}\n]\n';

  test.each([1, 2, 3, 50, 1000])('is read alike in pieces of %d bytes; a list of objects, one object a line', async (size) => {
    const lines = list.trim().slice(2, -2).replaceAll('},\n', '}\n').replaceAll('\n', '\r\n');
    for (const more of [
      { format: 'json' as const, text: list },
      { format: 'ndjson' as const, text: `\n${lines}` },
    ]) {
      expect(await contentOf(more.text, { format: more.format }, size)).toEqual({
        columns: [
          { name: 'id', type: 'INTEGER' },
          { name: 'v', type: 'TEXT' },
          { name: 'big', type: 'NUMERIC', scale: 0 },
          { name: 'more', type: 'JSONB' },
          { name: 'late', type: 'BOOLEAN' },
        ],
        rows: 2,
      });
    }
    expect(await rowsOf(list, { format: 'json' }, size)).toEqual([
      {
        line: 2,
        cells: [
          { text: '1', as: 'number' },
          { text: '}]"', as: 'text' },
          { text: '12345678901234567890', as: 'number' },
          { text: '{"a":[1,2.50]}', as: 'json' },
        ],
      },
      { line: 3, cells: [{ text: '2', as: 'number' }, { text: '2026-01-02', as: 'text' }, null, null, { text: 'true', as: 'boolean' }] },
    ]);
  });

  test('its own types count: a text of digits stays a text', async () => {
    expect(
      await typesOf('[{"a": "1", "b": "true", "c": "2026-01-02", "d": 1.5, "e": [], "f": null, "g": 1}, {"g": "x"}]', { format: 'json' }),
    ).toEqual({
      a: 'TEXT',
      b: 'TEXT',
      c: 'DATE',
      d: 'NUMERIC',
      e: 'JSONB',
      f: 'TEXT',
      g: 'TEXT',
    });
  });

  test.each<readonly [text: string, problem: string]>([
    ['{"a": 1}', '1:1 the seed cannot be read: expected a list of objects, found {"a": 1}'],
    ['[{"a": 1}\n 2]', '2:1 the seed cannot be read: expected `,` or `]`, found 2]'],
    ['[\n1]', '2:1 the seed cannot be read: expected an object, found 1]'],
    ['[{"a": 1},]', '1:1 the seed cannot be read: expected an object, found ]'],
    ['[{"a": 1}', '1:1 the seed cannot be read: expected `,` or `]`, found the end of the file'],
    ['[\n{"a": "1}', '2:1 the seed cannot be read: expected the end of this object, found {"a": "1}'],
    ['[{"a": 1}] x', '1:1 the seed cannot be read: expected nothing more, found x'],
  ])('%j is refused at its place', async (text, problem) => {
    const [found] = await problemsOf(text, { format: 'json' }, 1000);
    expect(found?.split(' / ')[0]).toBe(problem);
  });

  test('a line that is no object, and keys that differ in capitals only', async () => {
    expect(await problemsOf('{"a": 1}\n[1]\n{"a": \n{"A": 2}\n', { format: 'ndjson' })).toEqual([
      '2:1 the seed cannot be read: expected an object, found a list: [1]',
      expect.stringMatching(/^3:1 the seed cannot be read: .*: \{"a":$/),
      '4:1 the seed cannot be read: two columns are called `a` / rename one of them',
    ]);
    expect(await problemsOf('[]', { format: 'json' })).toEqual([
      '1:1 the seed cannot be read: it holds no object, so nothing names its columns',
    ]);
  });
});
