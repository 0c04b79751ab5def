import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { statusesOf } from './support/artifacts';
import { startServer, type Server } from './support/server';

/** What ends a quoted name, a text, a statement, a comment or a template, and what databases and terminals stumble over. */
const PIECES = [
  '"',
  '""',
  "'",
  "''",
  ';',
  '--',
  '/*',
  '*/',
  '$$',
  '$etlx$',
  '$1',
  '?',
  ':x',
  '{{',
  '}}',
  '{%',
  '\\',
  '\\"',
  "E'",
  '%s',
  '%I',
  '`',
  ')',
  '(',
  ',',
  '.',
  ' ',
  'drop table canary',
  'select',
  'null',
  'public',
  'canary',
  'é',
  '日本',
  '𝒶',
  '\u202e',
  '\u00a0',
  'ﬀ',
  'İ',
  'etlx:candidate',
  '"etlx:candidate"',
  '__proto__',
];
const ATTACKS = [
  'x"; drop table public.canary; --',
  "x'; drop table public.canary; --",
  'x" int); drop table public.canary; create table "y',
  'x") as t; drop table public.canary; --',
  '$etlx$; drop table public.canary; do $etlx$',
  '*/ drop table public.canary; /*',
  "' || (select 1/0) || '",
  'x"."y',
  '${process.exit(9)}',
  '{{ env("HOME") }}',
  '__proto__',
  'constructor',
  // reads as `canary`, and is another word: a Cyrillic а, and letters from right to left
  'c\u0430n\u0430ry',
  '\u202eyranac',
];

/** The same numbers in every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` different names of at most 40 bytes made of pieces, after the known attacks. */
function namesFrom(seed: number, count: number): readonly string[] {
  const next = numbers(seed);
  const names = new Set(ATTACKS);
  while (names.size < count) {
    const name = Array.from({ length: 1 + Math.floor(next() * 5) }, () => PIECES[Math.floor(next() * PIECES.length)]!).join('');
    if (Buffer.byteLength(name) <= 40 && name.trim() === name) names.add(name);
  }
  return [...names];
}

const NAMES = namesFrom(20261123, 120);
const yaml = (name: string): string => JSON.stringify(name);
/** A text of SQL inside a template: Handlebars must see no braces of its own in it. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`.replaceAll('{{', '\\{{');

let server: Server;
beforeAll(async () => {
  server = await startServer();
  await server.query('create table public.canary (id int); insert into public.canary values (42)');
});
afterAll(() => server.stop());

/** Nothing broke out: the canary sings, and no schema or table stands that was not asked for. */
async function expectCanaryAlive(): Promise<void> {
  expect(await server.query('select id from public.canary')).toEqual([{ id: 42 }]);
  expect(await server.query("select tablename from pg_tables where schemaname = 'public'")).toEqual([{ tablename: 'canary' }]);
}

