import type { StepResult } from '../core/run';
import { closingLines } from './closing';
import { contextFixture, resultOf } from './context.fixture';

const counts = { received: 74, loaded: 72, merged: 2, filtered: 0, rejected: 0 };
const users = resultOf({ id: 'extract.shop.users', kind: 'extract', status: 'success' });
const drift = { added: [], discarded: { age: 2, nick: 1 }, undeclared: { id: 74 } };
const dataset = resultOf({ id: 'dataset.shop.users_table', kind: 'dataset', status: 'success', counts, drift });
const table = resultOf({ id: 'source.shop.users_table', kind: 'load', status: 'success', counts });
const model = { id: 'model.user_summaries', kind: 'model', materialized: 'table' } as const;

function closingOf(
  results: readonly StepResult[],
  warnings: readonly string[] = [],
  ...fixture: Parameters<typeof contextFixture>
): string {
  const result = { run: 'r', command: 'build', startedAt: '2026-01-02T10:01:02.000Z', seconds: 1.2, results };
  return closingLines(result, warnings, contextFixture(...fixture).context).join('\n');
}

test('a clean run ends with the rows of its loads and the counts', () => {
  const carts = resultOf({
    id: 'source.shop.carts_table',
    kind: 'load',
    status: 'success',
    counts: { received: 1000, loaded: 990, merged: 0, filtered: 3, rejected: 2 },
  });
  const checks = ['a', 'b'].map((name) => resultOf({ id: `test.${name}`, kind: 'test', status: 'pass' }));
  const results = [users, dataset, table, carts, resultOf({ ...model, status: 'success' }), ...checks];
  expect(closingOf(results)).toBe(`
Finished running 1 extract, 1 dataset, 2 source tables, 1 table model, 2 data tests in 0 hours 0 minutes and 1.20 seconds (1.20s).

Rows of the loads:
  shop.users_table    74 received =  72 loaded + 2 merged + 0 filtered + 0 rejected; 3 values discarded
  shop.carts_table  1000 received ≠ 990 loaded + 0 merged + 3 filtered + 2 rejected: 5 not accounted for

Completed successfully

Done. PASS=7 WARN=0 ERROR=0 SKIP=0 TOTAL=7`);
});

test('at the end every warning and error stands again, with where to look', () => {
  const failing = { id: 'model.orders', kind: 'model', name: 'orders' } as const;
  const place = { file: 'models/orders.sql', line: 2, column: 8, length: 4 };
  const results: readonly StepResult[] = [
    resultOf({
      ...failing,
      status: 'error',
      attempts: 2,
      compiledPath: 'target/compiled/shop/models/orders.sql',
      diagnostics: [
        { code: 'database.error', message: 'column "pric" does not exist', at: place, hint: 'did you mean `price`?' },
        { code: 'database.error', message: 'second', at: { file: 'models/gone.sql', line: 1, column: 1 } },
      ],
    }),
    resultOf({
      id: 'test.relationships_x',
      kind: 'test',
      status: 'fail',
      failures: 3,
      message: 'Got 3 results, configured to fail if != 0',
      compiledPath: 'target/compiled/shop/tests/relationships_x.sql',
    }),
    resultOf({ id: 'test.freshness', kind: 'test', status: 'warn', failures: 1, message: 'Got 1 result, configured to warn if != 0' }),
    ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) =>
      resultOf({ id: `model.${name}`, kind: 'model', status: 'skipped', because: 'model.orders' }),
    ),
    resultOf({ id: 'model.late', kind: 'model', status: 'skipped', message: 'interrupted' }),
  ];
  expect(
    closingOf(
      results,
      ['one row was set aside'],
      { 'models/orders.sql': 'select\n  id, pric\nfrom t' },
      {
        'model.orders': { file: 'models/orders.sql', line: 1, column: 1 },
        'test.relationships_x': { file: 'models/schema.yaml', line: 12, column: 7 },
      },
    ),
  ).toBe(`
Finished running 9 models, 2 data tests in 0 hours 0 minutes and 1.20 seconds (1.20s).

Completed with 2 errors, 1 warning and 8 skipped steps

Skipped 7 steps because of model.orders: model.a, model.b, model.c, model.d, model.e and 2 more

Skipped 1 step (interrupted): model.late

Warning: one row was set aside

Warning in test freshness
  Got 1 result, configured to warn if != 0

Error in model orders (models/orders.sql:1)
  error[database.error]: column "pric" does not exist
    --> models/orders.sql:2:8
   1 | select
   2 |   id, pric
     |        ^^^
  hint: did you mean \`price\`?
  error[database.error]: second
    --> models/gone.sql:1:1
  tried 2 times
  compiled code at target/compiled/shop/models/orders.sql

Failure in test relationships_x (models/schema.yaml:12)
  Got 3 results, configured to fail if != 0
  compiled code at target/compiled/shop/tests/relationships_x.sql

Done. PASS=0 WARN=1 ERROR=2 SKIP=8 TOTAL=11`);
});

test('a run of nothing says so', () => {
  expect(closingOf([])).toBe(`
Finished running nothing in 0 hours 0 minutes and 1.20 seconds (1.20s).

Completed successfully

Done. PASS=0 WARN=0 ERROR=0 SKIP=0 TOTAL=0`);
});
