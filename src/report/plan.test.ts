import type { Check } from '../core/check';
import type { Plan } from '../core/plan';
import { planText } from './plan';

const relation = { schema: 'shop', name: 'users_table' };
const candidate = { schema: 'shop', name: 'users_table__etlx' };
const unique: Check = {
  id: 'test.unique_users',
  name: 'unique_users',
  path: 'models/x.yaml',
  statement: { sql: 'select 1 as failures -- all of them' },
  severity: 'error',
  warnIf: '!= 0',
  errorIf: '> 10',
  sample: { sql: 'select 1 limit 5' },
};
const plan: Plan = {
  prepare: [{ sql: 'create schema if not exists "shop"' }],
  steps: [
    { id: 'extract.shop.users', kind: 'extract', name: 'users', after: [] },
    { id: 'dataset.shop.users_table', kind: 'dataset', name: 'users_table', after: ['extract.shop.users', 'extract.shop.carts'] },
    {
      id: 'source.shop.users_table',
      kind: 'load',
      name: 'users_table',
      after: ['dataset.shop.users_table'],
      relation,
      candidate,
      columns: ['user_id', 'city'],
      build: [{ sql: 'create table "shop"."users_table__etlx" (user_id int);' }],
      finish: [{ sql: 'alter table "shop"."users_table__etlx" add primary key (user_id)' }],
      audits: [unique],
      publish: [{ sql: 'alter table "shop"."users_table__etlx" rename to "users_table"' }],
    },
    {
      id: 'model.city\nnames',
      kind: 'model',
      name: 'city\nnames',
      after: [],
      materialized: 'table',
      relation,
      candidate,
      describe: { sql: 'select * from (select 1) as q limit 0' },
      columns: ['city'],
      build: [{ sql: 'create table a as\nselect 1\n' }],
      audits: [{ ...unique, severity: 'warn', statement: { sql: 'select 2' } }],
      publish: [{ sql: 'alter table a rename to b' }],
      lines: { file: 'models/x.sql', marks: [] },
    } as Plan['steps'][number],
    {
      id: 'test.unique_users',
      kind: 'test',
      name: 'unique_users',
      after: ['model.x'],
      check: { ...unique, statement: { sql: 'select 3' } },
    },
  ],
};

test('every step in order, with its SQL; what is no SQL is a comment', () => {
  expect(planText(plan))
    .toBe(`-- for reading, not for running: no script can copy the datasets in, so each load stops with an error before its table is replaced

-- before the first step
create schema if not exists "shop";

-- extract.shop.users
-- extract: ask the API, land the raw responses in the lake

-- dataset.shop.users_table (after extract.shop.users, extract.shop.carts)
-- transform: the landed responses become a CSV dataset in the lake

-- source.shop.users_table (after dataset.shop.users_table)
begin;
create table "shop"."users_table__etlx" (user_id int);
-- load: copy the dataset into "shop"."users_table__etlx" ("user_id", "city")
select cast('etlx copies the dataset in here: this plan is for reading, not for running' as integer);
alter table "shop"."users_table__etlx" add primary key (user_id);
-- audit test.unique_users: fails if > 10, warns if != 0
select 1 as failures -- all of them
;
alter table "shop"."users_table__etlx" rename to "users_table";
commit;

-- model.city\\nnames
begin;
-- contract: the columns must be "city"
select * from (select 1) as q limit 0;
create table a as
select 1;
-- audit test.unique_users: warns if != 0
select 2;
alter table a rename to b;
commit;

-- test.unique_users (after model.x)
-- test test.unique_users: fails if > 10, warns if != 0
select 3;
`);
});

test('a plan without loads is a script to run as it is', () => {
  expect(planText({ prepare: [], steps: plan.steps.slice(4) })).toMatch(/^-- test\.unique_users/);
});

test('an empty plan is still a script', () => {
  expect(planText({ prepare: [], steps: [] })).toBe('-- nothing to do\n');
});

test('ten thousand steps are written in a pass', () => {
  const steps = Array.from({ length: 10_000 }, (_, index) => ({ ...plan.steps[2]!, id: `source.shop.t${index}` as const }));
  expect(planText({ prepare: [], steps }).match(/^begin;$/gm)).toHaveLength(10_000);
});
