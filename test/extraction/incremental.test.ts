import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../src/adapters/connect';
import { resultOf } from '../support/artifacts';
import { etlx } from '../support/etlx';
import { serve, type Answer, type Came, type Site } from '../support/http';
import { problemLines } from '../support/problems';
import { project, writeProject } from '../support/project';
import { startServer, type Server } from '../support/server';

interface Order {
  readonly id: number;
  readonly v: string;
  readonly at?: unknown;
}

let site: Site;
let server: Server;
let answer: (came: Came) => Answer;
/** What the API holds. */
let orders: Order[] = [];

/** An API that gives the orders from `since` on, as times or as numbers, in the order of its list. */
const honest = ({ params }: Came): Answer => {
  const since = params.get('since') ?? '';
  const number = (value: unknown): number => (typeof value === 'number' ? value : Date.parse(String(value)));
  const from = Number.isNaN(Number(since)) ? Date.parse(since) : Number(since);
  return { json: { orders: orders.filter(({ at }) => at === undefined || number(at) >= from) } };
};

beforeAll(async () => {
  site = await serve((came) => answer(came));
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  await site.stop();
});
beforeEach(() => {
  answer = honest;
  orders = [];
});

const day = (date: number, hour = 0): string => `2024-05-${String(date).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`;

const table = (name: string, load: string, test = ''): string => `      - name: ${name}
        transform: { from: orders, columns: { id: id, v: v } }
        load: { ${load} }
        columns: [{ name: id, data_type: INT${test} }, { name: v, data_type: TEXT }]
`;
const MERGE = 'primary_key: [id], write_disposition: merge';
const APPEND = 'write_disposition: append';
const SMALL = ', data_tests: [{ accepted_range: { arguments: { max_value: 99 } } }]';
const DATES = `cursor_path: at, initial_value: '2024-01-01'`;

/** The file of a source whose resource `orders` is incremental. */
const source = (incremental: string, tables: string, endpoint = `params: { since: '{incremental.start_value}' }`): string =>
  `sources:
  - name: s
    extract:
      client: { base_url: '${site.url}' }
      resources:
        - name: orders
          incremental: { ${incremental} }
          endpoint: { ${endpoint} }
    tables:
${tables}`;

/** A project that loads into its own schema of the server. */
const loading = (schema: string, incremental: string, tables: string, endpoint?: string): string =>
  server.project(schema, { 'sources/s.yaml': source(incremental, tables, endpoint) });

/** What was asked for since the last call. */
let seen = 0;
const asked = (): readonly string[] => {
  const news = site.came.slice(seen);
  seen = site.came.length;
  return news.map(({ url, body }) => decodeURIComponent(url.replace('/orders', '').replace('?since=', '')) + body);
};

/** Runs `command`; answers what was asked for meanwhile. */
async function ran(root: string, command = 'build', code = 0, run: Server['etlx'] = server.etlx): Promise<readonly string[]> {
  asked();
  const outcome = await run(root, command.split(' '));
  expect({ code: outcome.code, stderr: outcome.code === code ? '' : outcome.stderr }).toEqual({ code, stderr: '' });
  return asked();
}

const rowsOf = (schema: string, name = 'orders_t'): Promise<readonly unknown[]> =>
  server.values(`select id || v from ${schema}.${name} order by id, v`);
const cursorsOf = (schema: string): Promise<readonly unknown[]> =>
  server.values(`select table_name || ' ' || coalesce(cursor_value, 'nothing') from ${schema}.etlx_cursors order by table_name`);
const problemsOf = (root: string, id: string): readonly string[] =>
  (resultOf(root, id).diagnostics ?? []).map(({ code, message }) => `${code}: ${message}`);

