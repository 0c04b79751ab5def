import { problemLines } from './support/problems';
import { startServer, type Server } from './support/server';

let server: Server;
let root: string;
beforeAll(async () => {
  server = await startServer();
  root = server.project('shown', {
    'models/ok.sql': "select {{ var('x', 1) }} as id union all select 7 union all select 8\n",
    'models/bad.sql': 'select 1 / 0 as id\n',
    'models/wide.sql':
      "select 1 as id, 9007199254740993::bigint as big, 1.50::decimal(5,2) as price, null::text as nothing, 'é|\"' as text, date '2026-01-02' as day\n",
    'sources/api.yaml': "sources: [{name: api, extract: {client: {base_url: 'http://127.0.0.1:1'}, resources: [things]}, tables: []}]\n",
  });
  await server.ran(root, 'run --select ok wide');
});
afterAll(() => server.stop());

describe('show', () => {
  const json = async (...args: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await server.etlx(root, ['show', ...args, '--output', 'json']);
    expect({ code, stderr, lines: stdout.split('\n').length }).toEqual({ code: 0, stderr: '', lines: 2 });
    return JSON.parse(stdout);
  };

  test('as JSON: the node and its rows, exactly, and nothing else', async () => {
    expect(await json('ok')).toEqual({ node: 'ok', show: [{ id: 1 }, { id: 7 }, { id: 8 }] });
    expect(await json('ok', '--limit', '1')).toEqual({ node: 'ok', show: [{ id: 1 }] });
    expect(await json('--select', 'ok', '--vars', '{x: 4}')).toEqual({ node: 'ok', show: [{ id: 4 }, { id: 7 }, { id: 8 }] });
    expect(await json('--inline', 'select 1 as one')).toEqual({ show: [{ one: 1 }] });
    const { stdout } = await server.etlx(root, ['show', 'wide', '--output', 'json']);
    expect(stdout).toBe(
      '{"node":"wide","show":[{"id":1,"big":9007199254740993,"price":1.50,"nothing":null,"text":"é|\\"","day":"2026-01-02"}]}\n',
    );
  });

  test('as a table', async () => {
    const { code, stdout, stderr } = await server.etlx(root, ['show', 'wide']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`Previewing node 'wide':
|  id |              big | price | nothing | text | day        |
| --- | ---------------- | ----- | ------- | ---- | ---------- |
|   1 | 9007199254740993 |  1.50 |         | é|"  | 2026-01-02 |
`);
  });

  test('five rows unless told otherwise; an own limit and order of a query stand', async () => {
    const rows = async (...args: readonly string[]): Promise<number> =>
      ((await json(...args)) as { readonly show: readonly unknown[] }).show.length;
    const many = 'select n from generate_series(1, 30) as n';
    expect(await rows('--inline', many)).toBe(5);
    expect(await rows('--inline', many, '--limit', '-1')).toBe(30);
    expect(await rows('--inline', many, '--limit', '0')).toBe(0);
    expect(await rows('--inline', `${many} limit 3`)).toBe(3);
    expect(await rows('--inline', `${many} limit 12; -- and a comment`, '--limit', '10')).toBe(10);
    expect(await json('--inline', "select id from {{ ref('ok') }} order by id desc limit 2")).toEqual({ show: [{ id: 8 }, { id: 7 }] });
  });

  test('a name or a query puts the variables that name nodes aside', async () => {
    const env = { ETLX_SELECT: 'wide', ETLX_EXCLUDE: 'ok', ETLX_INLINE: 'select 2 as two' };
    const asked = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await server.etlx(root, ['show', ...args, '--limit', '1', '--output', 'json'], { env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return stdout;
    };
    expect(await asked('ok')).toBe('{"node":"ok","show":[{"id":1}]}\n');
    expect(await asked('--inline', 'select 1 as one')).toBe('{"show":[{"one":1}]}\n');
    expect(await asked('--select', 'wide')).toContain('"node":"wide"');
  });

  test('of what cannot be shown', async () => {
    const says = async (...args: readonly string[]): Promise<readonly string[]> => {
      const { code, stdout, stderr } = await server.etlx(root, ['show', ...args]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      return problemLines(stderr);
    };
    expect(await says('okk')).toEqual(['- `okk` selects nothing / did you mean `ok`?']);
    const several = ['- `etlx show` takes one of a name, `--select` and `--inline` / for example: `etlx show user_summaries`'];
    expect(await says('ok', '--select', 'wide')).toEqual(several);
    expect(await says('ok', '--inline', 'select 1')).toEqual(several);
    expect(await says('--select', 'ok', '--exclude', 'ok')).toEqual([
      '- nothing to do: everything that was selected was excluded / `etlx ls` with the same flags lists what is chosen',
    ]);
    expect(await says('bad')).toEqual(['models/bad.sql:1:1 [s] division by zero']);
    expect(await says('--inline', 'select * from nowhere')).toEqual([expect.stringMatching(/^- relation "nowhere" does not exist/)]);
    expect(await says('--inline', "select {{ vra('x') }} from {{ ref('okk') }}")).toEqual([
      '--inline:1:11 no helper or macro is called `vra` / did you mean `var`?',
      '--inline:1:35 no model, source table, seed or snapshot is called `okk` / did you mean `ok`?',
    ]);
    expect(await says('extract.api.things')).toEqual([
      '- `extract.api.things` has no rows to show / show a model, a seed, a snapshot, a source table or a test',
    ]);
  });
});
