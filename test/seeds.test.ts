import { connect } from '../src/adapters/connect';
import type { Row } from '../src/core/ports';
import { resultOf, resultsOf, statusesOf } from './support/artifacts';
import { etlx, queryDev } from './support/etlx';
import { problemLines } from './support/problems';
import { project, writeProject, type Files } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const COUNTRIES =
  'Code,Name,Since,Area,Member\nDE,Germany,1990-10-03,357588.5,true\nFR,"France, la",,551695,TRUE\n007,,1962-10-05,,false\n';
const FILES: Files = {
  'seeds/geo/countries.csv': COUNTRIES,
  'seeds/geo/geo.yaml': `seeds:
  - name: countries
    description: Where we sell.
    config: { tags: [static], column_types: { area: 'DECIMAL(12,2)' } }
    constraints: [{ type: primary_key, columns: [code] }]
    columns:
      - { name: code, description: As in ISO 3166., data_tests: [unique] }
      - { name: name, data_tests: [{ not_null: { config: { severity: warn } } }] }
`,
  'seeds/rates.json': '[{"code": "DE", "rate": 1.25}, {"code": "FR", "rate": 10, "more": {"a": 1}}]\n',
  'seeds/events.ndjson': '{"at": "2026-01-02T03:04:05Z"}\n{"at": null}\n',
  'models/areas.sql': "select code, area from {{ ref('countries') }} where since is not null\n",
  'tests/rates_have_countries.sql': "select * from {{ ref('rates') }} where code not in (select code from {{ ref('countries') }})\n",
};

/** A project on each engine, and how its database is asked. */
const ENGINES: Readonly<
  Record<string, (schema: string, files: Files) => { root: string; run: typeof etlx; query(sql: string): Promise<readonly Row[]> }>
> = {
  postgres: (schema, files) => ({ root: server.project(schema, files), run: server.etlx, query: server.query }),
  duckdb(schema, files) {
    const root = project({
      'project.yaml': `name: demo\ntargets: {dev: {type: duckdb, path: .etlx/dev.duckdb, schema: ${schema}}}\nretries: {max: 0}\n`,
      ...files,
    });
    const query = async (sql: string): Promise<readonly Row[]> => {
      const adapter = await connect({ name: 'dev', type: 'duckdb', path: '.etlx/dev.duckdb', schema, threads: 1 }, { root, env: {} });
      try {
        return (await adapter.query(sql)).rows;
      } finally {
        await adapter.close();
      }
    };
    return { root, run: etlx, query };
  },
};