describe.each([
  ['pglite', '.etlx/dev'],
  ['duckdb', 'dev.duckdb'],
] as const)('on %s', (type, path) => {
  test('a run asks only for what is new; one that fails leaves the cursor; a full refresh begins again', async () => {
    const root = project({
      'project.yaml': `name: demo\ndefault_target: dev\ntargets:\n  dev: {type: ${type}, path: ${path}, schema: demo}\nlake: .etlx/lake\nretries: {max: 0, delay: 0}\n`,
      'sources/s.yaml': source(DATES, table('orders_t', MERGE, SMALL)),
    });
    const build = (code = 0, ...flags: readonly string[]) => ran(root, ['build', ...flags].join(' '), code, etlx);
    const stands = async (): Promise<readonly string[]> => {
      const adapter = await connect({ name: 'dev', type, path, schema: 'demo', threads: 1 }, { root, env: {} });
      try {
        const { rows } = await adapter.query(
          `select cast(id as text) || v as t from demo.orders_t union all select concat_ws(' ', table_name, source, resource, cursor_path, cursor_value) from demo.etlx_cursors order by t`,
        );
        return rows.map(({ t }) => String(t));
      } finally {
        await adapter.close();
      }
    };

    orders = [
      { id: 1, v: 'a', at: day(1) },
      { id: 2, v: 'a', at: day(2, 12) },
    ];
    expect(await build()).toEqual(['2024-01-01']);
    orders = [orders[0]!, { id: 2, v: 'b', at: day(3) }, { id: 100, v: 'b', at: day(4) }];
    expect(await build(1)).toEqual([day(2, 12)]);

    orders = orders.filter(({ id }) => id !== 100);
    expect(await build()).toEqual([day(2, 12)]);
    expect(resultOf(root, 'extract.s.orders').message).toBe(`1 record in 1 page, \`at\` from ${day(2, 12)}`);
    expect(await stands()).toEqual(['1a', '2b', `orders_t s orders at ${day(3)}`]);

    orders = [{ id: 5, v: 'c', at: day(1) }];
    expect(await build(0, '--full-refresh')).toEqual(['2024-01-01']);
    expect(await stands()).toEqual(['5c', `orders_t s orders at ${day(1)}`]);
  });
});

test('a dry run says from where, and asks nobody', async () => {
  const root = loading('dry', DATES, table('orders_t', MERGE));
  expect((await server.etlx(root, ['load', '--dry-run'])).stdout).toContain(
    '-- incremental: from the initial value: orders_t will be new\n-- extract: ',
  );
  await ran(root);
  asked();
  const { stdout } = await server.etlx(root, ['load', '--dry-run']);
  expect(asked()).toEqual([]);
  expect(stdout).toContain(`-- incremental: from the smallest of these values, less the lag
select table_name, cursor_path, cursor_value from "dry"."etlx_cursors" where source = 's' and resource = 'orders' and table_name in ('orders_t');
-- extract: `);
  expect(stdout).toContain('-- incremental: write into "dry"."etlx_cursors" how far orders has come\n');
});

