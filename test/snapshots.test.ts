import type { Adapter } from '../src/core/ports';
import { engines, valuesOf, type Opened } from './adapters/engines';
import { resultOf, statusesOf } from './support/artifacts';
import { building, type Built, type Call } from './support/building';
import { etlx } from './support/etlx';
import { problemLines } from './support/problems';
import { project, writeProject, type Files } from './support/project';

/** A row of the source: its key, its value, and the day on which it changed last. */
type Source = readonly [id: number | null, name: string | null, day: number];

interface Step {
  readonly rows: readonly Source[];
  /** How many versions begin. */
  readonly begun: number;
  /** What the snapshot holds then: `key value from→to`, days as numbers, `run` for the time of a run; `gone` marks the version of a row that is gone. */
  readonly holds: readonly string[];
}

const time = (day: number): string => `2020-01-${String(day).padStart(2, '0')} 00:00:00`;

const selectOf = (rows: readonly Source[]): string =>
  rows.length === 0
    ? `${selectOf([[1, '', 1]])} where false`
    : rows
        .map(
          ([id, name, day]) =>
            `select cast(${id ?? 'null'} as integer) as id, cast(${name === null ? 'null' : `'${name}'`} as varchar) as name, cast('${time(day)}' as timestamp) as updated_at`,
        )
        .join('\nunion all\n');

/** A project with one snapshot, `versions`, of what `sql` gives. */
const filesOf = (config: string, sql: string, more: Files = {}): Files => ({
  'models/input.sql': `{{ config(materialized='ephemeral') }}\n${sql}\n`,
  'snapshots/versions.yml': `snapshots:\n  - name: versions\n    relation: ref('input')\n    config: {${config}}\n`,
  ...more,
});

const TIMESTAMP = 'unique_key: id, strategy: timestamp, updated_at: updated_at';
const CHECK = 'unique_key: id, strategy: check, check_cols: [name]';