describe.each(Object.keys(ENGINES))('on %s', (engine) => {
  test('a build loads seeds, tests them, builds what reads them; the next one finds them unchanged', async () => {
    const { root, run, query } = ENGINES[engine]!('seeded', FILES);
    const built = await run(root, ['build']);
    expect({ code: built.code, problems: problemLines(built.stderr) }).toEqual({ code: 0, problems: [] });
    expect(built.stderr).toMatch(/OK loaded seed file seeded\.countries \.+ \[COPY 3 in/);
    expect(statusesOf(root)).toEqual({
      'seed.countries': 'success',
      'seed.rates': 'success',
      'seed.events': 'success',
      'model.areas': 'success',
      'test.unique_countries_code': 'pass',
      'test.not_null_countries_name': 'warn',
      'test.rates_have_countries': 'pass',
    });
    expect(await query('select code, name, area, member, since is null as ever from seeded.countries order by code')).toEqual([
      { code: '007', name: null, area: null, member: false, ever: false },
      { code: 'DE', name: 'Germany', area: '357588.50', member: true, ever: false },
      { code: 'FR', name: 'France, la', area: '551695.00', member: true, ever: true },
    ]);
    expect(
      await query('select code, cast(rate as varchar) as rate, cast(more as varchar) as more from seeded.rates order by code'),
    ).toEqual([
      { code: 'DE', rate: '1.25', more: null },
      { code: 'FR', rate: engine === 'duckdb' ? '10.00' : '10', more: engine === 'duckdb' ? '{"a":1}' : '{"a": 1}' },
    ]);
    expect(await query(`select count(*)::int as n from seeded.events where "at" = '2026-01-02 03:04:05+00'`)).toEqual([{ n: 1 }]);

    const again = await run(root, ['build']);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toMatch(/UNCHANGED seed file seeded\.countries \.+ \[UNCHANGED\]/);
    expect(
      resultsOf(root)
        .filter(({ message }) => message === 'the file is as it was')
        .map((each) => each.unique_id),
    ).toEqual(expect.arrayContaining(['seed.countries', 'seed.rates', 'seed.events']));
    // what is not built is tested where it stands
    expect(statusesOf(root)).toMatchObject({ 'test.unique_countries_code': 'pass', 'test.not_null_countries_name': 'warn' });
  });

  test('a file, its config or --full-refresh makes it new; a failed test leaves the old table', async () => {
    const { root, run, query } = ENGINES[engine]!('renewed', FILES);
    const messages = async (args: readonly string[], code = 0) => {
      const ran = await run(root, args);
      expect({ code: ran.code, stderr: ran.code === code ? '' : ran.stderr }).toEqual({ code, stderr: '' });
      return Object.fromEntries(
        resultsOf(root).flatMap(({ unique_id, message }) => (unique_id.startsWith('seed') ? [[unique_id, message]] : [])),
      );
    };
    expect(await messages(['seed', '-s', 'countries'])).toEqual({ 'seed.countries': 'COPY 3' });
    expect(await messages(['seed'])).toEqual({
      'seed.countries': 'the file is as it was',
      'seed.rates': 'COPY 2',
      'seed.events': 'COPY 2',
    });
    expect(await messages(['seed', '-s', 'rates', '--full-refresh'])).toEqual({ 'seed.rates': 'COPY 2' });
    writeProject(root, { 'seeds/geo/countries.csv': `${COUNTRIES}AT,Austria,1955-05-15,83879,true\n` });
    expect(await messages(['seed'])).toEqual({
      'seed.countries': 'COPY 4',
      'seed.rates': 'the file is as it was',
      'seed.events': 'the file is as it was',
    });
    writeProject(root, { 'seeds/more.yaml': "seeds: [{name: rates, config: {column_types: {code: 'CHAR(2)'}}}]\n" });
    expect(await messages(['seed', '-s', 'rates'])).toEqual({ 'seed.rates': 'COPY 2' });

    // the second run does not take the table that stands for the file that was refused
    writeProject(root, {
      'seeds/rates.json': '[{"code": "DE"}, {"code": "XX"}]\n',
      'seeds/more.yaml': 'seeds: [{name: rates, data_tests: [{expression_is_true: {arguments: {expression: "code <> \'XX\'"}}}]}]\n',
    });
    for (const _ of [1, 2]) await messages(['build', '-s', 'rates'], 1);
    expect(resultOf(root, 'seed.rates').diagnostics?.[0]?.code).toBe('step.unpublished');
    expect(await query('select code from renewed.rates order by code')).toEqual([{ code: 'DE' }, { code: 'FR' }]);
    // a table that somebody took away is made again
    await query('drop table renewed.events');
    expect(await messages(['seed', '-s', 'events'])).toEqual({ 'seed.events': 'COPY 2' });
  });
});

test('what is wrong in files is told before anything is touched, all of it at once', async () => {
  const root = server.project('broken', {
    'seeds/a.csv': 'id,id\n1,2\n',
    'seeds/b.csv': 'id,n\n1\n2,x\n',
    'seeds/b.yaml': 'seeds: [{name: b, config: {column_types: {n: INT}}}]\n',
    'seeds/c.json': '{}',
    'models/m.sql': 'select 1 as n\n',
  });
  const { code, stderr } = await server.etlx(root, ['build']);
  expect({ code, problems: problemLines(stderr) }).toEqual({
    code: 2,
    problems: [
      'seeds/a.csv:1:4 the seed cannot be read: two columns are called `id` / rename one of them',
      'seeds/b.csv:2:1 the seed cannot be read: this row has 1 field, the header 2 / a field that holds `,` needs quotes',
      'seeds/b.csv:3:1 the value `x` of `n` does not fit INT: it is not an integer / correct the value, or give the column another type under `column_types`',
      'seeds/c.json:1:1 the seed cannot be read: expected a list of objects, found {} / a seed in JSON is one list of objects: `[{"id": 1}]`',
    ],
  });
  expect(await server.query("select 1 from pg_namespace where nspname = 'broken'")).toEqual([]);
});

test('what is wrong with the description is told when the project compiles', async () => {
  const root = server.project(
    'described',
    {
      'seeds/a.csv': 'id\n1\n',
      'seeds/deep/a.json': '[]',
      'seeds/m.csv': 'id\n1\n',
      'seeds/off.csv': 'broken"\n',
      'models/m.sql': 'select 1 as n\n',
      'seeds/s.yaml': `seeds:
  - { name: a, config: { delimiter: ';;', column_type: { id: INT } } }
  - { name: b }
  - { name: m, config: { column_types: { id: INTEGR } } }
  - { name: off, config: { enabled: false } }
`,
      'models/reads.sql': "select * from {{ ref('off') }}\n",
    },
    'seeds: { demo: { deeep: { +tags: [x] } } }\n',
  );
  const { code, stderr } = await server.etlx(root, ['compile']);
  expect(code).toBe(2);
  expect(problemLines(stderr)).toEqual([
    "models/reads.sql:1:22 ['off'] no model, source table, seed or snapshot is called `off`",
    'project.yaml:7:18 [deeep] config is given for `deeep`, but the project has nothing in such a folder / did you mean `deep`?',
    'seeds/deep/a.json:1:1 two seeds are called `a`; the other is in `seeds/a.csv` / rename one of them',
    'seeds/m.csv:1:1 two nodes are called `m`; the other is in `models/m.sql` / rename one of them',
    'seeds/s.yaml:2:38 [;;] `delimiter` is one character other than a quote or a line break / a tab is written "\\t"',
    'seeds/s.yaml:2:43 [column_type] unknown key `column_type` in the config of a seed / did you mean `column_types`?',
    'seeds/s.yaml:3:13 [b] this describes the seed `b`, which does not exist / did you mean `a`?',
    'seeds/s.yaml:4:46 [INTEGR] the type `INTEGR` of `id` is not one that etlx can check / did you mean `INTEGER`?',
  ]);
});

test('seeds are chosen, listed and shown like other nodes; other commands leave them alone', async () => {
  const root = server.project(
    'chosen',
    { ...FILES, 'models/plain.sql': 'select 1 as n\n' },
    'seeds: { demo: { +schema: chosen_seeds, geo: { +alias: lands } } }\n',
  );
  const ls = async (...args: readonly string[]) => (await server.ran(root, `ls ${args.join(' ')}`)).stdout.trim().split('\n');
  expect(await ls('--resource-type seed')).toEqual(['demo.geo.countries', 'demo.events', 'demo.rates']);
  expect(await ls('-s resource_type:seed,tag:static --indirect-selection empty', '--output name')).toEqual(['countries']);
  expect(await ls('-s countries.csv path:seeds/rates.json', '--resource-type seed', '--output path')).toEqual([
    'seeds/geo/countries.csv',
    'seeds/rates.json',
  ]);
  expect(await ls('-s countries+', '--resource-type model')).toEqual(['demo.areas']);
  expect(await ls('-s +areas', '--resource-type seed')).toEqual(['demo.geo.countries']);
  await server.ran(root, 'run -s plain');
  expect(statusesOf(root)).toEqual({ 'model.plain': 'success' });
  await server.ran(root, 'seed -s countries');
  expect((await server.ran(root, 'show countries --limit 1 --output json')).stdout).toMatch(/^\{"node":"countries","show":\[\{"code":"DE"/);
  expect(await server.values('select count(*)::int from chosen_seeds.lands')).toEqual([3]);
  expect((await server.ran(root, 'run -s countries', 2)).stderr).toContain('`run` takes models');
  const plan = (await server.ran(root, 'build --dry-run -s countries rates')).stdout;
  expect(plan).toContain('-- seed.countries\n-- unchanged: the table stands as the file would make it\n');
  expect(plan).toMatch(
    /-- seed\.rates\nbegin;\n(.*\n)*create table "chosen_seeds"\."etlx_rates_\w+" \(\n {2}"code" TEXT,\n {2}"rate" NUMERIC,\n {2}"more" JSONB\n\);/,
  );
});

test('a file of many pieces arrives whole', async () => {
  const rows = 60_000;
  const lines = Array.from({ length: rows }, (_, id) => `${id},"text, ${id}",${id}.25\n`);
  const root = server.project('large', { 'seeds/large.csv': `id,text,amount\n${lines.join('')}` });
  await server.ran(root, 'seed');
  const sum = (rows * (rows - 1)) / 2 + rows / 4;
  expect(await server.query('select count(*)::int as n, sum(amount)::float as s from large.large')).toEqual([{ n: rows, s: sum }]);
});

test('on the embedded database, and what is left of a run is gone on with', async () => {
  const root = project({
    'seeds/a.csv': 'id;at;empty\n1;2026-01-02 03:04:05;\n2;;""\n',
    'seeds/a.yaml': "seeds: [{name: a, config: {delimiter: ';'}, columns: [{name: empty, data_tests: [not_null]}]}]\n",
    'models/m.sql': "select id, empty from {{ ref('a') }}\n",
  });
  expect(await etlx(root, ['build'])).toMatchObject({ code: 1 });
  expect(statusesOf(root)).toEqual({ 'seed.a': 'error', 'test.not_null_a_empty': 'fail', 'model.m': 'skipped' });
  writeProject(root, { 'seeds/a.csv': 'id;at;empty\n1;2026-01-02 03:04:05;x\n2;;""\n' });
  expect(await etlx(root, ['retry'])).toMatchObject({ code: 0 });
  expect(statusesOf(root)).toEqual({ 'seed.a': 'success', 'test.not_null_a_empty': 'pass', 'model.m': 'success' });
  expect(await queryDev(root, 'select id, at::text, empty from demo.a order by id')).toEqual([
    { id: 1, at: '2026-01-02 03:04:05', empty: 'x' },
    { id: 2, at: null, empty: '' },
  ]);
  expect(await etlx(root, ['seed'])).toMatchObject({ code: 0 });
  expect(resultOf(root, 'seed.a').message).toBe('the file is as it was');
});
