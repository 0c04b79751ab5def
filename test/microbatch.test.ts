import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter } from '../src/core/ports';
import { engines, valuesOf, type Opened } from './adapters/engines';
import { building, dryBuilding, type Built, type Call } from './support/building';
import { etlx } from './support/etlx';
import { project, type Files } from './support/project';

/** PGlite is PostgreSQL here. */
const dialects = engines.filter(({ name }) => name !== 'pglite');

describe.each(dialects)('$name', (engine) => {
  let opened: Opened;
  let adapter: Adapter;
  beforeAll(async () => {
    opened = await engine.open();
    ({ adapter } = opened);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    await adapter.query('drop schema if exists shop cascade; create schema shop; create table shop.raw (id integer, ts timestamp)');
    await arrive([1, '2026-01-01 05:00:00'], [2, '2026-01-02 06:00:00'], [3, '2026-01-03 07:00:00']);
  });

  const type = engine.name === 'duckdb' ? 'duckdb' : 'pglite';
  const values = (sql: string): Promise<readonly unknown[][]> => valuesOf(adapter, sql);
  const ids = async (): Promise<readonly unknown[]> => (await values('select id from shop.m order by id')).flat();
  const arrive = async (...rows: readonly (readonly [number, string])[]): Promise<void> => {
    await adapter.query(`insert into shop.raw values ${rows.map(([id, ts]) => `(${id}, '${ts}')`).join(', ')}`);
  };
  const SOURCE = 'sources:\n  - name: app\n    schema: shop\n    tables: [{name: raw, event_time: ts}]\n';
  const CONFIG = "materialized='incremental', incremental_strategy='microbatch', event_time='ts', begin='2026-01-01', batch_size='day'";
  const batched = (sql = "select * from {{ source('app', 'raw') }}", config = CONFIG, more: Files = {}): Files => ({
    'sources/app.yaml': SOURCE,
    'models/m.sql': `{{ config(${config}) }}\n${sql}\n`,
    ...more,
  });
  const build = (files: Files, now: string, call: Call = {}): Promise<Built> => building(adapter, files, { type, now, ...call });
  const buildM = async (files: Files, now: string, call: Call = {}): Promise<string> => (await build(files, now, call))['model.m']!;
  /** The batches that stand in the ledger, by their first day. */
  const done = async (): Promise<readonly unknown[]> =>
    (
      await values("select cast(cast(batch_start at time zone 'utc' as date) as varchar) from shop.etlx_intervals order by batch_start")
    ).flat();

  test('the first run does every batch from the beginning on; the next day the latest two', async () => {
    expect(await buildM(batched(), '2026-01-03T12:00:00Z')).toBe('success 3 of 3 batches');
    expect(await ids()).toEqual([1, 2, 3]);
    expect(await done()).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
    await arrive([4, '2026-01-04 01:00:00']);
    expect(await buildM(batched(), '2026-01-04T12:00:00Z')).toBe('success 2 of 2 batches');
    expect(await ids()).toEqual([1, 2, 3, 4]);
  });

  test('late rows come in while their batch is looked back on, and no longer; old rows are not doubled', async () => {
    await build(batched(), '2026-01-03T12:00:00Z');
    await arrive([30, '2026-01-03 23:59:59'], [10, '2026-01-01 00:00:00']);
    await build(batched(), '2026-01-04T00:00:00Z');
    expect(await ids()).toEqual([1, 2, 3, 30]);
    await build(batched(undefined, `${CONFIG}, lookback=3`), '2026-01-04T00:00:00Z');
    expect(await ids()).toEqual([1, 2, 3, 10, 30]);
  });

  test('days on which nothing ran are filled, and a day that was not over when it was done counts as one of them', async () => {
    await build(batched(), '2026-01-02T05:00:00Z');
    expect(await ids()).toEqual([1, 2]);
    await arrive([20, '2026-01-02 06:00:00'], [5, '2026-01-05 00:00:00']);
    expect(await buildM(batched(), '2026-01-06T12:00:00Z')).toBe('success 5 of 5 batches');
    expect(await ids()).toEqual([1, 2, 3, 5, 20]);
  });

  test('a batch that fails leaves the others done; a retry does it alone, and the next run too', async () => {
    const failing = batched(
      "select id, ts, cast(case when id = 2 then 'two' else '1' end as integer) as x from {{ source('app', 'raw') }}",
    );
    const first = await buildM(failing, '2026-01-04T00:00:00Z', { run: 'first' });
    expect(first).toMatch(/^error 3 of 4 batches 1 of 4 batches of `m` failed: 2026-01-02 /);
    expect([await ids(), await done()]).toEqual([
      [1, 3],
      ['2026-01-01', '2026-01-03', '2026-01-04'],
    ]);
    const whole = batched("select id, ts, 1 as x from {{ source('app', 'raw') }}");
    expect(await buildM(whole, '2026-01-04T00:00:00Z', { run: 'second', retryOf: 'first' })).toBe('success 1 of 1 batch');
    expect(await ids()).toEqual([1, 2, 3]);
  });

  test('a retry of a run that made the table anew keeps what that has done', async () => {
    const failing = batched(
      "select cast(case when id = 2 then 'two' else '1' end as integer) as x, id, ts from {{ source('app', 'raw') }}",
    );
    await build(failing, '2026-01-03T00:00:00Z', { run: 'first', fullRefresh: true });
    const whole = batched("select id as x, id, ts from {{ source('app', 'raw') }}");
    expect(await buildM(whole, '2026-01-03T00:00:00Z', { run: 'second', retryOf: 'first', fullRefresh: true })).toBe(
      'success 1 of 1 batch',
    );
    expect(await values('select x, id from shop.m order by id')).toEqual([
      [1, 1],
      [2, 2],
      [1, 3],
    ]);
  });

  test('the times that are asked for decide which batches run, as they are', async () => {
    await build(batched(), '2026-01-03T12:00:00Z');
    await arrive([10, '2026-01-01 23:00:00'], [20, '2026-01-02 23:00:00']);
    expect(await buildM(batched(), '2026-01-03T12:00:00Z', { asked: ['2026-01-01', '2026-01-02'] })).toBe('success 1 of 1 batch');
    expect(await ids()).toEqual([1, 2, 3, 10]);
    expect(await buildM(batched(), '2026-01-03T12:00:00Z', { asked: ['2026-01-01T12:00:00', '2026-01-02T01:00:00'] })).toBe(
      'success 2 of 2 batches',
    );
    expect(await ids()).toEqual([1, 2, 3, 10, 20]);
    await expect(build(batched(), '2026-01-03', { asked: ['2026-01-02', '2026-01-02'] })).rejects.toThrow(
      '`--event-time-start 2026-01-02` is not before `--event-time-end 2026-01-02`',
    );
  });

  test('a full refresh makes the table anew and does every batch again', async () => {
    await build(batched(), '2026-01-03T12:00:00Z');
    const other = batched("select id + 100 as id, ts from {{ source('app', 'raw') }}");
    expect(await buildM(other, '2026-01-03T12:00:00Z', { fullRefresh: true })).toBe('success 3 of 3 batches');
    expect(await ids()).toEqual([101, 102, 103]);
    await adapter.query('drop table shop.m');
    expect(await buildM(batched(), '2026-01-03T12:00:00Z')).toBe('success 3 of 3 batches');
    expect(await ids()).toEqual([1, 2, 3]);
  });

  test('its tests are asked of the rows of each batch: what fails is not taken in, and told once', async () => {
    const tested = batched(undefined, undefined, {
      'models/m.yaml':
        'models:\n  - name: m\n    columns:\n      - {name: id, data_tests: [not_null, {accepted_values: {values: [1, 3]}}]}\n',
    });
    const built = await build(tested, '2026-01-03T12:00:00Z');
    expect(built).toEqual({
      'model.m': expect.stringMatching(/^error 2 of 3 batches 1 of 3 batches of `m` failed: 2026-01-02 `m` was built but not published/),
      'test.not_null_m_id': 'pass',
      'test.accepted_values_m_id__1__3': expect.stringMatching(/^fail batch 2026-01-02: Got 1 result/),
    });
    expect([await ids(), await done()]).toEqual([
      [1, 3],
      ['2026-01-01', '2026-01-03'],
    ]);
  });

  test('a row that lies outside of its batch is refused, and so is one without a time', async () => {
    const moved = batched("select id, ts + interval '1 day' as ts from {{ source('app', 'raw') }}");
    expect(await buildM(moved, '2026-01-01T12:00:00Z')).toMatch(
      /^error 0 of 1 batch .*the batch 2026-01-01 of `m` gives a row whose `ts` lies in another batch, or in none$/,
    );
    const none = batched("select id, cast(null as timestamp) as ts from {{ source('app', 'raw') }}");
    expect(await buildM(none, '2026-01-01T12:00:00Z', { fullRefresh: true })).toContain('lies in another batch, or in none');
    expect(await ids()).toEqual([]);
  });

  test('what it reads may have another name, be read twice or whole, and pass through ephemeral models and macros', async () => {
    const files = batched(
      "select r.id, r.ts, (select count(*) from {{ source('app', 'raw', filter=false) }} as a) as rows\n" +
        "from {{ raw() }} r join {{ source('app', 'raw') }} as again on r.id = again.id",
      CONFIG,
      {
        'macros/raw.sql': "{{#macro raw()}}{{ ref('e') }}{{/macro}}",
        'models/e.sql': "{{ config(materialized='ephemeral', event_time='ts') }}\nselect id, ts from {{ source('app', 'raw') }}\n",
      },
    );
    expect(await buildM(files, '2026-01-03T12:00:00Z')).toBe('success 3 of 3 batches');
    expect((await values('select id, rows from shop.m order by id')).map((row) => row.map(Number))).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  test('dates and times with a zone serve as well, months as batches too; is_incremental() is true in a batch', async () => {
    await adapter.query("create table shop.days as select 1 as id, date '2026-01-31' as day union all select 2, date '2026-02-01'");
    const files: Files = {
      'sources/app.yaml': 'sources:\n  - name: app\n    schema: shop\n    tables: [{name: days, event_time: day}]\n',
      'models/m.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ts', begin='2026-01-15', batch_size='month') }}
select id, cast({{#if is_incremental()}}cast(day as varchar) || ' 12:00:00+00:00'{{else}}'2026-01-01 00:00:00+00:00'{{/if}} as timestamp with time zone) as ts
from {{ source('app', 'days') }}
`,
    };
    expect(await buildM(files, '2026-02-10T00:00:00Z')).toBe('success 2 of 2 batches');
    expect(await ids()).toEqual([1, 2]);
    expect(await buildM(files, '2026-02-10T00:00:00Z')).toBe('success 2 of 2 batches');
    expect(await ids()).toEqual([1, 2]);
  });

  test('a contract, keys and a changed SELECT follow the rules of incremental models', async () => {
    const yaml =
      'models:\n  - name: m\n    config: {contract: {enforced: true}}\n    columns:\n      - {name: id, data_type: INTEGER, constraints: [{type: primary_key}]}\n      - {name: ts, data_type: TIMESTAMP}\n';
    expect(await buildM(batched(undefined, CONFIG, { 'models/m.yaml': yaml }), '2026-01-03T12:00:00Z')).toBe('success 3 of 3 batches');
    await arrive([1, '2026-01-03 09:00:00']);
    expect(await buildM(batched(undefined, CONFIG, { 'models/m.yaml': yaml }), '2026-01-03T12:00:00Z')).toMatch(
      /^error 1 of 2 batches .*2026-01-03/,
    );
    const wider = "select *, 'x' as name from {{ source('app', 'raw') }}";
    await adapter.query('drop table shop.m');
    await build(batched(), '2026-01-02T12:00:00Z');
    expect(await buildM(batched(wider), '2026-01-02T12:00:00Z')).toContain('`m` gives other columns than its table has; added: name');
    expect(await buildM(batched(wider, `${CONFIG}, on_schema_change='append_new_columns'`), '2026-01-02T12:00:00Z')).toBe(
      'success 2 of 2 batches',
    );
  });

  test('an error points at its line, in the first transaction and in a batch', async () => {
    expect(await buildM(batched("select id, ts,\n  nothing\nfrom {{ source('app', 'raw') }}"), '2026-01-01T12:00:00Z')).toContain(
      'models/m.sql:3:3 ',
    );
    const later = batched("select id, ts\nfrom {{ source('app', 'raw') }}\n{{#if is_incremental()}}\nwhere nothing\n{{/if}}");
    expect(await buildM(later, '2026-01-01T12:00:00Z')).toContain('models/m.sql:5:7 ');
  });

  test('the plan shows every batch with its times', async () => {
    const plan = await dryBuilding(adapter, batched(), { type, now: '2026-01-02T12:00:00Z' });
    expect(plan.match(/^-- batch .*$/gm)).toEqual(['-- batch 2026-01-01', '-- batch 2026-01-02']);
    expect(plan).toContain(`where "ts" >= '2026-01-02 00:00:00+00:00' and "ts" < '2026-01-03 00:00:00+00:00'`);
    expect(plan).not.toContain('{etlx');
  });
});

describe('on the command line', () => {
  const NOW = '2026-01-03T12:00:00Z';
  const events = (...rows: readonly string[]): string => `id,ts\n${rows.join('\n')}\n`;
  const sessions = (x: string): string =>
    `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ts', begin='2026-01-01', batch_size='day') }}\nselect id, ts, ${x} as x from {{ ref('events') }}\n`;
  const files = {
    'project.yaml': 'name: demo\ndefault_target: dev\ntargets:\n  dev: {type: duckdb, path: dev.db, schema: demo, threads: 1}\n',
    'seeds/events.csv': events('1,2026-01-01 05:00:00', '2,2026-01-02 05:00:00', '3,2026-01-03 05:00:00'),
    'seeds/events.yaml': 'seeds:\n  - {name: events, config: {event_time: ts}}\n',
    'models/sessions.sql': sessions("cast(case when id = 2 then 'two' else '1' end as integer)"),
    'models/after.sql': "select count(*) as n from {{ ref('sessions') }}\n",
  };

  test('a partial success says which batches are done; a retry does the rest; flags and --empty do what they say', async () => {
    const root = project(files);
    const failed = await etlx(root, ['build'], { now: NOW });
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('1 of 3 batches of `sessions` failed: 2026-01-02')]);
    expect(failed.stderr).toContain('model.sessions: batch 3 of 3, 2026-01-03: MICROBATCH 1');
    expect(resultOf(root, 'model.demo.sessions')).toMatchObject({
      status: 'partial success',
      message: '2 of 3 batches',
      batch_results: {
        successful: [
          ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
          ['2026-01-03T00:00:00Z', '2026-01-04T00:00:00Z'],
        ],
        failed: [['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z']],
      },
    });
    writeFileSync(join(root, 'models/sessions.sql'), sessions('id'));
    expect(await etlx(root, ['retry'], { now: NOW })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('batch 1 of 1, 2026-01-02'),
    });
    expect(resultOf(root, 'model.demo.sessions')).toMatchObject({ status: 'success', message: '1 of 1 batch' });

    const twice = await etlx(root, ['run', '--select', 'sessions', '--event-time-start', '2026-01-01', '--event-time-end', '2026-01-03'], {
      now: NOW,
    });
    expect([twice.code, resultOf(root, 'model.demo.sessions')['message']]).toEqual([0, '2 of 2 batches']);
    const alone = await etlx(root, ['run', '--event-time-start', '2026-01-01'], { now: NOW });
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('`--event-time-start` and `--event-time-end` go together')]);

    expect((await etlx(root, ['run', '--empty', '--full-refresh', '--select', 'sessions'], { now: NOW })).code).toBe(0);
    expect((await etlx(root, ['show', 'sessions', '--output', 'json'], { now: NOW })).stdout).toContain('"id":3');
    expect((await etlx(root, ['run', '--sample', '1', '--select', 'sessions'], { now: NOW })).code).toBe(0);
    await etlx(root, ['run', '--select', 'sessions'], { now: NOW });
    expect(resultOf(root, 'model.demo.sessions')['message']).toBe('3 of 3 batches');
  });

  test('what a model that is built in batches needs, and what contradicts it', async () => {
    const root = project({
      ...files,
      'seeds/events.yaml': 'seeds:\n  - {name: events}\n',
      'models/bare.sql': "{{ config(materialized='incremental', incremental_strategy='microbatch', unique_key='id') }}\nselect 1 as id\n",
      'models/other.sql': "{{ config(materialized='incremental', lookback=2, begin='2026-02-30') }}\nselect 1 as id\n",
    });
    const { code, stderr } = await etlx(root, ['compile']);
    expect(code).toBe(2);
    for (const problem of [
      '`sessions` is built in batches, but nothing that it reads has an `event_time`',
      '`microbatch` needs `event_time`',
      '`microbatch` needs `begin`',
      '`microbatch` needs `batch_size`',
      '`microbatch` looks at times and at no key, but a `unique_key` is given',
      '`lookback` means nothing to the strategy `append`',
      '`begin` must be a time in UTC',
    ]) {
      expect(stderr).toContain(problem);
    }
  });
});

/** What the latest `run_results.json` says of a node. */
function resultOf(root: string, id: string): Readonly<Record<string, unknown>> {
  const { results } = JSON.parse(readFileSync(join(root, 'target/run_results.json'), 'utf8')) as {
    readonly results: readonly Readonly<Record<string, unknown>>[];
  };
  return results.find((each) => each['unique_id'] === id)!;
}