const STEPS: Readonly<Record<string, { readonly config: string; readonly steps: readonly Step[] }>> = {
  'timestamp: a later row ends the version, an older one or another value alone does nothing': {
    config: TIMESTAMP,
    steps: [
      {
        rows: [
          [1, 'a', 2],
          [2, 'b', 2],
        ],
        begun: 2,
        holds: ['1 a 2→', '2 b 2→'],
      },
      {
        rows: [
          [1, 'a', 2],
          [2, 'b', 2],
        ],
        begun: 0,
        holds: ['1 a 2→', '2 b 2→'],
      },
      {
        rows: [
          [1, 'A', 3],
          [2, 'B', 2],
          [3, 'c', 1],
        ],
        begun: 2,
        holds: ['1 a 2→3', '1 A 3→', '2 b 2→', '3 c 1→'],
      },
      {
        rows: [
          [1, 'x', 1],
          [2, 'B', 4],
        ],
        begun: 1,
        holds: ['1 a 2→3', '1 A 3→', '2 b 2→4', '2 B 4→', '3 c 1→'],
      },
    ],
  },
  'check: another value makes a version, nulls are compared, and the run is its time': {
    config: CHECK,
    steps: [
      {
        rows: [
          [1, 'a', 1],
          [2, 'b', 1],
        ],
        begun: 2,
        holds: ['1 a run→', '2 b run→'],
      },
      {
        rows: [
          [1, 'a', 9],
          [2, 'B', 1],
        ],
        begun: 1,
        holds: ['1 a run→', '2 b run→run', '2 B run→'],
      },
      { rows: [[2, null, 1]], begun: 1, holds: ['1 a run→', '2 b run→run', '2 B run→run', '2 null run→'] },
      { rows: [[2, null, 1]], begun: 0, holds: ['1 a run→', '2 b run→run', '2 B run→run', '2 null run→'] },
    ],
  },
  'check with a time of the rows': {
    config: `${CHECK}, updated_at: updated_at`,
    steps: [
      { rows: [[1, 'a', 1]], begun: 1, holds: ['1 a 1→'] },
      { rows: [[1, 'b', 2]], begun: 1, holds: ['1 a 1→2', '1 b 2→'] },
      // who changes a row and not its time still gets one version after the other
      { rows: [[1, 'c', 2]], begun: 1, holds: ['1 a 1→2', '1 b 2→run', '1 c run→'] },
    ],
  },
  'ignore: the version of a row that is gone holds on': {
    config: `${TIMESTAMP}, hard_deletes: ignore`,
    steps: [
      {
        rows: [
          [1, 'a', 1],
          [2, 'b', 1],
        ],
        begun: 2,
        holds: ['1 a 1→', '2 b 1→'],
      },
      { rows: [], begun: 0, holds: ['1 a 1→', '2 b 1→'] },
      { rows: [[2, 'B', 3]], begun: 1, holds: ['1 a 1→', '2 b 1→3', '2 B 3→'] },
    ],
  },
  'invalidate: it ends, once; a row that is back begins anew, and never before that end': {
    config: `${TIMESTAMP}, hard_deletes: invalidate`,
    steps: [
      {
        rows: [
          [1, 'a', 1],
          [2, 'b', 1],
          [null, 'n', 1],
        ],
        begun: 3,
        holds: ['1 a 1→', '2 b 1→', 'null n 1→'],
      },
      { rows: [[2, 'b', 1]], begun: 0, holds: ['1 a 1→run', '2 b 1→', 'null n 1→run'] },
      { rows: [[2, 'b', 1]], begun: 0, holds: ['1 a 1→run', '2 b 1→', 'null n 1→run'] },
      {
        rows: [
          [1, 'a', 1],
          [2, 'b', 1],
        ],
        begun: 1,
        holds: ['1 a 1→run', '1 a run→', '2 b 1→', 'null n 1→run'],
      },
      {
        rows: [
          [1, 'a', 1],
          [2, 'b', 1],
        ],
        begun: 0,
        holds: ['1 a 1→run', '1 a run→', '2 b 1→', 'null n 1→run'],
      },
    ],
  },
  'new_record: a version says that the row is gone, once, until it is back': {
    config: `${TIMESTAMP}, hard_deletes: new_record`,
    steps: [
      {
        rows: [
          [1, 'a', 1],
          [2, 'b', 1],
        ],
        begun: 2,
        holds: ['1 a 1→', '2 b 1→'],
      },
      { rows: [[2, 'B', 3]], begun: 2, holds: ['1 a 1→run', '1 a run→ gone', '2 b 1→3', '2 B 3→'] },
      { rows: [[2, 'B', 3]], begun: 0, holds: ['1 a 1→run', '1 a run→ gone', '2 b 1→3', '2 B 3→'] },
      {
        rows: [
          [1, 'a', 1],
          [2, 'B', 3],
        ],
        begun: 1,
        holds: ['1 a 1→run', '1 a run→run gone', '1 a run→', '2 b 1→3', '2 B 3→'],
      },
      { rows: [[2, 'B', 3]], begun: 1, holds: ['1 a 1→run', '1 a run→run gone', '1 a run→run', '1 a run→ gone', '2 b 1→3', '2 B 3→'] },
    ],
  },
  'check and new_record': {
    config: `${CHECK}, hard_deletes: new_record`,
    steps: [
      {
        rows: [
          [1, 'a', 1],
          [null, 'n', 1],
        ],
        begun: 2,
        holds: ['1 a run→', 'null n run→'],
      },
      { rows: [[1, 'a', 1]], begun: 1, holds: ['1 a run→', 'null n run→run', 'null n run→ gone'] },
      {
        rows: [
          [1, 'a', 1],
          [null, 'n', 1],
        ],
        begun: 1,
        holds: ['1 a run→', 'null n run→run', 'null n run→run gone', 'null n run→'],
      },
    ],
  },
  'nulls in a key are like each other': {
    config: TIMESTAMP,
    steps: [
      {
        rows: [
          [null, 'a', 1],
          [1, 'b', 1],
        ],
        begun: 2,
        holds: ['1 b 1→', 'null a 1→'],
      },
      {
        rows: [
          [null, 'a', 1],
          [1, 'b', 1],
        ],
        begun: 0,
        holds: ['1 b 1→', 'null a 1→'],
      },
      {
        rows: [
          [null, 'A', 2],
          [1, 'b', 1],
        ],
        begun: 1,
        holds: ['1 b 1→', 'null a 1→2', 'null A 2→'],
      },
    ],
  },
  'several keys': {
    config: 'unique_key: [id, name], strategy: timestamp, updated_at: updated_at, hard_deletes: invalidate',
    steps: [
      {
        rows: [
          [1, 'a', 1],
          [1, 'b', 1],
          [null, 'a', 1],
        ],
        begun: 3,
        holds: ['1 a 1→', '1 b 1→', 'null a 1→'],
      },
      {
        rows: [
          [1, 'a', 2],
          [1, 'c', 1],
          [null, 'a', 2],
        ],
        begun: 3,
        holds: ['1 a 1→2', '1 a 2→', '1 b 1→run', '1 c 1→', 'null a 1→2', 'null a 2→'],
      },
    ],
  },
  'an end for versions that hold still': {
    config: `${TIMESTAMP}, hard_deletes: new_record, dbt_valid_to_current: "cast('9999-12-31' as timestamp)"`,
    steps: [
      {
        rows: [
          [1, 'a', 1],
          [2, 'b', 1],
        ],
        begun: 2,
        holds: ['1 a 1→9999', '2 b 1→9999'],
      },
      { rows: [[1, 'A', 2]], begun: 2, holds: ['1 a 1→2', '1 A 2→9999', '2 b 1→run', '2 b run→9999 gone'] },
      { rows: [[1, 'A', 2]], begun: 0, holds: ['1 a 1→2', '1 A 2→9999', '2 b 1→run', '2 b run→9999 gone'] },
      {
        rows: [
          [1, 'A', 2],
          [2, 'B', 3],
        ],
        begun: 1,
        holds: ['1 a 1→2', '1 A 2→9999', '2 b 1→run', '2 b run→run gone', '2 B run→9999'],
      },
    ],
  },
};

