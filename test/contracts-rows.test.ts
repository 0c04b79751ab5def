import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../src/adapters/connect';
import type { Row } from '../src/core/ports';
import { startApi, type Api } from './support/api';
import { resultOf } from './support/artifacts';
import { etlx, type Ran } from './support/etlx';
import { problemLines } from './support/problems';
import { startPostgres, type TestServer } from './support/postgres';
import { project } from './support/project';

// What becomes of data that are not as declared: each word of `schema_contract`, from the API to the table.

const tables: { things: (object | string)[] } = { things: [] };
let api: Api;
let server: TestServer;
beforeAll(async () => {
  api = await startApi(tables);
  server = await startPostgres();
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});

type Engine = 'postgres' | 'duckdb';
const env = () => ({ DATABASE_URL: server.url });

const settings = (engine: Engine): string => `name: demo
default_target: dev
targets:
  dev: {type: ${engine}, ${engine === 'postgres' ? 'url: {env: DATABASE_URL}' : 'path: .etlx/dev.duckdb'}, schema: demo, threads: 1}
lake: .etlx/lake
retries: {max: 0, delay: 0}
`;

/** A table `name` from the records of the API: `id` and `size` are declared, and what `more` says. */
const table = (name: string, contract: string, more = '', load = 'primary_key: id'): string => `
      - name: ${name}
        transform: { from: things, columns: { id: id, size: size }, ${more} schema_contract: ${contract} }
        load: { ${load} }
        columns: [{ name: id, data_type: INT }, { name: size, data_type: INT }]`;

const source = (...declared: readonly string[]): string => `sources:
  - name: s
    extract:
      client: { base_url: '${api.url}', paginator: { type: offset, limit: 30, offset_param: skip } }
      resources: [things]
    tables:${declared.join('')}
`;

const projectOn = (engine: Engine, ...declared: readonly string[]): string =>
  project({ 'project.yaml': settings(engine), 'sources/s.yaml': source(...declared) });

/** Loads what the API has now. */
async function loaded(root: string, things: readonly (object | string)[], code = 0, ...flags: readonly string[]): Promise<Ran> {
  tables.things = [...things];
  const ran = await etlx(root, ['load', ...flags], { env: env() });
  expect(ran).toMatchObject({ code });
  return ran;
}

async function rows(root: string, engine: Engine, sql: string): Promise<readonly Row[]> {
  const common = { name: 'dev', schema: 'demo', threads: 1 };
  const target =
    engine === 'postgres' ? { ...common, type: engine, url: server.url } : { ...common, type: engine, path: '.etlx/dev.duckdb' };
  const adapter = await connect(target, { root, env: {} });
  try {
    return (await adapter.query(sql)).rows;
  } finally {
    await adapter.close();
  }
}

