import { engines, failureOf, testWith, valuesOf, type Opened } from './engines';

/** The Adapter port, held against every engine. */
describe.each(engines)('the adapter of $name', (engine) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await engine.open();
    await opened.adapter.query('create schema shop');
  });
  afterAll(() => opened.close());

  const bytes = async function* (...texts: readonly string[]): AsyncIterable<Uint8Array> {
    for (const text of texts) yield Buffer.from(text);
  };
  const values = (sql: string): Promise<readonly unknown[][]> => valuesOf(opened.adapter, sql);
  const isThere = async (table: string): Promise<boolean> =>
    (await values(`select 1 from information_schema.tables where table_schema = 'shop' and table_name = '${table}'`)).length > 0;

  describe('query', () => {
    test('gives numbers where they are exact, and text where a number would lose digits', async () => {
      const { columns, exactNumbers, rows } = await opened.adapter.query(
        `select 7::int as i, 1.5::float8 as f, true as b, null::int as n, 12345678901234567890.50::numeric(22,2) as d, 9007199254740993::bigint as l,
           date '2024-02-29' as day, timestamp '2024-02-29 12:30:00.123456' as at, 'NaN'::float8 as nan, '{"a": 1.10}'::json as j, array[1,2] as list`,
      );
      expect(rows).toEqual([
        {
          i: 7,
          f: 1.5,
          b: true,
          n: null,
          d: '12345678901234567890.50',
          l: '9007199254740993',
          day: '2024-02-29',
          at: '2024-02-29 12:30:00.123456',
          nan: 'NaN',
          j: '{"a": 1.10}',
          list: engine.words.list,
        },
      ]);
      expect(exactNumbers).toEqual(new Set(['d', 'l']));
      expect(columns).toEqual(['i', 'f', 'b', 'n', 'd', 'l', 'day', 'at', 'nan', 'j', 'list']);
    });

    test('names the columns of no rows, and keeps the values of a name that repeats', async () => {
      expect(await opened.adapter.query('select 1 as a, 2 as "B c" limit 0')).toMatchObject({ columns: ['a', 'B c'], rows: [] });
      expect((await opened.adapter.query('select 1 as a, 2 as a, 3 as a_1, 4 as a')).rows).toEqual([{ a: 1, a_2: 2, a_1: 3, a_3: 4 }]);
    });

    test('says where a query is wrong, in characters of JavaScript', async () => {
      const sql = "select '🛒', nope";
      expect(await failureOf(opened.adapter.query(sql))).toMatchObject({
        name: 'DatabaseError',
        code: '42703',
        statement: 0,
        offset: sql.indexOf('nope'),
        transient: false,
      });
    });
  });

  describe('transaction', () => {
    test('answers the row count of each statement', async () => {
      const counts = await opened.adapter.transaction((session) =>
        session.execute([
          'create table shop.counted as select n from generate_series(1, 3) as g(n) -- three',
          'delete from shop.counted where n > 1',
          'drop table shop.counted',
        ]),
      );
      expect(counts).toEqual([3, 2, null]);
    });

    test.each([
      ['with its place', ['select 1', 'select 2', 'select nope'], { code: '42703', statement: 2, offset: 7 }],
      [
        'without one',
        ['select 1', engine.words.failing[0], 'select 3'],
        { code: engine.words.failing[1], statement: 1, offset: undefined },
      ],
      ['in the first statement', ['selec'], { code: '42601', statement: 0, offset: 0 }],
    ])('says which statement failed, %s', async (_name, statements, expected) => {
      expect(await failureOf(opened.adapter.transaction((session) => session.execute(statements)))).toMatchObject(expected);
    });

    test('counts from the call, not from the transaction', async () => {
      const work = opened.adapter.transaction(async (session) => {
        await session.execute(['select 1']);
        await session.query('select nope');
      });
      expect(await failureOf(work)).toMatchObject({ statement: 0, offset: 7 });
    });

    test('is kept when the work resolves, and undone when it throws', async () => {
      await opened.adapter.transaction((session) => session.execute(['create table shop.kept (n int)']));
      const undone = opened.adapter.transaction(async (session) => {
        await session.execute(['insert into shop.kept values (1)', 'create table shop.undone (n int)']);
        throw new Error('enough');
      });
      await expect(undone).rejects.toThrow('enough');
      expect(await values('select count(*)::int from shop.kept')).toEqual([[0]]);
      expect(await isThere('undone')).toBe(false);
    });

    test('does not pass for committed when its work swallowed an error', async () => {
      const work = opened.adapter.transaction(async (session) => {
        await session.execute(['create table shop.swallowed (n int)', engine.words.failing[0]]).catch(() => undefined);
      });
      expect((await failureOf(work)).message).toContain('rolled back');
    });

    test('an abort before it begins runs nothing; one during it undoes it', async () => {
      await expect(
        opened.adapter.transaction(() => Promise.reject(new Error('ran')), AbortSignal.abort(new Error('stop'))),
      ).rejects.toThrow('stop');
      const controller = new AbortController();
      const work = opened.adapter.transaction(async (session) => {
        await session.execute(['create table shop.aborted (n int)']);
        controller.abort(new Error('stop'));
        await session.execute(['select 1']);
      }, controller.signal);
      await expect(work).rejects.toThrow('stop');
      expect(await isThere('aborted')).toBe(false);
    });

    testWith(engine, 'cancelling')('an abort stops the statement that runs, and the connection can be used again', async () => {
      const controller = new AbortController();
      const work = opened.adapter.transaction(async (session) => {
        await session.execute([engine.words.endless]);
      }, controller.signal);
      await until(() => engine.words.isUnderWay(opened.adapter));
      controller.abort();
      expect(await failureOf(work)).toMatchObject({ code: '57014', transient: false });
      await Promise.all(Array.from({ length: opened.adapter.maxConcurrency }, () => opened.adapter.query('select 1')));
    });

    testWith(engine, 'losing the connection')('a lost connection is worth another try, and the next one works', async () => {
      const work = opened.adapter.transaction((session) => session.execute(['select pg_terminate_backend(pg_backend_pid())']));
      expect(await failureOf(work)).toMatchObject({ transient: true });
      expect(await values('select 1')).toEqual([[1]]);
    });
  });

  describe('copy', () => {
    const relation = { schema: 'shop', name: 'Copied "x"' };
    const copied = '"shop"."Copied ""x"""';
    beforeEach(() => opened.adapter.query(`drop table if exists ${copied}; create table ${copied} (id int primary key, text text)`));
    const copy = (csv: AsyncIterable<Uint8Array>, columns = ['id', 'text']): Promise<number> =>
      opened.adapter.transaction((session) => session.copy(relation, columns, csv));

    test('keeps nulls, empty texts, quotes, newlines and every script apart', async () => {
      const texts = [null, '', 'a "quoted" one', 'two\nlines\r\n', 'comma, semicolon;', "O'Neil", 'Zoë 京都 🛒 עברית', '\\N', '\\.', ' '];
      const csv = texts.map((text, index) => `${index},${text === null ? '' : `"${text.replaceAll('"', '""')}"`}\n`).join('');
      expect(await copy(bytes(csv.slice(0, 20), csv.slice(20)))).toBe(texts.length);
      expect(await values(`select id, text from ${copied} order by id`)).toEqual(texts.map((text, index) => [index, text]));
    });

    test('fills the columns that it names, and takes no rows at all', async () => {
      expect(await copy(bytes('1\n2\n'), ['id'])).toBe(2);
      expect(await copy(bytes())).toBe(0);
      expect(await values(`select count(*)::int from ${copied}`)).toEqual([[2]]);
    });

    test('takes more rows than fit into one piece, without holding them all', async () => {
      const line = (id: number): string => `${id},"${'x'.repeat(90)}\n"\n`;
      const many = async function* (): AsyncIterable<Uint8Array> {
        for (let first = 0; first < 100_000; first += 1_000)
          yield Buffer.from(Array.from({ length: 1_000 }, (_, n) => line(first + n)).join(''));
      };
      expect(await copy(many())).toBe(100_000);
      expect(await values(`select count(*)::int, sum(length(text))::int from ${copied}`)).toEqual([[100_000, 9_100_000]]);
    });

    test('names the line and the column of a value that does not fit, and leaves nothing', async () => {
      const error = await failureOf(copy(bytes('1,a\n', 'x,b\n')));
      expect(error).toMatchObject({
        name: 'DatabaseError',
        code: '22P02',
        transient: false,
        where: expect.stringMatching(/(line|row) 2, column id: "x"/),
      });
      expect(await values(`select count(*)::int from ${copied}`)).toEqual([[0]]);
    });

    test("an error of the rows' own source comes through as it is", async () => {
      const broken = async function* (): AsyncIterable<Uint8Array> {
        yield Buffer.from('1,a\n');
        await Promise.resolve();
        throw new TypeError('the file ended early');
      };
      await expect(copy(broken())).rejects.toThrow(new TypeError('the file ended early'));
      expect(await values(`select count(*)::int from ${copied}`)).toEqual([[0]]);
    });

    test('a row that repeats a key is told with the key', async () => {
      expect(await failureOf(copy(bytes('1,a\n1,b\n')))).toMatchObject({
        code: '23505',
        detail: 'Key (id)=(1) already exists.',
        ...engine.words.errors['a row that repeats a key'],
      });
    });
  });

  testWith(engine, 'the catalog of PostgreSQL')('the catalog tells what stands in the schemas asked for', async () => {
    await opened.adapter
      .query(`create schema other; create table other.t (n int); create view other.v as select * from other.t; create materialized view other.m as select 1 as n;
      create sequence other.s; create index on other.t (n); comment on view other.v is 'seen'; comment on column other.v.n is 'counted'; grant select on other.s to public; create schema third; create view third."V" as select * from other.t`);
    const catalog = await opened.adapter.catalog(['other']);
    const entry = (name: string, kind: string, dependents: readonly string[] = [], more: object = {}): unknown => [
      `"other"."${name}"`,
      { relation: { schema: 'other', name }, kind, hasDependents: dependents.length > 0, dependents, hasAttachments: false, ...more },
    ];
    expect([...catalog].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      entry('m', 'materialized_view'),
      entry('s', 'other', [], { hasGrants: true }),
      entry('t', 'table', ['"other"."v"', '"third"."V"']),
      entry('v', 'view', [], { comments: [{ text: 'seen' }, { column: 'n', text: 'counted' }] }),
    ]);
    expect(await opened.adapter.catalog([])).toEqual(new Map());
  });
});

/** Resolves when `condition` holds; asks again at once, so that no time passes in vain. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}