describe.each(engines)('$name', (engine) => {
  let opened: Opened;
  let adapter: Adapter;
  beforeAll(async () => {
    opened = await engine.open();
    ({ adapter } = opened);
  });
  afterAll(() => opened.close());
  beforeEach(() => adapter.query('drop schema if exists shop cascade; create schema shop'));

  const type = engine.name === 'duckdb' ? 'duckdb' : 'pglite';
  const build = (files: Files, call: Call = {}): Promise<Built> => building(adapter, files, { type, ...call });
  const values = (sql: string): Promise<readonly unknown[][]> => valuesOf(adapter, sql);
  /** Takes the rows that `sql` gives; answers how that ended. */
  const take = async (config: string, sql: string, call: Call = {}): Promise<string> =>
    (await build(filesOf(config, sql), call))['snapshot.versions']!;

  const dayOf = (text: unknown): string => {
    if (text === null) return '';
    const [, year, day] = /^(\d{4})-\d\d-(\d\d)/.exec(String(text))!;
    return year === '2020' ? String(Number(day)) : year === '9999' ? year : 'run';
  };
  /** The versions, and what holds of every snapshot: one version of a key ends before the next begins, and one at most holds still. */
  const holds = async (config = ''): Promise<readonly string[]> => {
    const gone = config.includes('new_record') ? 'dbt_is_deleted' : "'False'";
    const rows = await values(
      `select cast(id as varchar), name, cast(dbt_valid_from as varchar), cast(dbt_valid_to as varchar), ${gone}, dbt_scd_id from shop.versions
      order by id nulls last, case when ${config.includes('[id, name]')} then name end, dbt_valid_from, dbt_valid_to nulls last`,
    );
    expect(new Set(rows.map((row) => row[5])).size).toBe(rows.length);
    rows.forEach(([id, name, from, to], index) => {
      const [nextId, nextName, nextFrom] = rows[index + 1] ?? [];
      if (to !== null && String(to) <= String(from)) throw new Error(`a version of ${String(id)} ends before it begins`);
      if (index + 1 === rows.length || id !== nextId || (config.includes('[id, name]') && name !== nextName)) return;
      if (to === null || String(to) > String(nextFrom)) throw new Error(`two versions of ${String(id)} hold at once`);
    });
    return rows.map(
      ([id, name, from, to, isGone]) => `${String(id)} ${String(name)} ${dayOf(from)}→${dayOf(to)}${isGone === 'True' ? ' gone' : ''}`,
    );
  };

  test.each(Object.entries(STEPS))('%s', async (_, { config, steps }) => {
    for (const { rows, begun, holds: expected } of steps) {
      expect([await take(config, selectOf(rows)), await holds(config)]).toEqual([`success SNAPSHOT ${begun}`, expected]);
    }
    expect([...(await adapter.catalog(['shop'])).keys()]).toEqual(['"shop"."versions"']);
  });

  const row = (columns: string): string => `select ${columns}, cast('${time(1)}' as timestamp) as updated_at`;

  test('the columns of the source: new ones are added, wider ones widened, those that are gone stay; also in the versions of rows that are gone', async () => {
    const config = `${TIMESTAMP}, hard_deletes: new_record`;
    const first = "cast(id as integer) as id, 'x' as old, cast(1 as integer) as n";
    expect(await take(config, row(first).replace('cast(id', 'cast(1') + ' union all ' + row(first).replace('cast(id', 'cast(2'))).toBe(
      'success SNAPSHOT 2',
    );
    const later = `select 1 as id, cast(5000000000 as bigint) as n, 'here' as city, cast('${time(2)}' as timestamp) as updated_at`;
    expect(await take(config, later)).toBe('success SNAPSHOT 2; added city; widened n');
    const all = 'select id, old, n, city, dbt_is_deleted from shop.versions order by id, dbt_valid_from, dbt_valid_to nulls last';
    const read = async () => (await values(all)).map((each) => each.map(String).join(' '));
    const versions = ['1 x 1 null False', '1 null 5000000000 here False', '2 x 1 null False', '2 x 1 null True'];
    expect(await read()).toEqual(versions);
    // a type that the column holds anyway changes nothing
    expect(await take(config, later.replace('cast(5000000000 as bigint)', '7'))).toBe('success SNAPSHOT 0');
    expect(await read()).toEqual(versions);
  });

  test('check_cols: all compares a new column as well', async () => {
    const config = 'unique_key: id, strategy: check, check_cols: all';
    const two = (more: string): string => `select 1 as id${more.replace('?', '1')} union all select 2 as id${more.replace('?', 'null')}`;
    expect(await take(config, two(''))).toBe('success SNAPSHOT 2');
    expect(await take(config, two(', cast(? as integer) as n'))).toBe('success SNAPSHOT 1; added n');
    expect(await take(config, two(''))).toBe('success SNAPSHOT 0');
  });

  test('a snapshot that begins to say which rows are gone', async () => {
    await take(
      TIMESTAMP,
      selectOf([
        [1, 'a', 1],
        [2, 'b', 1],
      ]),
    );
    const config = `${TIMESTAMP}, hard_deletes: new_record`;
    expect(await take(config, selectOf([[1, 'a', 1]]))).toBe('success SNAPSHOT 1; added dbt_is_deleted');
    expect(await holds(config)).toEqual(['1 a 1→', '2 b 1→run', '2 b run→ gone']);
    // and one that does so no more keeps saying it of those that it said it of
    expect(await take(TIMESTAMP, selectOf([[2, 'b', 1]]))).toBe('success SNAPSHOT 1');
    expect(await holds(config)).toEqual(['1 a 1→', '2 b 1→run', '2 b run→run gone', '2 b run→']);
  });

  test('days become times, in its own columns too', async () => {
    const sql = selectOf([[1, 'a', 1]]);
    await take(TIMESTAMP, sql.replaceAll('as timestamp)', 'as date)'));
    const later = selectOf([[1, 'A', 2]]).replace('00:00:00', '10:30:00');
    expect(await take(TIMESTAMP, later)).toBe('success SNAPSHOT 1; widened updated_at, dbt_updated_at, dbt_valid_from, dbt_valid_to');
    expect(
      await values(
        'select name, cast(dbt_valid_from as varchar), cast(dbt_valid_to as varchar) from shop.versions order by dbt_valid_from',
      ),
    ).toEqual([
      ['a', time(1), '2020-01-02 10:30:00'],
      ['A', '2020-01-02 10:30:00', null],
    ]);
  });

  test('times with a zone are compared as such, wherever the session is', async () => {
    // the other engines have many sessions, or one zone
    const inZone = async (zone: string): Promise<unknown> => engine.name === 'pglite' && adapter.query(`set timezone = '${zone}'`);
    await inZone('Asia/Tokyo');
    const config = `${TIMESTAMP}, hard_deletes: invalidate`;
    const sql = selectOf([[1, 'a', 1]]).replace('as timestamp)', 'as timestamp with time zone)');
    await take(config, sql);
    await take(config, `${sql} where false`);
    expect(
      await values("select dbt_valid_to between current_timestamp - interval '5 minutes' and current_timestamp from shop.versions"),
    ).toEqual([[true]]);
    await inZone('UTC');
  });

  test('its own columns have other names', async () => {
    const names =
      'snapshot_meta_column_names: {dbt_valid_from: von, dbt_valid_to: "bis wann", dbt_scd_id: sid, dbt_updated_at: upd, dbt_is_deleted: weg}';
    const config = `${TIMESTAMP}, hard_deletes: new_record, ${names}`;
    await take(
      config,
      selectOf([
        [1, 'a', 1],
        [2, 'b', 1],
      ]),
    );
    expect(await take(config, selectOf([[1, 'A', 2]]))).toBe('success SNAPSHOT 2');
    expect(
      await values('select id, name, cast(upd as varchar) < \'2021\', "bis wann" is null, weg from shop.versions order by id, von, 4'),
    ).toEqual([
      [1, 'a', true, false, 'False'],
      [1, 'A', true, true, 'False'],
      [2, 'b', true, false, 'False'],
      [2, 'b', false, true, 'True'],
    ]);
  });

  test('a snapshot that dbt has made goes on, with ids as dbt makes them', async () => {
    const id = (key: string, day: number): string => `md5('${key}|${time(day)}')`;
    await adapter.query(
      `create table shop.versions as select 1 as id, cast('a' as varchar) as name, cast('${time(1)}' as timestamp) as updated_at, ${id('1', 1)} as dbt_scd_id,
      cast('${time(1)}' as timestamp) as dbt_updated_at, cast('${time(1)}' as timestamp) as dbt_valid_from, cast(null as timestamp) as dbt_valid_to`,
    );
    expect(
      await take(
        TIMESTAMP,
        selectOf([
          [1, 'A', 2],
          [null, 'n', 1],
        ]),
      ),
    ).toBe('success SNAPSHOT 2');
    expect(await holds()).toEqual(['1 a 1→2', '1 A 2→', 'null n 1→']);
    const ids = [id('1', 1), id('1', 2), id('', 1)].join(', ');
    expect(await values(`select cast(count(*) as integer) from shop.versions where dbt_scd_id in (${ids})`)).toEqual([[3]]);
  });

  describe('what cannot be kept leaves the snapshot as it was', () => {
    const rows: readonly Source[] = [
      [1, 'a', 1],
      [2, 'b', 1],
    ];
    const refused: readonly (readonly [what: string, config: string, sql: string, problem: string])[] = [
      [
        'a key that repeats',
        TIMESTAMP,
        selectOf([
          [1, 'a', 2],
          [1, 'b', 2],
          [2, 'c', 2],
        ]),
        'the source of `versions` has a key more than once; id: 1',
      ],
      [
        'nulls that repeat',
        TIMESTAMP,
        selectOf([
          [null, 'a', 2],
          [null, 'b', 2],
        ]),
        'the source of `versions` has a key more than once; id: null',
      ],
      [
        'a row without its time',
        TIMESTAMP,
        selectOf([[1, 'A', 2]]).replace(`'${time(2)}'`, 'null'),
        'a row of the source of `versions` has no `updated_at`',
      ],
      [
        'a column that is not there',
        TIMESTAMP,
        'select 1 as id',
        '`versions` cannot be brought up to date: `updated_at` names `updated_at`, which its source does not have',
      ],
      [
        'a column to check that is not there',
        CHECK,
        'select 1 as id',
        '`versions` cannot be brought up to date: `check_cols` names `name`, which its source does not have',
      ],
      [
        'a time that is none',
        TIMESTAMP,
        'select 1 as id, 7 as updated_at',
        `\`versions\` cannot be brought up to date: \`updated_at\` names \`updated_at\`, which is ${type === 'duckdb' ? 'INTEGER' : 'integer'} and no time`,
      ],
      [
        'a column of its own',
        CHECK,
        "select 1 as id, 'x' as name, 1 as dbt_scd_id",
        '`versions` cannot be brought up to date: its source has a column `dbt_scd_id`, as the snapshot itself',
      ],
      [
        'a type that loses something',
        CHECK,
        "select 'x' as id, 'x' as name",
        'the source of `versions` gives types that the snapshot cannot keep: ',
      ],
    ];
    test.each(refused)('%s', async (_, config, sql, problem) => {
      const before = `${config}, hard_deletes: invalidate`;
      await take(before, selectOf(rows));
      const held = await holds();
      const outcome = await take(before, sql);
      expect(outcome).toContain(`error snapshots/versions.yml:2:11 ${problem}`);
      expect(await holds()).toEqual(held);
      expect([...(await adapter.catalog(['shop'])).keys()]).toEqual(['"shop"."versions"']);
    });

    test('on the first run as well, and then there is none', async () => {
      for (const [what, config, sql] of refused.slice(0, 7))
        expect([what, (await take(config, sql)).split(' ')[0]]).toEqual([what, 'error']);
      expect([...(await adapter.catalog(['shop'])).keys()]).toEqual([]);
    });

    test('a run that was planned when there was none yet, and comes second', async () => {
      await take(TIMESTAMP, selectOf(rows));
      const late = { ...adapter, catalog: () => Promise.resolve(new Map()) };
      const outcome = await building(late, filesOf(TIMESTAMP, selectOf([[1, 'A', 2]])), { type });
      expect(outcome['snapshot.versions']).toMatch(/^error .*already exists|^error .*another entry with this name/i);
      expect(await holds()).toEqual(['1 a 1→', '2 b 1→']);
    });

    test('a table that is no snapshot, and a view', async () => {
      await adapter.query('create table shop.versions as select 1 as id, 2 as dbt_valid_from');
      expect(await take(CHECK, selectOf(rows))).toContain('has no `dbt_scd_id`, `dbt_updated_at`, `dbt_valid_to`, so it is no snapshot');
      await adapter.query('drop table shop.versions; create view shop.versions as select 1 as id');
      await expect(take(CHECK, selectOf(rows))).rejects.toThrow('a view stands there');
    });

    test('a test of it that fails, unless it is asked afterwards', async () => {
      const files = (publish: string, names: string): Files => ({
        ...filesOf(`${TIMESTAMP}${publish}`, selectOf([[1, 'A', 2]])),
        'snapshots/versions.yml': `snapshots:
  - name: versions
    relation: ref('input')
    config: {${TIMESTAMP}${publish}}
    columns: [{name: name, data_tests: [{accepted_values: {arguments: {values: [${names}]}}}]}]
`,
      });
      await take(TIMESTAMP, selectOf(rows));
      const held = await holds();
      expect(await build(files('', 'a, b'))).toMatchObject({ 'snapshot.versions': expect.stringContaining('error') });
      expect(await holds()).toEqual(held);
      expect(await build(files('', 'a, A, b'))).toMatchObject({ 'snapshot.versions': 'success SNAPSHOT 1' });
      expect(await build(files(', publish: before_tests', 'a'))).toMatchObject({ 'snapshot.versions': 'success SNAPSHOT 0' });
    });
  });

  test('--full-refresh forgets nothing, unless the config says that it may', async () => {
    await take(TIMESTAMP, selectOf([[1, 'a', 1]]));
    expect(await take(TIMESTAMP, selectOf([[1, 'A', 2]]), { fullRefresh: true })).toBe('success SNAPSHOT 1');
    expect(await holds()).toEqual(['1 a 1→2', '1 A 2→']);
    const may = `${TIMESTAMP}, full_refresh: true`;
    expect(await take(may, selectOf([[1, 'x', 3]]))).toBe('success SNAPSHOT 1');
    expect(await take(may, selectOf([[1, 'x', 3]]), { fullRefresh: true })).toBe('success SNAPSHOT 1');
    expect(await holds()).toEqual(['1 x 3→']);
  });
});

