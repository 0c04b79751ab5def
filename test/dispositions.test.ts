import { join } from 'node:path';
import { connect } from '../src/adapters/connect';
import type { Target } from '../src/core/manifest';
import type { Row } from '../src/core/ports';
import { startApi, type Api } from './support/api';
import { resultOf } from './support/artifacts';
import { etlx, IMAGE } from './support/etlx';
import { startPostgres, type TestServer } from './support/postgres';
import { project, temporaryFolder } from './support/project';

interface Engine {
  readonly name: string;
  /** Its target's keys in `project.yaml`, but for the schema. */
  readonly target: { readonly type: Target['type']; readonly path?: string; readonly url?: { readonly env: string } };
  /** The tests that it does without, and why. */
  readonly skips: Readonly<Partial<Record<Skippable, string>>>;
  /** A query for what stays the same as long as a table is the same one. */
  identity(schema: string, table: string): string;
}

type Skippable = 'append' | 'replace' | 'a key of every column' | 'a key that repeats' | 'a test that fails' | 'min_rows' | 'no rows';

const oid = (schema: string, table: string): string => `select '${schema}.${table}'::regclass::oid`;
const slow = 'the SQL is that of PostgreSQL, and each run takes a second to open it';
const folder = temporaryFolder('etlx-dispositions-');
const engines: readonly Engine[] = [
  { name: 'postgres', target: { type: 'postgres', url: { env: 'DATABASE_URL' } }, skips: {}, identity: oid },
  {
    name: 'duckdb',
    target: { type: 'duckdb', path: join(folder, 'things.duckdb') },
    skips: {},
    identity: (schema, table) => `select table_oid from duckdb_tables() where schema_name = '${schema}' and table_name = '${table}'`,
  },
  {
    name: 'pglite',
    target: { type: 'pglite', path: join(folder, 'pglite') },
    skips: {
      append: slow,
      replace: slow,
      'a key of every column': slow,
      'a key that repeats': slow,
      'a test that fails': slow,
      min_rows: slow,
      'no rows': slow,
    },
    identity: oid,
  },
];

// opening PGlite takes seconds on a busy machine
jest.setTimeout(180_000);

let server: TestServer;
let api: Api;
const tables: { things: { id: number; v: string }[] } = { things: [] };
beforeAll(async () => {
  server = await startPostgres();
  api = await startApi(tables);
});
afterAll(() => Promise.all([api.stop(), server.stop()]));

const things = (...texts: readonly string[]) => texts.map((text) => ({ id: Number(text.slice(1)), v: text[0]! }));

