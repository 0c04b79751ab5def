import { bodyOf } from './body';

test.each([
  ['select 1', 'select 1'],
  ['select 1;', 'select 1'],
  ['  select 1 ;;\n ; \n', '  select 1'],
  ['select 1 -- one', 'select 1'],
  ['select 1; -- done;\n/* and /* nested */ over; */;\n', 'select 1'],
  ['select 1 -- keeps;\n + 2;', 'select 1 -- keeps;\n + 2'],
  ["select ';--'", "select ';--'"],
  ["select 'it''s;' ;", "select 'it''s;'"],
  [String.raw`select E'it\'s;' ;`, String.raw`select E'it\'s;'`],
  [String.raw`select name'\';`, String.raw`select name'\'`],
  ['select ";" ;', 'select ";"'],
  ['select $$;--$$ ;', 'select $$;--$$'],
  ['select $tag$ $$;$$ ; $tag$;', 'select $tag$ $$;$$ ; $tag$'],
  ['select 1; select 2;', 'select 1; select 2'],
  ['-- nothing', ''],
  ['', ''],
  ["select 'open;", "select 'open;"],
  ['select 1 /* open;', 'select 1'],
])('the body of %j is %j', (sql, body) => {
  expect(bodyOf(sql)).toBe(body);
});

test('takes time in proportion to the text', () => {
  const sql = `select ${"'it''s', \"x\", $$;$$, -- c\n".repeat(50_000)} 1;`;
  expect(bodyOf(sql)).toHaveLength(sql.length - 1);
});