const SETTINGS = 'name: demo\ntargets: {dev: {type: duckdb, path: .etlx/dev.duckdb, schema: shop}}\nretries: {max: 0}\n';

test('snapshots are nodes like others: chosen, listed, shown, read, and built between what they read and what reads them', async () => {
  const root = project({
    'project.yaml': `${SETTINGS}snapshots: {demo: {+schema: history, deep: {+tags: [kept]}}}\n`,
    'seeds/orders.csv': 'id,state\n1,new\n2,new\n',
    'snapshots/deep/orders.yaml': `snapshots:
  - name: orders_history
    description: What became of every order.
    relation: ref('orders')
    config: {unique_key: id, strategy: check, check_cols: all, alias: orders_versions}
    columns: [{name: dbt_scd_id, data_tests: [unique, not_null]}]
`,
    'models/changes.sql': "select id, count(*) as versions from {{ ref('orders_history') }} group by id order by id\n",
    'models/checked.yaml': `unit_tests:
  - name: counts
    model: changes
    given: [{input: ref('orders_history'), rows: [{id: 1, state: a}, {id: 1, state: b}]}]
    expect: {rows: [{id: 1, versions: 2}]}
`,
  });
  const ran = async (command: string, code = 0): Promise<string> => {
    const { code: ended, stdout, stderr } = await etlx(root, command.split(' '));
    expect({ command, ended, stderr: ended === code ? '' : stderr }).toEqual({ command, ended: code, stderr: '' });
    return stdout;
  };
  await ran('build');
  expect(statusesOf(root)).toEqual({
    'seed.orders': 'success',
    'snapshot.orders_history': 'success',
    'test.unique_orders_history_dbt_scd_id': 'pass',
    'test.not_null_orders_history_dbt_scd_id': 'pass',
    'unit_test.changes.counts': 'pass',
    'model.changes': 'success',
  });
  writeProject(root, { 'seeds/orders.csv': 'id,state\n1,paid\n2,new\n' });
  await ran('seed');
  await ran('snapshot');
  expect(statusesOf(root)).toEqual({ 'snapshot.orders_history': 'success' });
  expect(resultOf(root, 'snapshot.orders_history').message).toBe('SNAPSHOT 1');
  await ran('run');
  for (const _ of [1, 2]) {
    // what a snapshot finds is known when it has looked, and so is whether its readers have to be built
    await ran('build --changed');
    expect(statusesOf(root)).toMatchObject({
      'seed.orders': 'unchanged',
      'snapshot.orders_history': 'success',
      'model.changes': 'success',
    });
  }
  expect(await ran('show changes --output json')).toContain('[{"id":1,"versions":2},{"id":2,"versions":1}]');
  expect(await ran('show orders_history --output json --limit -1')).toMatch(/^\{"node":"orders_history","show":\[(\{[^}]*\},?){3}\]\}/);
  expect(await ran('ls -s resource_type:snapshot,tag:kept --indirect-selection empty')).toBe('demo.deep.orders_history\n');
  expect(await ran('ls -s +changes --resource-type seed snapshot --output name')).toBe('orders\norders_history\n');
  const plan = await ran('build --dry-run -s orders_history');
  expect(plan).toContain('create table "history"."etlx_orders_versions_');
  expect(plan).toContain('-- snapshot: versions of changed rows in "history"."orders_versions" end, and new ones begin\n');
  expect(plan).toContain('select keys, example, 0 as timeless from (');
});

