import { normalisedSql } from './normalised';

describe('comments and blanks are not part of a query', () => {
  test.each([
    ['select a,  b\nfrom t', 'select a,b from t'],
    ['select a, b -- both\n  from t;\n', 'select a,b from t'],
    ['select /* one /* in the other */ */ a from t', 'select a from t'],
    ['select a/**/b', 'select a b'],
    ['  select (1 + 2)  * 3 ', 'select(1+2)*3'],
    ['select - -1', 'select- -1'],
    ['select 1 .5', 'select 1 .5'],
    ['select a < -1', 'select a< -1'],
  ])('%j', (sql, normalised) => {
    expect(normalisedSql(sql)).toBe(normalised);
    expect(normalisedSql(normalised)).toBe(normalised);
  });
});

describe('what is quoted stays as it is', () => {
  test.each([
    `select 'a  -- b', "c /* d"`,
    `select e'it\\'s  -- so'`,
    'select $tag$ a  -- b $x$ $tag$',
    `select 'it''s  so'`,
    `select 'a' 'b'`,
    `select "a  b""c"`,
  ])('%s', (sql) => {
    expect(normalisedSql(sql).replace(/[, ]/g, '')).toBe(sql.replace(/[, ]/g, ''));
    for (const [quoted] of sql.matchAll(/'[^']*'|"[^"]*"|\$tag\$[^]*\$tag\$/g)) expect(normalisedSql(sql)).toContain(quoted);
  });
});

test('queries that differ stay different', () => {
  const queries = [
    `select 'a b'`,
    `select 'a  b'`,
    'select ab',
    'select a b',
    'select 1 - -1',
    'select 1 --1\n',
    `select e 'x'`,
    `select e'x'`,
  ];
  expect(new Set(queries.map(normalisedSql)).size).toBe(queries.length);
});

test('a text that never ends, and a comment that never does', () => {
  expect(normalisedSql(`select 'a  b`)).toBe(`select 'a  b`);
  expect(normalisedSql('select 1 /* a')).toBe('select 1');
});
