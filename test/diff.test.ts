import { connect } from '../src/adapters/connect';
import { etlx as etlxIn, type Ran } from './support/etlx';
import { problemLines } from './support/problems';
import { startPostgres, type TestServer } from './support/postgres';
import { project, writeProject, type Files } from './support/project';

const files = {
  'models/orders.sql': `{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
select cast(1 as integer) as id, 'ada' as who, cast(1.50 as numeric(10,2)) as price
union all select 2, 'bob', cast(2 as numeric(10,2))
union all select 3, null, cast(3 as numeric(10,2))
`,
  'models/twice.sql': 'select 1 as id union all select 1 union all select 2\n',
  'models/shown.sql': `{{ config(materialized='view') }}\nselect id from {{ ref('orders') }}\n`,
} satisfies Files;

const TARGETS = {
  postgres: { type: 'postgres', url: { env: 'DATABASE_URL' } },
  duckdb: { type: 'duckdb', path: '.etlx/duck.db' },
} as const;

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
const environment = () => ({ DATABASE_URL: server.url });
const etlx = (root: string, args: readonly string[]): Promise<Ran> => etlxIn(root, args, { env: environment() });

describe.each(['postgres', 'duckdb'] as const)('on %s', (engine) => {
  const target = { ...TARGETS[engine], name: 'dev', schema: 'demo', threads: 1 };
  let root: string;
  const run = (...words: string[]) => etlx(root, ['diff', ...words]);
  const json = async (...words: string[]): Promise<unknown> => JSON.parse((await run(...words, '--output', 'json')).stdout);

  beforeAll(async () => {
    root = project({
      ...files,
      'project.yaml': `name: demo\ntargets:\n  dev: ${JSON.stringify({ ...TARGETS[engine], schema: 'demo' })}\nretries: {max: 0}\n`,
    });
    expect(await etlx(root, ['build'])).toMatchObject({ code: 0 });
    const adapter = await connect(target, { root, env: environment() });
    await adapter.transaction((session) =>
      session.execute([
        `create table demo.other as select cast(id as bigint) as id, case id when 1 then 'eve' else who end as who, cast(price as numeric(12,3)) as price, true as more from demo.orders where id <> 2`,
        `insert into demo.other values (4, 'new', 4, true)`,
        'create table demo.nulls as select cast(null as integer) as id',
        'create table demo.fewer as select 1 as id union all select 2',
      ]),
    );
    await adapter.close();
  });

  test('a model that would give the same is equal', async () => {
    for (const model of ['orders', 'shown', 'model.twice']) expect(await run(model)).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await run('orders');
    expect(stdout).toBe(
      `a: demo.orders\nb: what models/orders.sql gives now\n\n3 rows in a, 3 in b: 3 equal, 0 changed, 0 only in a, 0 only in b (by id)\n\nthey are equal\n`,
    );
  });

  test('two relations: columns, types, rows by key, which columns changed, and samples', async () => {
    const { code, stdout } = await run('orders', 'demo.other');
    expect(code).toBe(1);
    expect(stdout).toContain('columns only in b: more\n');
    expect(stdout).toMatch(/the type of price: \S+ in a, \S+ in b/i);
    expect(stdout).toContain('3 rows in a, 3 in b: 1 equal, 1 changed, 1 only in a, 1 only in b (by id)');
    expect(await json('orders', 'demo.other')).toMatchObject({
      equal: false,
      schema: { onlyA: [], onlyB: ['more'] },
      key: ['id'],
      rows: { a: 3, b: 3 },
      columns: [
        { column: 'who', equal: 1, different: 1 },
        { column: 'price', equal: 2, different: 0 },
      ],
      samples: {
        columns: ['id', 'who', 'price'],
        rows: [
          { change: 'changed', cells: ['1', 'ada → eve', '1.500'] },
          { change: 'missing', cells: ['2', 'bob', '2.00'] },
          { change: 'unexpected', cells: ['4', 'new', '4.000'] },
        ],
      },
    });
  });

  test('a changed model against its table, with a limit of samples; the database stays as it was', async () => {
    writeProject(root, {
      'models/orders.sql': `${files['models/orders.sql']}union all select 4, 'd', cast(4 as numeric(10,2)) union all select 5, 'e', cast(5 as numeric(10,2))\n`,
    });
    const { code, stdout } = await run('orders', '--limit', '1');
    expect(code).toBe(1);
    expect(stdout).toContain('3 rows in a, 5 in b: 3 equal, 0 changed, 0 only in a, 2 only in b');
    expect(stdout.split('\n').filter((line) => line.includes('+++ |'))).toHaveLength(1);
    writeProject(root, { 'models/orders.sql': files['models/orders.sql'] });
    expect(await run('orders')).toMatchObject({ code: 0 });
  });

  test('without a key rows are compared as they are, each as often as it is there', async () => {
    expect(await json('twice', 'demo.fewer')).toMatchObject({
      key: [],
      rows: { a: 3, b: 2 },
      onlyA: 1,
      onlyB: 0,
      samples: { columns: ['id'], rows: [{ change: 'missing', cells: ['1'] }] },
    });
  });

  if (engine === 'postgres')
    test('values of types that have no equality are compared as texts', async () => {
      writeProject(root, {
        'models/odd.sql': `select 1 as id, cast('{"a": 1}' as json) as j, point(1, 2) as p, array[1, null] as l, cast('x' as bytea) as b, 1.5::float8 as f`,
      });
      expect(await etlx(root, ['run', '--select', 'odd'])).toMatchObject({ code: 0 });
      expect(await run('odd')).toMatchObject({ code: 0, stderr: '' });
      expect(await run('odd', '--key', 'id')).toMatchObject({ code: 0, stderr: '' });
      writeProject(root, {
        'models/odd.sql': `select 1 as id, cast('{"a": 2}' as json) as j, point(1, 3) as p, array[1] as l, 'y' as b, 1 as f`,
      });
      expect(await json('odd', '--key', 'id')).toMatchObject({
        changed: 1,
        columns: ['j', 'p', 'l', 'b', 'f'].map((column) => ({ column, equal: 0, different: 1 })),
        samples: { rows: [{ cells: ['1', '{"a": 1} → {"a": 2}', '(1,2) → (1,3)', '{1,NULL} → {1}', '\\x78 → y', '1.5 → 1'] }] },
      });
    });

  test('what cannot be compared is told', async () => {
    const says = async (...words: string[]): Promise<readonly string[]> => {
      const { code, stdout, stderr } = await run(...words);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      return problemLines(stderr);
    };
    expect(await says('twice', 'demo.fewer', '--key', 'id')).toEqual([
      '- `id` is no key of demo.twice: a value is there more than once, or null / name the columns that tell its rows apart with `--key`',
    ]);
    expect(await says('demo.nulls', 'demo.fewer', '--key', 'id')).toEqual([expect.stringContaining('`id` is no key of demo.nulls')]);
    expect(await says('orders', 'demo.othr')).toEqual(['- there is no `demo.othr` in the database / did you mean `demo.other`?']);
    expect(await says('ordrs')).toEqual([expect.stringMatching(/`ordrs`.* \/ did you mean `orders`\?/)]);
    expect(await says('demo.other')).toEqual([expect.stringContaining('`demo.other` is no model')]);
    expect(await says('orders', 'demo.other', '--key', 'more')).toEqual([expect.stringContaining('`more`, which is not a column of both')]);
    expect(await says()).toEqual([expect.stringContaining('`etlx diff` takes a model, or two relations')]);
    writeProject(root, { 'models/shown.sql': 'select nothing\nfrom nowhere\n' });
    expect((await says('shown'))[0]).toMatch(/^models\/shown.sql:\d/);
  });
});