test('a snapshot of a source table, which it depends on; and one that would overwrite it', async () => {
  const snapshot = (alias: string): string =>
    `snapshots: [{name: people, relation: "source('crm', 'people')", config: {alias: ${alias}, unique_key: id, strategy: check, check_cols: id}}]\n`;
  const root = project({
    'project.yaml': SETTINGS,
    'sources/crm.yaml': 'sources: [{name: crm, schema: shop, tables: [{name: people}]}]\n',
    'snapshots/people.yaml': snapshot('people_history'),
  });
  const { stdout } = await etlx(root, ['ls', '-s', 'people', '--output', 'json', '--output-keys', 'alias', 'depends_on', 'compiled_code']);
  expect(stdout).toContain(
    '{"alias":"people_history","depends_on":{"nodes":["source.crm.people"]},"compiled_code":"select * from \\"shop\\".\\"people\\""}\n',
  );
  writeProject(root, { 'snapshots/people.yaml': snapshot('people') });
  expect(problemLines((await etlx(root, ['compile'])).stderr)).toEqual([
    expect.stringMatching(/^snapshots\/people\.yaml:1:20 .*`"shop"\."people"`/),
  ]);
});

test('what is wrong with a snapshot is told when the project compiles', async () => {
  const root = project({
    'project.yaml': `${SETTINGS}snapshots: {demo: {gone: {+tags: [x]}}}\n`,
    'models/m.sql': 'select 1 as id\n',
    'snapshots/s.yml': `snapshots:
  - { name: nothing, relation: ref('m') }
  - { name: contrary, relation: ref('m'), config: { unique_key: id, strategy: timestamp, check_cols: [id], hard_delete: ignore } }
  - { name: m, relation: ref('m'), config: { unique_key: id, strategy: check, check_cols: all } }
  - { name: other, relation: "select 1", config: { unique_key: id, strategy: check, check_cols: all } }
  - { name: unknown, relation: ref('mm'), config: { unique_key: id, strategy: check, check_cols: all } }
  - { name: same, relation: ref('m'), config: { unique_key: id, strategy: check, check_cols: all, snapshot_meta_column_names: { dbt_valid_to: dbt_valid_from } } }
  - name: strict
    relation: ref('m')
    config: { unique_key: id, strategy: check, check_cols: all }
    columns: [{ name: id, constraints: [{ type: not_null }] }]
`,
  });
  const { code, stderr } = await etlx(root, ['compile']);
  expect(code).toBe(2);
  expect(problemLines(stderr)).toEqual([
    'project.yaml:4:20 [gone] config is given for `gone`, but the project has nothing in such a folder / take it out, or rename it',
    'snapshots/s.yml:2:13 [nothing] the snapshot `nothing` has no `unique_key` / name the columns by which a row finds its versions',
    'snapshots/s.yml:2:13 [nothing] the snapshot `nothing` has no `strategy` / `timestamp` looks at a column that tells when a row changed, `check` compares columns',
    'snapshots/s.yml:3:13 [contrary] the snapshot `contrary` has no `updated_at` / the strategy `timestamp` needs the column that tells when a row changed; `check` does without',
    'snapshots/s.yml:3:13 [contrary] the snapshot `contrary` has `check_cols`, which mean nothing to the strategy `timestamp` / take them out, or use `check`',
    'snapshots/s.yml:3:108 [hard_delete] unknown key `hard_delete` in the config of a snapshot / did you mean `hard_deletes`?',
    'snapshots/s.yml:4:13 [m] two nodes are called `m`; the other is in `models/m.sql` / rename one of them',
    "snapshots/s.yml:5:31 [select 1] `relation` must be `ref('model')` or `source('source', 'table')`, found the text `select 1`",
    "snapshots/s.yml:6:32 [ref('mm')] no model, source table, seed or snapshot is called `mm` / did you mean `m`?",
    'snapshots/s.yml:7:13 [same] the snapshot `same` gives two of its own columns one name / give each of `snapshot_meta_column_names` a name of its own',
    'snapshots/s.yml:11:23 [id] the snapshot `strict` cannot keep constraints: its rows are versions / declare data tests instead',
  ]);
});
