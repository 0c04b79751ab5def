import { startApi, type Api } from './support/api';
import { resultOf } from './support/artifacts';
import { startServer, type Server } from './support/server';

let server: Server;
let api: Api;
const tables: { things: { id: number; v: string }[] } = { things: [] };
beforeAll(async () => {
  server = await startServer();
  api = await startApi(tables);
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});

const things = (...texts: readonly string[]) => texts.map((text) => ({ id: Number(text.slice(1)), v: text[0]! }));

/** A project that loads `things` (id, v) into its own schema. */
const loading = (schema: string, load: string, tests = ''): string =>
  server.project(schema, {
    'sources/s.yaml': `sources:
  - name: s
    extract:
      client: { base_url: '${api.url}', paginator: { type: offset, limit: 30, offset_param: skip } }
      resources: [{ name: things, primary_key: id }]
    tables:
      - name: things
        transform: { from: things, columns: { id: id, v: v } }
        load: { ${load} }
        columns: [{ name: id, data_type: INT${tests} }, { name: v, data_type: TEXT }]
`,
    'models/seen.sql': "{{ config(materialized='view') }}\nselect * from {{ ref('things') }}\n",
  });

/** Loads `records`; answers what stands then, as a view on it shows it. */
async function after(
  root: string,
  schema: string,
  records: readonly string[],
  args: readonly string[] = ['build'],
  code = 0,
): Promise<readonly unknown[]> {
  tables.things = things(...records);
  const ran = await server.etlx(root, args);
  expect({ code: ran.code, stderr: ran.code === code ? '' : ran.stderr }).toEqual({ code, stderr: '' });
  return (await server.query(`select v || id as t from ${schema}.seen order by id, v`)).map((row) => row['t']);
}

test('merge: new rows take the place of those with their key, all others stay', async () => {
  const root = loading('merging', 'primary_key: [id], write_disposition: merge');
  expect(await after(root, 'merging', ['a1', 'a2'])).toEqual(['a1', 'a2']);
  const oid = await server.query("select 'merging.things'::regclass::oid");
  expect(await after(root, 'merging', ['b2', 'b3'])).toEqual(['a1', 'b2', 'b3']);
  expect(await after(root, 'merging', [], ['load', '--from-lake'])).toEqual(['a1', 'b2', 'b3']);
  expect(await after(root, 'merging', [])).toEqual(['a1', 'b2', 'b3']);
  // the table is the same one: grants, views and readers notice nothing
  expect(await server.query("select 'merging.things'::regclass::oid")).toEqual(oid);
  expect(await after(root, 'merging', ['c9'], ['build', '--full-refresh'])).toEqual(['c9']);
});

test('merge where every column is of the key', async () => {
  const root = loading('keys', 'primary_key: [id, v], write_disposition: merge');
  await after(root, 'keys', ['a1']);
  expect(await after(root, 'keys', ['a1', 'b2'])).toEqual(['a1', 'b2']);
});

test('append: each dataset is added once', async () => {
  const root = loading('appending', 'write_disposition: append');
  expect(await after(root, 'appending', ['a1'])).toEqual(['a1']);
  expect(await after(root, 'appending', ['a1', 'b2'])).toEqual(['a1', 'a1', 'b2']);
  expect(resultOf(root, 'source.s.things').row_counts).toEqual({ received: 2, loaded: 2, merged: 0, filtered: 0, rejected: 0 });
  // the step alone finds the dataset that it has added already
  expect(await after(root, 'appending', [], ['load', '--select', 'source.s.things'])).toEqual(['a1', 'a1', 'b2']);
  expect(await after(root, 'appending', ['c3'], ['build', '--full-refresh'])).toEqual(['c3']);
  expect(await after(root, 'appending', ['d4'])).toEqual(['c3', 'd4']);
});

test.each(['append', 'merge'])('%s: a test that fails on the whole table takes the new rows out again', async (disposition) => {
  const schema = `tested_${disposition}`;
  const root = loading(
    schema,
    `primary_key: [id], write_disposition: ${disposition}`,
    ', data_tests: [{ accepted_range: { arguments: { max_value: 5 } } }]',
  );
  expect(await after(root, schema, ['a1'])).toEqual(['a1']);
  expect(await after(root, schema, ['b2', 'b7'], ['build'], 1)).toEqual(['a1']);
  expect(await after(root, schema, ['c2'])).toEqual(['a1', 'c2']);
  expect(await server.query(`select tablename from pg_tables where schemaname = '${schema}' and tablename <> 'etlx_loads'`)).toEqual([
    { tablename: 'things' },
  ]);
});

test('append: a key that stands already fails, and nothing is added', async () => {
  const root = loading('repeating', 'primary_key: [id], write_disposition: append');
  await after(root, 'repeating', ['a1']);
  expect(await after(root, 'repeating', ['b2', 'b1'], ['build'], 1)).toEqual(['a1']);
  expect(await after(root, 'repeating', ['c2'])).toEqual(['a1', 'c2']);
});

test.each(['replace', 'append', 'merge'])('%s: fewer rows than min_rows are refused, and the old ones stand', async (disposition) => {
  const schema = `few_${disposition}`;
  const root = loading(schema, `primary_key: [id], write_disposition: ${disposition}, min_rows: 2`);
  await after(root, schema, ['a1', 'a2']);
  expect(await after(root, schema, ['b3'], ['build'], 1)).toEqual(['a1', 'a2']);
  expect(resultOf(root, 'source.s.things').diagnostics).toMatchObject([
    { code: 'load.few', message: '`things`: the dataset holds 1 rows, and `min_rows` is 2' },
  ]);
});

test('replace with no rows empties the table', async () => {
  const root = loading('emptied', 'primary_key: [id]');
  await after(root, 'emptied', ['a1']);
  expect(await after(root, 'emptied', [])).toEqual([]);
});

test('a merge needs a key', async () => {
  const { code, stderr } = await server.etlx(loading('keyless', 'write_disposition: merge'), ['compile']);
  expect(code).toBe(2);
  expect(stderr).toContain('the load of the table `things`, which merges, needs the key `primary_key`');
});