/** The dead letters of the latest dataset of a table. */
function rejectedOf(root: string, name: string): readonly { readonly reason: string; readonly from: object; readonly row: object }[] {
  const folder = join(root, '.etlx/lake/datasets/s', name);
  const latest = readdirSync(folder).sort().at(-1)!;
  const lines = readFileSync(join(folder, latest, 'rejected.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as ReturnType<typeof rejectedOf>[number]);
}

describe.each(['postgres', 'duckdb'] as const)('columns: evolve on %s', (engine) => {
  const TYPES = `select table_name, column_name, lower(data_type) as type from information_schema.columns
    where table_schema = 'demo' and table_name in ('replaced', 'merged') and column_name not in ('id', 'size') order by 1, ordinal_position`;

  test('a field that nobody declared becomes a column, also of a table that stands', async () => {
    const contract = '{ columns: evolve, data_type: discard_row }';
    const root = projectOn(
      engine,
      table('replaced', contract),
      table('merged', contract, '', 'primary_key: id, write_disposition: merge'),
      table('appended', contract, 'ignore: [list],', 'write_disposition: append'),
    );
    await loaded(root, [
      { id: 1, size: 10 },
      { id: 2, size: 20 },
    ]);
    expect(resultOf(root, 'dataset.s.merged').schema_drift).toBeUndefined();
    const dry = await etlx(root, ['load', '--dry-run'], { env: env() });
    expect(dry.stdout).toContain(
      '-- columns: evolve: for each column that the dataset has found, `alter table … add column` comes before this\n',
    );

    const { stderr } = await loaded(root, [
      { id: 2, size: 21, 'the name': 'b', count: 5, nothing: null },
      '{"id":3,"size":30,"count":7,"at":"2026-09-30T12:00:00Z","list":[1.50,{"a":null}],"ok":true}',
    ]);
    expect(stderr).toContain('`merged` gets the column `the name` (text): the API sends a field that nobody declared');
    const added = [
      { name: 'the name', data_type: 'text' },
      { name: 'count', data_type: 'bigint' },
      { name: 'at', data_type: 'timestamptz' },
      { name: 'list', data_type: 'text' },
      { name: 'ok', data_type: 'boolean' },
    ];
    expect(resultOf(root, 'dataset.s.merged').schema_drift).toEqual({
      added_columns: added,
      discarded_values: {},
      undeclared_values: {},
    });
    expect(await rows(root, engine, 'select id, size, "the name", "count", list, ok from demo.merged order by id')).toEqual([
      { id: 1, size: 10, 'the name': null, count: null, list: null, ok: null },
      { id: 2, size: 21, 'the name': 'b', count: '5', list: null, ok: null },
      { id: 3, size: 30, 'the name': null, count: '7', list: '[1.50,{"a":null}]', ok: true },
    ]);
    expect(await rows(root, engine, 'select count(*) as n from demo.replaced')).toEqual([{ n: '2' }]);

    // the field is gone, and another comes with a number that is no integer any more
    await loaded(root, ['{"id":4,"size":40,"count":2.5}', '{"id":5,"size":50,"count":6}']);
    expect(resultOf(root, 'dataset.s.merged').row_counts).toEqual({ received: 2, loaded: 1, merged: 0, filtered: 0, rejected: 1 });
    expect(rejectedOf(root, 'merged')).toMatchObject([
      { reason: '`count` (bigint): it is not an integer', row: { id: '4', count: '2.5', 'the name': null } },
    ]);
    expect(await rows(root, engine, 'select id, "the name", "count" from demo.merged where id in (3, 5) order by id')).toEqual([
      { id: 3, 'the name': null, count: '7' },
      { id: 5, 'the name': null, count: '6' },
    ]);
    const wider = engine === 'duckdb' ? 'double' : 'numeric';
    const types = (await rows(root, engine, TYPES)).filter(({ column_name }) => column_name === 'count');
    expect(types).toEqual([
      { table_name: 'merged', column_name: 'count', type: 'bigint' },
      { table_name: 'replaced', column_name: 'count', type: wider },
    ]);
    expect(await rows(root, engine, 'select cast("count" as double precision) as n from demo.replaced order by id')).toEqual([
      { n: 2.5 },
      { n: 6 },
    ]);
    const [appended] = await rows(root, engine, 'select count(*) as n, count(ok) as told from demo.appended');
    expect(appended).toEqual({ n: '5', told: '1' });
    expect(
      await rows(root, engine, "select column_name from information_schema.columns where table_name = 'appended' and column_name = 'list'"),
    ).toEqual([]);

    await loaded(root, ['{"id":4,"size":40,"count":2}'], 0, '--full-refresh');
    expect(await rows(root, engine, 'select id, "count", ok from demo.merged')).toEqual([{ id: 4, count: '2', ok: null }]);
  });
});

test('freeze, discard_row and discard_value, of fields and of values', async () => {
  const nullable = (name: string, contract: string, more = '') => table(name, contract, more, 'min_rows: 0');
  const root = projectOn(
    'duckdb',
    nullable('as_before', '{ data_type: discard_row }'),
    nullable('no_rows', '{ columns: discard_row, data_type: discard_row }'),
    nullable('no_values', '{ columns: discard_value, data_type: discard_value }'),
    table(
      'no_sizes',
      '{ data_type: { columns: { size: discard_value }, otherwise: discard_row } }',
      'merge: { key: id, otherwise: first },',
    ),
    table('ignored', '{ columns: freeze, data_type: discard_row }', 'ignore: [nick],'),
  );
  const things = [
    { id: 1, size: 10 },
    { id: 2, size: 20, nick: 'b' },
    { id: 3, size: 'large', nick: 'c' },
    { id: 4, size: 40, nick: null },
  ];
  const { stderr } = await loaded(root, things);
  const all = (name: string) => rows(root, 'duckdb', `select id, size from demo.${name} order by id`);
  const result = (name: string) => resultOf(root, `dataset.s.${name}`);
  const drift = (discarded: object, undeclared: object) => ({
    added_columns: [],
    discarded_values: discarded,
    undeclared_values: undeclared,
  });

  expect(await all('as_before')).toEqual([1, 2, 4].map((id) => ({ id, size: id * 10 })));
  expect(result('as_before').schema_drift).toEqual(drift({}, { nick: 2 }));

  expect(await all('no_rows')).toEqual([1, 4].map((id) => ({ id, size: id * 10 })));
  expect(result('no_rows').row_counts).toEqual({ received: 4, loaded: 2, merged: 0, filtered: 0, rejected: 2 });
  expect(rejectedOf(root, 'no_rows')).toEqual([
    { reason: 'the field `nick` is not declared', from: { resource: 'things', page: 1, record: 2 }, row: things[1] },
    { reason: 'the field `nick` is not declared', from: { resource: 'things', page: 1, record: 3 }, row: things[2] },
  ]);

  const large = { id: 3, size: null };
  expect(await all('no_values')).toEqual([{ id: 1, size: 10 }, { id: 2, size: 20 }, large, { id: 4, size: 40 }]);
  expect(result('no_values').schema_drift).toEqual(drift({ nick: 2, size: 1 }, {}));
  expect(result('no_values').row_counts).toEqual({ received: 4, loaded: 4, merged: 0, filtered: 0, rejected: 0 });
  expect(await all('no_sizes')).toEqual(await all('no_values'));
  expect(stderr).toMatch(/s\.no_values +4 received = 4 loaded \+ 0 merged \+ 0 filtered \+ 0 rejected; 3 values discarded\n/);
  expect(stderr).toMatch(/s\.as_before +4 received = .* 1 rejected\n/);
  expect(await all('ignored')).toEqual(await all('as_before'));

  const strict = projectOn('duckdb', table('strict', '{ columns: freeze }'));
  const refused = await loaded(strict, things, 1);
  expect(refused.stderr).toContain('error[transform.field]: `strict`: the field `nick` (things, page 1, record 2) is not declared\n');
});

test('a row that does not fit is rejected also when another row would take it in', async () => {
  const root = projectOn(
    'duckdb',
    table('firsts', '{ data_type: discard_row }', 'merge: { key: id, otherwise: first }, row_filter: "id > 0",'),
  );
  await loaded(root, [
    { id: 1, size: 10 },
    { id: 2, size: 20 },
  ]);
  await loaded(root, ['{"id":1,"size":10,"no":1}', '{"id":1.0,"size":"x","no":2}', '{"id":1.0,"size":null,"no":3}']);
  expect(resultOf(root, 'dataset.s.firsts').row_counts).toEqual({ received: 3, loaded: 1, merged: 1, filtered: 0, rejected: 1 });
});

test('what a contract cannot mean is told before anything runs', async () => {
  const module = `
      - name: made
        transform: { from: things, module: 'sources/rows.ts', schema_contract: { columns: freeze } }
        columns: [{ name: id, data_type: INT }]`;
  const root = projectOn(
    'duckdb',
    table('widened', '{ data_type: evolve }'),
    table('keyless', '{ data_type: discard_value }'),
    table('named', '{ data_type: { columns: { sice: discard_row } } }'),
    module,
  );
  const { code, stderr } = await etlx(root, ['compile']);
  expect(code).toBe(2);
  expect(problemLines(stderr).map((line) => line.replace(/^[^ ]+ /, ''))).toEqual([
    expect.stringContaining('`evolve` is for `columns`; a declared `data_type` is a promise'),
    expect.stringContaining('`id` needs a value (it is in a key, or `not_null`), so `discard_value` cannot leave it out'),
    expect.stringContaining('`sice`'),
    expect.stringContaining('`columns` of `schema_contract` is for inputs with `columns`'),
  ]);
});