describe('the window', () => {
  test('records that come late are taken within the lag, and never from before the initial value', async () => {
    const root = loading('lagging', `${DATES}, lag: 2 days`, table('orders_t', MERGE));
    orders = [{ id: 1, v: 'a', at: day(10, 6) }];
    await ran(root);
    orders = [...orders, { id: 2, v: 'late', at: day(8, 7) }, { id: 3, v: 'too late', at: day(8, 5) }];
    expect(await ran(root)).toEqual([day(8, 6)]);
    expect(await rowsOf('lagging')).toEqual(['1a', '2late']);
    expect(await cursorsOf('lagging')).toEqual([`orders_t ${day(10, 6)}`]);
    writeProject(root, { 'sources/s.yaml': source(`cursor_path: at, initial_value: '2024-05-09', lag: 172800`, table('orders_t', MERGE)) });
    expect(await ran(root)).toEqual(['2024-05-09']);
  });

  test('an API that does not filter: what is outside is left out, and counted', async () => {
    answer = () => ({ json: { orders } });
    const root = loading('unfiltered', `${DATES}, end_value: '2024-05-20'`, table('orders_t', MERGE), 'path: orders');
    orders = [1, 2, 3].map((id) => ({ id, v: 'a', at: day(id) }));
    await ran(root);
    orders = [
      { id: 1, v: 'changed unseen', at: day(1) },
      { id: 3, v: 'b', at: day(3) },
      { id: 9, v: 'b', at: day(20) },
    ];
    await ran(root);
    expect(await rowsOf('unfiltered')).toEqual(['1a', '2a', '3b']);
    expect(resultOf(root, 'source.s.orders_t').row_counts).toEqual({ received: 3, loaded: 1, merged: 0, filtered: 2, rejected: 0 });
    expect(resultOf(root, 'extract.s.orders').message).toBe(`3 records in 1 page, \`at\` from ${day(3)} to before 2024-05-20`);
  });

  test('times are compared as instants, whatever their offset, and are sent back as they came', async () => {
    const root = loading('offsets', `${DATES}, lag: 60`, table('orders_t', MERGE));
    orders = [
      { id: 1, v: 'a', at: '2024-05-01T23:00:00+10:00' },
      { id: 2, v: 'a', at: '2024-05-01T14:00:00.500+00:00' },
      { id: 3, v: 'a', at: '2024-05-01T22:00:00+09:00' },
    ];
    await ran(root);
    expect(await ran(root)).toEqual(['2024-05-01T13:59:00.500+00:00']);
  });

  test('numbers are compared by value; in the body of a POST they stay numbers', async () => {
    answer = ({ body }) => ({ json: { orders: orders.filter(({ at }) => Number(at) >= (JSON.parse(body) as { since: number }).since) } });
    const root = loading(
      'numbers',
      'cursor_path: at, initial_value: 0',
      table('orders_t', APPEND),
      `method: POST, json: { since: '{incremental.start_value}', words: 'from {incremental.start_value}' }`,
    );
    orders = [9, 10].map((id) => ({ id, v: 'a', at: id }));
    expect(await ran(root)).toEqual(['{"since":0,"words":"from 0"}']);
    expect(await ran(root)).toEqual(['{"since":10,"words":"from 10"}']);
  });

  test.each([
    ['desc', [30, 29, 20, 19, 10, 9], 2],
    ['asc', [1, 2, 21, 30, 31, 40, 41, 50], 2],
  ] as const)('row_order %s: paging ends where nothing more can be in it', async (order, ids, pages) => {
    const schema = `ordered_${order}`;
    answer = ({ params }) => {
      const page = Number(params.get('page'));
      return { json: { orders: ids.slice(2 * page, 2 * page + 2).map((id) => ({ id, v: 'a', at: id })), total: ids.length } };
    };
    const root = loading(
      schema,
      `cursor_path: at, initial_value: 20, end_value: 31, row_order: ${order}`,
      table('orders_t', MERGE),
      'paginator: { type: page_number, total_path: total }',
    );
    await ran(root);
    // pages that were asked for early are thrown away
    expect(resultOf(root, 'extract.s.orders').message).toMatch(`${2 * (pages + (order === 'asc' ? 1 : 0))} records in`);
    expect(await rowsOf(schema)).toEqual(order === 'desc' ? ['20a', '29a', '30a'] : ['21a', '30a']);
  });
});