describe.each(engines)('write dispositions on $name', ({ target, skips, identity }) => {
  /** A test; where the engine does without it, a skipped one whose name says why. */
  const testOf = (skippable: Skippable, name: string, work: () => Promise<void>): void => {
    const reason = skips[skippable];
    if (reason === undefined) test(name, work);
    else test.skip(`${name} (skipped: ${reason})`, work);
  };

  /** A project that loads `things` (id, v) into its own schema. */
  const loading = (schema: string, load: string, tests = ''): string =>
    project({
      'project.yaml': JSON.stringify({
        name: 'demo',
        default_target: 'it',
        targets: { it: { ...target, schema } },
        lake: '.etlx/lake',
        retries: { max: 0, delay: 0 },
      }),
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

  async function ask(...queries: readonly string[]): Promise<readonly (readonly Row[])[]> {
    const place = { ...target, name: 'it', schema: 'public', threads: 1 } as Target;
    const adapter = await connect(place, { root: folder, image: IMAGE, env: { DATABASE_URL: server.url } });
    try {
      const answers: (readonly Row[])[] = [];
      for (const query of queries) answers.push((await adapter.query(query)).rows);
      return answers;
    } finally {
      await adapter.close();
    }
  }

  /** Loads `records`; answers what stands then, as a view on it shows it. */
  async function after(
    root: string,
    schema: string,
    records: readonly string[],
    args: readonly string[] = ['build'],
    code = 0,
  ): Promise<readonly unknown[]> {
    tables.things = things(...records);
    const ran = await etlx(root, args, { env: { DATABASE_URL: server.url } });
    expect({ code: ran.code, stderr: ran.code === code ? '' : ran.stderr }).toEqual({ code, stderr: '' });
    const [rows = []] = await ask(`select v || id as t from ${schema}.seen order by id, v`);
    return rows.map((row) => row['t']);
  }

  test('merge: new rows take the place of those with their key, all others stay', async () => {
    const root = loading('merging', 'primary_key: [id], write_disposition: merge');
    expect(await after(root, 'merging', ['a1', 'a2'])).toEqual(['a1', 'a2']);
    const first = await ask(identity('merging', 'things'));
    expect(first[0]).toHaveLength(1);
    expect(await after(root, 'merging', ['b2', 'b3'])).toEqual(['a1', 'b2', 'b3']);
    expect(await after(root, 'merging', [], ['load', '--from-lake'])).toEqual(['a1', 'b2', 'b3']);
    expect(await after(root, 'merging', [])).toEqual(['a1', 'b2', 'b3']);
    // the table is the same one: grants, views and readers notice nothing
    expect(await ask(identity('merging', 'things'))).toEqual(first);
    expect(await after(root, 'merging', ['c9'], ['build', '--full-refresh'])).toEqual(['c9']);
  });

  testOf('a key of every column', 'merge where every column is of the key', async () => {
    const root = loading('keys', 'primary_key: [id, v], write_disposition: merge');
    await after(root, 'keys', ['a1']);
    expect(await after(root, 'keys', ['a1', 'b2'])).toEqual(['a1', 'b2']);
  });

  testOf('append', 'append: each dataset is added once', async () => {
    const root = loading('appending', 'write_disposition: append');
    expect(await after(root, 'appending', ['a1'])).toEqual(['a1']);
    expect(await after(root, 'appending', ['a1', 'b2'])).toEqual(['a1', 'a1', 'b2']);
    expect(resultOf(root, 'source.s.things').row_counts).toEqual({ received: 2, loaded: 2, merged: 0, filtered: 0, rejected: 0 });
    // the step alone finds the dataset that it has added already
    expect(await after(root, 'appending', [], ['load', '--select', 'source.s.things'])).toEqual(['a1', 'a1', 'b2']);
    expect(await after(root, 'appending', ['c3'], ['build', '--full-refresh'])).toEqual(['c3']);
    expect(await after(root, 'appending', ['d4'])).toEqual(['c3', 'd4']);
  });

  for (const disposition of ['append', 'merge'])
    testOf('a test that fails', `${disposition}: a test that fails on the whole table takes the new rows out again`, async () => {
      const schema = `tested_${disposition}`;
      const root = loading(
        schema,
        `primary_key: [id], write_disposition: ${disposition}`,
        ', data_tests: [{ accepted_range: { arguments: { max_value: 5 } } }]',
      );
      expect(await after(root, schema, ['a1'])).toEqual(['a1']);
      expect(await after(root, schema, ['b2', 'b7'], ['build'], 1)).toEqual(['a1']);
      expect(await after(root, schema, ['c2'])).toEqual(['a1', 'c2']);
      const [left = []] = await ask(
        `select table_name from information_schema.tables where table_schema = '${schema}' and table_type = 'BASE TABLE' and table_name not in ('etlx_loads', 'etlx_state')`,
      );
      expect(left).toEqual([{ table_name: 'things' }]);
    });

  testOf('a key that repeats', 'append: a key that stands already fails, and nothing is added', async () => {
    const root = loading('repeating', 'primary_key: [id], write_disposition: append');
    await after(root, 'repeating', ['a1']);
    expect(await after(root, 'repeating', ['b2', 'b1'], ['build'], 1)).toEqual(['a1']);
    expect(await after(root, 'repeating', ['c2'])).toEqual(['a1', 'c2']);
  });

  for (const disposition of ['replace', 'append', 'merge'])
    testOf('min_rows', `${disposition}: fewer rows than min_rows are refused, and the old ones stand`, async () => {
      const schema = `few_${disposition}`;
      const root = loading(schema, `primary_key: [id], write_disposition: ${disposition}, min_rows: 2`);
      await after(root, schema, ['a1', 'a2']);
      expect(await after(root, schema, ['b3'], ['build'], 1)).toEqual(['a1', 'a2']);
      expect(resultOf(root, 'source.s.things').diagnostics).toMatchObject([
        { code: 'load.few', message: '`things`: the dataset holds 1 rows, and `min_rows` is 2' },
      ]);
    });

  testOf('replace', 'replace: the rows are those of the last load', async () => {
    const root = loading('replacing', 'primary_key: [id]');
    expect(await after(root, 'replacing', ['a1', 'a2'])).toEqual(['a1', 'a2']);
    expect(await after(root, 'replacing', ['b2', 'b3'])).toEqual(['b2', 'b3']);
  });

  testOf('no rows', 'replace with no rows empties the table', async () => {
    const root = loading('emptied', 'primary_key: [id]');
    await after(root, 'emptied', ['a1']);
    expect(await after(root, 'emptied', [])).toEqual([]);
  });
});

test('a merge needs a key', async () => {
  const root = project({
    'sources/s.yaml': `sources:
  - name: s
    extract: { client: { base_url: 'http://127.0.0.1:1' }, resources: [things] }
    tables:
      - name: things
        transform: { from: things, columns: { id: id } }
        load: { write_disposition: merge }
        columns: [{ name: id, data_type: INT }]
`,
  });
  const { code, stderr } = await etlx(root, ['compile']);
  expect(code).toBe(2);
  expect(stderr).toContain('the load of the table `things`, which merges, needs the key `primary_key`');
});
