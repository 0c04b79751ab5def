import { ctesOf } from './ctes';

test.each<[string, readonly string[]]>([
  ['select 1', []],
  ['with a as (select 1) select * from a', ['a']],
  ['-- first\nWITH A as (select 1), "B c" as materialized (select (2) as ")") select * from a', ['a', 'B c']],
  [
    'with recursive r(n, as_) as (select 1 union all select n + 1 from r where n < 3), s as not materialized (select 1) select 1',
    ['r', 's'],
  ],
  ['with a as (with inner_ as (select 1) select * from inner_) select * from a', ['a']],
  [`with a as (select ')' as x, $$ ) $$ /* ) */) select 1`, ['a']],
  ['with a as (select 1', []],
])('%s', (sql, names) => expect(ctesOf(sql).names).toEqual(names));

test('the query of one expression has the same head', () => {
  const { queryOf } = ctesOf('with a as (select 1 as x), "B" as (select * from a) select x from "B"');
  expect(queryOf('B')).toBe('with a as (select 1 as x), "B" as (select * from a)\nselect * from "B"');
  expect(queryOf('a')).toBe('with a as (select 1 as x), "B" as (select * from a)\nselect * from a');
});