describe('what is committed', () => {
  test('a load that was landed and never loaded is asked for again', async () => {
    const root = loading('unloaded', DATES, table('orders_t', MERGE));
    orders = [{ id: 1, v: 'a', at: day(1) }];
    await ran(root);
    orders = [...orders, { id: 2, v: 'a', at: day(2) }];
    expect(await ran(root, 'load --select extract.s.orders')).toEqual([day(1)]);
    expect(await ran(root, 'load --select extract.s.orders')).toEqual([day(1)]);
    expect(await ran(root, 'load --from-lake')).toEqual([]);
    expect(await rowsOf('unloaded')).toEqual(['1a', '2a']);
    expect(await ran(root)).toEqual([day(2)]);
  });

  test('no record at all, then the first ones', async () => {
    const root = loading('empty', DATES, table('orders_t', APPEND));
    expect(await ran(root)).toEqual(['2024-01-01']);
    expect(await cursorsOf('empty')).toEqual(['orders_t nothing']);
    orders = [{ id: 1, v: 'a', at: day(1) }];
    expect(await ran(root)).toEqual(['2024-01-01']);
    expect(await ran(root)).toEqual([day(1)]);
    expect(await rowsOf('empty')).toEqual(['1a']);
  });

  test('append: every record once, those with the last value too, however often the steps run', async () => {
    const root = loading('appending', DATES, table('orders_t', APPEND));
    orders = [
      { id: 1, v: 'a', at: day(1) },
      { id: 2, v: 'a', at: day(2) },
      { id: 3, v: 'a', at: day(2) },
    ];
    await ran(root);
    orders = [...orders, { id: 4, v: 'b', at: day(3) }];
    expect(await ran(root)).toEqual([day(2)]);
    expect(resultOf(root, 'source.s.orders_t').row_counts).toMatchObject({ received: 3, loaded: 1, filtered: 2 });
    await ran(root, 'load --from-lake');
    await ran(root, 'load --select source.s.orders_t');
    await ran(root);
    expect(await rowsOf('appending')).toEqual(['1a', '2a', '3a', '4b']);
  });

  test('append: every record once, whenever the runs before were broken off', async () => {
    const root = loading('broken', DATES, table('orders_t', APPEND));
    for (const id of [1, 2, 3, 4, 5, 6, 7, 8]) {
      orders = [...orders, { id, v: 'a', at: day(id) }];
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), 30 * id);
      await server.etlx(root, ['load', '--quiet'], { signal: stop.signal });
      clearTimeout(timer);
    }
    await ran(root);
    expect(await rowsOf('broken')).toEqual(orders.map(({ id }) => `${id}a`));
  });

  test('two tables of one resource: the one that lags behind says from where, and neither gets a row twice', async () => {
    const root = loading('two', DATES, table('strict', APPEND, SMALL) + table('orders_t', APPEND));
    orders = [{ id: 1, v: 'a', at: day(1) }];
    await ran(root);
    orders = [...orders, { id: 100, v: 'a', at: day(4) }];
    expect(await ran(root, 'build', 1)).toEqual([day(1)]);
    expect(await cursorsOf('two')).toEqual([`orders_t ${day(4)}`, `strict ${day(1)}`]);
    orders = [orders[0]!, { id: 3, v: 'a', at: day(3) }];
    expect(await ran(root)).toEqual([day(1)]);
    expect([await rowsOf('two'), await rowsOf('two', 'strict')]).toEqual([
      ['1a', '100a'],
      ['1a', '3a'],
    ]);
    expect(await cursorsOf('two')).toEqual([`orders_t ${day(4)}`, `strict ${day(3)}`]);
    // a table that is new needs everything
    writeProject(root, {
      'sources/s.yaml': source(DATES, table('strict', APPEND, SMALL) + table('orders_t', APPEND) + table('third', MERGE)),
    });
    expect(await ran(root)).toEqual(['2024-01-01']);
    expect([await rowsOf('two', 'strict'), await rowsOf('two', 'third')]).toEqual([
      ['1a', '3a'],
      ['1a', '3a'],
    ]);
  });

  test('a full refresh of one table leaves the other where it is', async () => {
    const root = loading('refreshed', DATES, table('one', APPEND) + table('orders_t', APPEND));
    orders = [{ id: 1, v: 'a', at: day(1) }];
    await ran(root);
    expect(await ran(root, 'build --full-refresh --select +one')).toEqual(['2024-01-01']);
    orders = [...orders, { id: 2, v: 'a', at: day(2) }];
    expect(await ran(root)).toEqual([day(1)]);
    expect([await rowsOf('refreshed', 'one'), await rowsOf('refreshed')]).toEqual([
      ['1a', '2a'],
      ['1a', '2a'],
    ]);
  });

  test('a table that was dropped is loaded from the beginning, and not from the part that landed last', async () => {
    const root = loading('dropped', DATES, table('orders_t', MERGE));
    orders = [{ id: 1, v: 'a', at: day(1) }];
    await ran(root);
    orders = [...orders, { id: 2, v: 'a', at: day(2) }];
    await ran(root);
    await server.query('drop table dropped.orders_t');
    await ran(root, 'load --from-lake', 1);
    expect(problemsOf(root, 'source.s.orders_t')).toEqual([
      `load.cursor: \`orders_t\` is made anew, and the latest landed load of \`orders\` holds what came after ${day(1)}`,
    ]);
    expect(await ran(root)).toEqual(['2024-01-01']);
    expect(await rowsOf('dropped')).toEqual(['1a', '2a']);
  });

  test.each([
    ['merge', MERGE],
    ['append', APPEND],
  ])('%s: a table that was set back does not get past the rows that it lacks', async (name, load) => {
    const schema = `behind_${name}`;
    const root = loading(schema, DATES, table('orders_t', load));
    orders = [{ id: 1, v: 'a', at: day(5) }];
    await ran(root);
    await ran(root, 'load --select extract.s.orders');
    await server.query(`update ${schema}.etlx_cursors set cursor_value = '${day(3)}'`);
    await ran(root, 'load --from-lake', 1);
    expect(problemsOf(root, 'source.s.orders_t')).toEqual([
      `load.cursor: \`orders_t\` stands at ${day(3)}, and the latest landed load of \`orders\` holds what came after ${day(5)}`,
    ]);
  });

  test('append to a table that was filled without the cursor is refused; merge begins at the initial value', async () => {
    const root = loading('turned', DATES, table('appended', APPEND) + table('orders_t', MERGE));
    orders = [{ id: 1, v: 'a', at: day(5) }];
    await ran(root);
    writeProject(root, {
      'sources/s.yaml': source('cursor_path: id, initial_value: 0', table('appended', APPEND) + table('orders_t', MERGE)),
    });
    await ran(root, 'build', 1);
    expect(problemsOf(root, 'extract.s.orders')).toEqual([
      'load.cursor: `appended` stands, and was not filled by the cursor `id` of `orders`: which records it has is not known',
    ]);
    writeProject(root, { 'sources/s.yaml': source('cursor_path: id, initial_value: 0', table('orders_t', MERGE)) });
    expect(await ran(root)).toEqual(['0']);
    expect(await cursorsOf('turned')).toEqual([`appended ${day(5)}`, 'orders_t 1']);
  });
});

