import { frozen, volatileWord } from './volatile';

describe('what reads more than tables', () => {
  test.each([
    ['select now() as at', 'now'],
    ['select a from t where day = Current_Date - 1', 'Current_Date'],
    ['select random (  )', 'random'],
    ['select age(born) from t', 'age'],
    ['select current_user', 'current_user'],
    ['select * from t using sample 10', 'sample'],
    ['select sample from t', undefined],
    [`select cast('today' as date)`, `'today'`],
    ['select now from t', undefined],
    [`select 'now()' as "random()" -- now()`, undefined],
    ['select t.nowadays() from t', undefined],
  ])('%s', (sql, word) => expect(volatileWord(sql)).toBe(word));
});

describe('a time that stands still', () => {
  const at = new Date('2026-02-03T04:05:06Z');

  test.each([
    ['select now() as at', `select timestamp with time zone '2026-02-03 04:05:06.000+00' as at`],
    ['where day >= current_date - 1', `where day >= date '2026-02-03' - 1`],
    ['select LOCALTIMESTAMP, now ( )', `select timestamp '2026-02-03 04:05:06.000', timestamp with time zone '2026-02-03 04:05:06.000+00'`],
    [`select 'now()' as now, "current_date" -- now()`, `select 'now()' as now, "current_date" -- now()`],
  ])('%s', (sql, expected) => expect(frozen(sql, at).sql).toBe(expected));

  test('tells how far what follows has moved', () => {
    const { sql, moved } = frozen('select now(), a, current_date, b', at);
    expect(moved.map(([offset, by]) => sql[offset + by])).toEqual([',', ',']);
    expect(sql.indexOf('b', sql.indexOf('date'))).toBe('select now(), a, current_date, b'.lastIndexOf('b') + moved.at(-1)![1]);
  });
});