test('F43: names of columns, keys, constraints and tests from YAML', async () => {
  const usable = NAMES.filter((name) => !name.includes('{{'));
  const root = server.project('published', {
    'models/wide.sql': `select ${usable.map((name, index) => `'v${index}'::text as ${quoted(name)}`).join(',\n  ')}\n`,
    'models/wide.yaml': `models:
  - name: wide
    config: { contract: { enforced: true } }
    constraints: [{ type: primary_key, columns: [${usable.slice(0, 30).map(yaml).join(', ')}] }]
    data_tests: [{ unique_combination_of_columns: { name: together, arguments: { columns: [${usable.slice(0, 30).map(yaml).join(', ')}] } } }]
    columns:
${usable.map((name, index) => `      - { name: ${yaml(name)}, data_type: TEXT, description: ${yaml(name)}, constraints: [{ type: not_null }], data_tests: [{ unique: { name: u${index} } }, { not_null: { name: n${index} } }, { accepted_values: { name: a${index}, arguments: { values: [v${index}, ${yaml(name)}] } } }] }`).join('\n')}
`,
  });
  for (let time = 0; time < 2; time += 1) {
    const { code, stderr } = await server.etlx(root, ['build']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  }
  const columns = await server.query(
    "select column_name from information_schema.columns where table_schema = 'published' and table_name = 'wide' order by ordinal_position",
  );
  expect(columns.map((row) => row['column_name'])).toEqual(usable);
  expect(Object.values((await server.query('select * from published.wide'))[0]!)).toEqual(usable.map((_, index) => `v${index}`));
  await expectCanaryAlive();
});

test('F43: aliases and schemas, with views on them, rebuilt', async () => {
  const usable = NAMES.filter((name) => !name.includes('{{') && name !== '__proto__').slice(0, 40);
  const models = usable.flatMap((name, index) => [
    [`models/t${index}.sql`, `select ${index} as id\n`],
    [`models/v${index}.sql`, `select id from {{ ref('t${index}') }}\n`],
    [
      `models/m${index}.yaml`,
      `models:
  - { name: t${index}, config: { alias: ${yaml(name)}, schema: ${yaml(`s ${name}`)} }, columns: [{ name: id, data_tests: [unique] }] }
  - { name: v${index}, config: { alias: ${yaml(`v ${name}`)}, schema: ${yaml(`s ${name}`)}, materialized: view } }
`,
    ],
  ]);
  const root = server.project('aliases', Object.fromEntries(models) as Record<string, string>);
  for (const command of [['build'], ['run', '--select', 't*'], ['build']]) {
    const { code, stderr } = await server.etlx(root, command);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  }
  const tables = await server.query("select schemaname, tablename from pg_tables where schemaname like 's %'");
  const expected = usable.map((name) => ({ schemaname: `s ${name}`, tablename: name }));
  const order = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  expect([...tables].sort(order)).toEqual(expected.sort(order));
  await expectCanaryAlive();
});

describe('F43: names and values from data', () => {
  let api: HttpServer;
  let url: string;
  const records = NAMES.map((name, id) => ({ id, text: name, [name]: name, nested: { [name]: [name] } }));
  beforeAll(async () => {
    api = createServer((_, response) => void response.end(JSON.stringify({ things: records })));
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => void api.close(resolve)));

  test('reach the table as they are, and nothing else', async () => {
    const columns = NAMES.filter((name) => name !== 'id' && name !== 'text' && !name.includes('.') && !name.includes('{{')).slice(0, 40);
    const root = server.project('data', {
      'sources/s.yaml': `sources:
  - name: s
    extract:
      client: { base_url: '${url}' }
      resources: [{ name: things, primary_key: id }]
    tables:
      - name: things
        transform:
          from: things
          columns: { id: id, text: text, whole: nested, ${columns.map((name) => `${yaml(name)}: ${yaml(name)}`).join(', ')} }
          merge: { key: [id], otherwise: first }
        load: { primary_key: [id, text] }
        columns:
          - { name: id, data_type: INT }
          - { name: text, data_type: TEXT }
          - { name: whole, data_type: JSONB }
${columns.map((name) => `          - { name: ${yaml(name)}, data_type: TEXT }`).join('\n')}
`,
      'models/copied.sql': "select * from {{ ref('things') }}\n",
    });
    const { code, stderr } = await server.etlx(root, ['build']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(Object.values(statusesOf(root))).not.toContain('error');
    const rows = await server.query('select * from data.copied order by id');
    expect(rows.map((row) => row['text'])).toEqual(NAMES);
    for (const [index, name] of NAMES.entries()) {
      if (columns.includes(name)) expect(rows[index]![name]).toBe(name);
      expect(rows[index]!['whole']).toEqual(JSON.parse(JSON.stringify({ [name]: [name] })));
    }
    await expectCanaryAlive();
  });
});

test('F43: names of files, and words of the command line', async () => {
  const root = server.project('files', { 'models/a.sql': 'select 1 as id\n' });
  const odd = NAMES.filter((name) => !/[/\0]/.test(name) && !/^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_-]*$/u.test(name));
  const refused = server.project('refused', Object.fromEntries(odd.map((name) => [`models/${name}.sql`, 'select 1 as id\n'])));
  const { code, stderr } = await server.etlx(refused, ['build']);
  expect(code).toBe(2);
  expect(stderr.match(/cannot be a name/g)!.length).toBe(odd.filter((name) => !name.startsWith('.')).length);
  for (const name of NAMES.slice(0, 40)) {
    expect((await server.etlx(root, ['ls', `--select=${name}`])).code).toBe(2);
    expect(
      (
        await server.etlx(root, [
          'show',
          '--inline',
          "select '{{ var('v') }}' as v",
          '--vars',
          JSON.stringify({ v: name.replaceAll("'", "''") }),
          '--output',
          'json',
        ])
      ).stdout,
    ).toContain(JSON.stringify(name));
  }
  await expectCanaryAlive();
});

test.each([
  ['NUL', '\0'],
  ['half of a surrogate pair', '\ud800'],
])('F43: a name with %s is refused where it is written', async (_, character) => {
  const yamlText = `models:\n  - { name: m, columns: [{ name: "a${character === '\0' ? '\\0' : '\\ud800'}b", data_tests: [unique] }] }\n`;
  const root = server.project('odd', { 'models/m.sql': 'select 1 as id\n', 'models/m.yaml': yamlText });
  const { code, stderr } = await server.etlx(root, ['build']);
  expect(code).toBeGreaterThan(0);
  expect(stderr).not.toContain('internal');
  await expectCanaryAlive();
});

test('F43: a name of 64 bytes is refused, since the database would cut it to that of another', async () => {
  const long = 'x'.repeat(64);
  const root = server.project('long', {
    'models/m.sql': 'select 1 as id\n',
    'models/m.yaml': `models:\n  - { name: m, config: { alias: ${long} } }\n`,
  });
  const { code, stderr } = await server.etlx(root, ['build']);
  expect(code).toBe(2);
  expect(stderr).toContain(long);
  await expectCanaryAlive();
});