describe('records without a comparable cursor', () => {
  const at = (name: string, incremental: string, load = MERGE): string => loading(name, incremental, table('orders_t', load));

  test.each<[string, string, unknown, string]>([
    ['none', DATES, undefined, 'has no `at`'],
    ['null', DATES, null, 'has no `at`'],
    ['number', DATES, 5, 'has the number 5 at `at`, and `initial_value` is an ISO 8601 date or timestamp'],
    ['word', DATES, 'soon', 'has `soon` at `at`, and `initial_value` is an ISO 8601 date or timestamp'],
    ['mixed', 'cursor_path: at, initial_value: 3', '2024-05-01', 'has `2024-05-01` at `at`, and `initial_value` is a number'],
    ['text', 'cursor_path: at, initial_value: a', 7, 'has the number 7 at `at`, and `initial_value` is a text'],
  ])('%s: the extraction fails, and the page has landed', async (name, incremental, value, problem) => {
    answer = () => ({ json: { orders } });
    const root = at(`odd_${name}`, incremental);
    orders = [{ id: 1, v: 'a', at: value }];
    await ran(root, 'build', 1);
    expect(problemsOf(root, 'extract.s.orders')).toEqual([expect.stringMatching(/^extract\.cursor: GET http.*: record 1 /)]);
    expect(problemsOf(root, 'extract.s.orders')[0]).toContain(problem);
    const folder = join(root, '.etlx/lake/raw/s/orders');
    expect(existsSync(folder) && readdirSync(folder)).toHaveLength(1);
  });

  test.each([
    ['include', ['1a', '2none']],
    ['exclude', ['1a']],
  ])('on_cursor_value_missing: %s', async (word, expected) => {
    const root = at(`missing_${word}`, `${DATES}, on_cursor_value_missing: ${word}`);
    orders = [
      { id: 1, v: 'a', at: day(1) },
      { id: 2, v: 'none' },
    ];
    await ran(root);
    expect(await rowsOf(`missing_${word}`)).toEqual(expected);
    expect(await cursorsOf(`missing_${word}`)).toEqual([`orders_t ${day(1)}`]);
  });

  test('an order that is not the declared one', async () => {
    const root = at('disordered', 'cursor_path: at, initial_value: 1, row_order: desc');
    orders = [3, 4].map((id) => ({ id, v: 'a', at: id }));
    await ran(root, 'build', 1);
    expect(problemsOf(root, 'extract.s.orders')).toEqual([
      expect.stringContaining(': record 2 has `at` 4 behind 3, which is not `row_order: desc`'),
    ]);
  });
});

