import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApi, type Api } from './support/api';
import { etlx } from './support/etlx';
import { problemLines } from './support/problems';
import { project } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
let api: Api;
beforeAll(async () => {
  server = await startServer();
  api = await startApi({ things: [{ id: 1 }] });
  await server.query(`create schema live;
    create table live.events as select now() - interval '3 hours' as at, 'eu' as region union all select now() - interval '9 hours', 'us';
    create table live.naive as select (now() at time zone 'utc') - interval '90 minutes' as at;
    create table live.days as select (now() at time zone 'utc')::date - 3 as day;
    create table live.empty (at timestamptz)`);
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});

interface Asked {
  readonly unique_id: string;
  readonly status: string;
  readonly max_loaded_at?: string;
  readonly snapshotted_at?: string;
  readonly max_loaded_at_time_ago_in_s?: number;
  readonly criteria?: unknown;
  readonly error?: string;
}

const askedOf = (root: string, file = 'target/sources.json'): readonly Asked[] =>
  (JSON.parse(readFileSync(join(root, file), 'utf8')) as { readonly results: readonly Asked[] }).results;

const statusesOf = (root: string, file?: string) =>
  Object.fromEntries(askedOf(root, file).map(({ unique_id, status }) => [unique_id, status]));

const LIVE = `sources:
  - name: live
    schema: live
    loaded_at_field: at
    freshness: { warn_after: { count: 2, period: hour }, error_after: { count: 1, period: day }, filter: region is not null }
    tables:
      - { name: events }
      - { name: events_of_us, freshness: null }
      - name: naive
        freshness: { filter: null, warn_after: { count: 1, period: hour } }
      - name: days
        loaded_at_query: select max(day) from live.days -- of all
        freshness: { error_after: { count: 48, period: hour } }
      - name: empty
        freshness: { filter: null }
  - name: quiet
    tables: [{ name: unwatched }]
`;
const FILES = {
  'sources/live.yaml': LIVE,
  'models/recent.sql':
    "{{ config(freshness={'warn_after': {'count': 1, 'period': 'day'}}, loaded_at_field='at') }}\nselect at from {{ source('live', 'events') }}\n",
};

