import { statementsIn } from './statementsIn';

test.each([
  ['select 1', ['select 1']],
  ['select 1; select 2;\n', ['select 1', 'select 2']],
  [';; -- nothing\n; /* ; */', []],
  [`select ';', ";", $x$;$x$ -- ;\n; do $$ begin; end $$`, [`select ';', ";", $x$;$x$ -- ;`, 'do $$ begin; end $$']],
])('%j', (sql, statements) => {
  expect(statementsIn(sql)).toEqual(statements);
});