test('a loader in TypeScript gets the bounds', async () => {
  const root = server.project('modules', {
    'sources/s.yaml': `sources:
  - name: s
    extract:
      resources:
        - { name: orders, module: sources/orders.ts, incremental: { cursor_path: at, initial_value: 2 }, endpoint: { data_selector: '' } }
    tables:
${table('orders_t', MERGE)}`,
    'sources/orders.ts': `export default async function* pages({ incremental }: { incremental: { start_value: string } }) {
  yield [{ id: Number(incremental.start_value) + 1, v: 'a', at: Number(incremental.start_value) + 1 }];
}
`,
  });
  await ran(root);
  await ran(root);
  expect(await rowsOf('modules')).toEqual(['3a', '4a']);
});

test('what does not go together is told before anything runs', async () => {
  const root = server.project('wrong', {
    'sources/a.yaml': `sources:
  - name: a
    extract:
      client: { base_url: 'http://127.0.0.1:1' }
      resources:
        - { name: late, incremental: { cursor_path: at, initial_value: '2024-01-01', lag: 1 hour } }
        - { name: whole, endpoint: { params: { since: '{incremental.start_value}' } } }
        - { name: open, incremental: { cursor_path: at, initial_value: 1 }, endpoint: { path: 'x/{incremental.end_value}' } }
        - { name: child, endpoint: 'x/{resources.open.id}' }
        - { name: younger, incremental: { cursor_path: at, initial_value: 1 }, endpoint: 'x/{resources.whole.id}' }
        - { name: a, incremental: { cursor_path: at, initial_value: 1, end_value: 1 } }
        - { name: b, incremental: { cursor_path: at, initial_value: 1, end_value: soon } }
        - { name: c, incremental: { cursor_path: at, initial_value: x, lag: 1 } }
        - { name: d, incremental: { cursor_path: at, initial_value: 1, lag: 1 day } }
        - { name: e, incremental: { cursor_path: at, initial_value: 1, lag: a while } }
        - { name: f, incremental: { cursor_path: at, row_order: up } }
    tables:
      - { name: t, transform: { from: late, columns: { id: id } }, load: { primary_key: [id] }, columns: [{ name: id, data_type: INT }] }
      - { name: u, transform: { from: late, columns: { id: id } }, load: { write_disposition: append }, columns: [{ name: id, data_type: INT }] }
      - name: w
        transform: { union: [{ from: open, columns: { id: id } }, { from: child, columns: { id: id } }] }
        load: { write_disposition: append }
        columns: [{ name: id, data_type: INT }]
`,
  });
  const { code, stderr } = await server.etlx(root, ['compile']);
  expect(code).toBe(2);
  expect(problemLines(stderr)).toEqual([
    'sources/a.yaml:7:19 [whole] `whole` has a placeholder `{incremental.start_value}`, and no `incremental` / give the resource `incremental: {cursor_path: …, initial_value: …}`',
    'sources/a.yaml:8:19 [open] `incremental.…` cannot be `end_value` / it is one of `start_value`',
    'sources/a.yaml:9:19 [child] `child` is asked for each record of `open`, and `open` is incremental: records would be missed / take `incremental` out of `open`',
    'sources/a.yaml:10:19 [younger] `younger` is asked for each record of `whole`, and `younger` is incremental: records would be missed / take `incremental` out of `younger`',
    'sources/a.yaml:11:83 [1] `end_value` has to come after `initial_value`, and `1` does not',
    'sources/a.yaml:12:83 [soon] `initial_value` is a number, and `end_value` is not: `soon`',
    'sources/a.yaml:13:77 [1] `initial_value` is a text, from which this `lag` cannot be subtracted',
    'sources/a.yaml:14:77 [1 day] `initial_value` is a number, from which this `lag` cannot be subtracted',
    'sources/a.yaml:15:77 [a while] `lag` must be a number that is not negative, or a duration like `2 days`, found the text `a while`',
    'sources/a.yaml:16:35 [{] `incremental` needs the key `initial_value`',
    'sources/a.yaml:16:65 [up] `row_order` cannot be `up` / it is one of `asc`, `desc`',
    'sources/a.yaml:18:17 [t] the table `t` is replaced by what `late` gives, which is only what is new: all other rows would be lost / write `write_disposition: merge`, with a `primary_key`, or `append`',
    'sources/a.yaml:19:17 [u] the table `u` appends, and `late` has `lag`: rows would come twice / write `write_disposition: merge`, with a `primary_key`',
    'sources/a.yaml:20:15 [w] the table `w` appends, and `child` is not incremental: its rows would come again with every load / write `write_disposition: merge`',
  ]);
});