test('each table by its own rule, the source’s under it: pass, warn, error, and what nothing is known of', async () => {
  const root = server.project('watching', FILES);
  await server.ran(root, 'run');
  const { code, stderr, stdout } = await server.etlx(root, ['source', 'freshness']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(statusesOf(root)).toEqual({
    'source.demo.live.events': 'warn',
    'source.demo.live.naive': 'warn',
    'source.demo.live.days': 'error',
    'source.demo.live.empty': 'runtime error',
    'model.demo.recent': 'pass',
  });
  const [events] = askedOf(root).filter(({ unique_id }) => unique_id === 'source.demo.live.events');
  expect(events).toMatchObject({
    criteria: { warn_after: { count: 2, period: 'hour' }, error_after: { count: 1, period: 'day' }, filter: 'region is not null' },
    adapter_response: {},
    timing: [{ name: 'compile' }, { name: 'execute' }],
  });
  expect(Date.parse(events!.snapshotted_at!) - Date.parse(events!.max_loaded_at!)).toBeCloseTo(
    events!.max_loaded_at_time_ago_in_s! * 1000,
    -2,
  );
  expect(events!.max_loaded_at_time_ago_in_s! / 3600).toBeCloseTo(3, 1);
  const naive = askedOf(root).find(({ unique_id }) => unique_id === 'source.demo.live.naive')!;
  expect(naive.max_loaded_at_time_ago_in_s! / 60).toBeCloseTo(90, -0.5);
  expect(stderr).toMatch(/WARN freshness of live\.events \.+ \[WARN in/);
  expect(stderr).toMatch(/ERROR STALE freshness of live\.days \.+ \[ERROR STALE in/);
  expect(stderr).toMatch(/PASS freshness of watching\.recent \.+ \[PASS in/);
  expect(stderr).toMatch(/last loaded at .*Z, 3 hours ago, which is more than 2 hours/);
  expect(stderr).toContain('nothing says how old the data of `empty` are: no row has a time in `at`');
});

test('a choice, a file of one’s own, and the exit code of warnings', async () => {
  const root = server.project('chosen_freshness', FILES);
  expect((await etlxIn(root, ['freshness', '-s', 'source:live.events', '-o', 'asked/mine.json'])).code).toBe(0);
  expect(statusesOf(root, 'asked/mine.json')).toEqual({ 'source.demo.live.events': 'warn' });
  const nothing = await etlxIn(root, ['freshness', '--select', 'source:quiet']);
  expect({ code: nothing.code, problems: problemLines(nothing.stderr) }).toEqual({
    code: 2,
    problems: [
      '- nothing to do: no node declares `freshness` among those that were chosen / `etlx ls` with the same flags lists what is chosen',
    ],
  });
  const unwatched = server.project('unwatched', { 'models/m.sql': 'select 1 as n\n' });
  const none = await etlxIn(unwatched, ['freshness']);
  expect(none.code).toBe(0);
  expect(none.stderr).toContain('nothing to do: no node declares `freshness`');
});

const etlxIn = (root: string, args: readonly string[]) => server.etlx(root, args);

test('freshness that nothing can tell, and limits that are none, are told when the project compiles', async () => {
  const root = server.project('untold', {
    'sources/s.yaml': `sources:
  - name: s
    freshness: { warn_after: { count: 1, period: week } }
    tables:
      - { name: t, freshness: { error_after: { count: 1, period: day } } }
      - { name: u, loaded_at_query: "select max(at) from {{ source('s', 't') }}" }
`,
    'models/m.sql': "{{ config(freshness={'warn_after': {'count': 1, 'period': 'day'}}) }}\nselect 1 as n\n",
  });
  const { code, stderr } = await etlxIn(root, ['compile']);
  expect({ code, problems: problemLines(stderr) }).toEqual({
    code: 2,
    problems: [
      'models/m.sql:1:1 [{] the model `m`, whose freshness is watched, needs the key `loaded_at_field`',
      'sources/s.yaml:3:50 [week] `period` cannot be `week` / it is one of `minute`, `hour`, `day`',
      'sources/s.yaml:5:17 [t] the table `t`, whose freshness is watched, needs the key `loaded_at_field`',
      "sources/s.yaml:6:38 [select max(at) from {{ source('s', 't') }}] `loaded_at_query` is SQL and no template / name the tables as the database does",
    ],
  });
});

test.each(['postgres', 'duckdb'])('%s: a loaded table knows when its data were received, whoever loads them again', async (engine) => {
  const files = {
    'sources/s.yaml': `sources:
  - name: s
    freshness: { error_after: { count: 1, period: day } }
    extract: { client: { base_url: '${api.url}' }, resources: [{ name: things, primary_key: id }] }
    tables:
      - name: things
        transform: { from: things, columns: { id: id } }
        load: { primary_key: [id] }
        columns: [{ name: id, data_type: INT }]
`,
  };
  const root =
    engine === 'postgres'
      ? server.project('loaded_freshness', files)
      : project({ 'project.yaml': 'name: demo\ntargets: {dev: {type: duckdb}}\nretries: {max: 0}\n', ...files });
  const run = engine === 'postgres' ? server.etlx : etlx;
  const before = await run(root, ['freshness']);
  expect(before.code).toBe(1);
  expect(askedOf(root)).toEqual([
    {
      unique_id: 'source.demo.s.things',
      status: 'runtime error',
      error: 'nothing says how old the data of `things` are: it was not loaded since its freshness is watched',
    },
  ]);
  expect((await run(root, ['load'])).stderr).not.toContain('error[');
  expect((await run(root, ['freshness'])).code).toBe(0);
  const [received] = askedOf(root);
  expect(received).toMatchObject({ status: 'pass', unique_id: 'source.demo.s.things' });
  expect(received!.max_loaded_at_time_ago_in_s).toBeLessThan(600);
  // the same responses are no newer for being loaded again
  expect((await run(root, ['load', '--from-lake'])).code).toBe(0);
  expect((await run(root, ['freshness'])).code).toBe(0);
  expect(askedOf(root)[0]!.max_loaded_at).toBe(received!.max_loaded_at);
});
