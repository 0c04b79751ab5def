import { compile } from '../src/compile/compile';
import { GENERIC_TESTS } from '../src/compile/genericTests';
import type { TestNode } from '../src/core/node';
import { checkOf } from '../src/plan/checks';
import { engines } from './adapters/engines';

/** A generic test on data that is as it should be, and on data that is not. */
interface Case {
  readonly args: Readonly<Record<string, unknown>>;
  /** Absent: the test is declared on the whole table. */
  readonly column?: string;
  /** The columns of the data. */
  readonly columns: string;
  /** Queries of rows. */
  readonly good: string;
  readonly bad: string;
  readonly wrong: number;
  /** What the arguments name as `other`. */
  readonly other?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

const other = "ref('other')";

const CASES: Readonly<Record<string, readonly Case[]>> = {
  unique: [
    { args: {}, column: 'a', columns: 'a', good: 'values (1), (2), (null), (null)', bad: 'values (1), (1), (2), (2), (3)', wrong: 2 },
  ],
  not_null: [
    { args: {}, column: 'a', columns: 'a', good: 'values (1)', bad: 'values (1), (null), (null)', wrong: 2 },
    {
      args: {},
      column: 'a',
      columns: 'a, b',
      good: "values (1, 'x'), (null, 'y')",
      bad: "values (null, 'x')",
      wrong: 1,
      config: { where: "b = 'x'" },
    },
    { args: {}, column: 'a', columns: 'a', good: 'values (1)', bad: 'values (1), (null), (null), (null)', wrong: 2, config: { limit: 2 } },
  ],
  accepted_values: [
    {
      args: { values: ['x', "o'k"] },
      column: 'a',
      columns: 'a',
      good: "values ('x'), ('o''k'), (null)",
      bad: "values ('x'), ('z'), ('z'), ('y')",
      wrong: 2,
    },
    { args: { values: ['1', '2'], quote: false }, column: 'a', columns: 'a', good: 'values (1), (2)', bad: 'values (1), (3)', wrong: 1 },
  ],
  not_accepted_values: [
    { args: { values: [1, 2] }, column: 'a', columns: 'a', good: 'values (3), (null)', bad: 'values (1), (1), (3)', wrong: 1 },
  ],
  accepted_range: [
    {
      args: { min_value: 1, max_value: '5 + 5' },
      column: 'a',
      columns: 'a',
      good: 'values (1), (10), (null)',
      bad: 'values (0), (11), (5)',
      wrong: 2,
    },
    { args: { min_value: 1, inclusive: false }, column: 'a', columns: 'a', good: 'values (2)', bad: 'values (1), (2)', wrong: 1 },
  ],
  expression_is_true: [
    { args: { expression: 'a < b' }, columns: 'a, b', good: 'values (1, 2), (null, 1)', bad: 'values (1, 2), (3, 2), (2, 2)', wrong: 2 },
    { args: { expression: '> 0' }, column: 'a', columns: 'a', good: 'values (1)', bad: 'values (0), (1)', wrong: 1 },
  ],
  not_empty_string: [
    { args: {}, column: 'a', columns: 'a', good: "values ('x'), (null)", bad: "values (''), ('  '), ('x')", wrong: 2 },
    { args: { trim_whitespace: false }, column: 'a', columns: 'a', good: "values (' ')", bad: "values (''), (' ')", wrong: 1 },
  ],
  string_length: [
    {
      args: { min_value: 2, max_value: 3 },
      column: 'a',
      columns: 'a',
      good: "values ('ab'), ('äöü'), (null)",
      bad: "values ('a'), ('abcd'), ('ab')",
      wrong: 2,
    },
    { args: { value: 2 }, column: 'a', columns: 'a', good: "values ('ab')", bad: "values ('a'), ('ab')", wrong: 1 },
  ],
  matches_regex: [
    {
      args: { regex: "^[a-z']+$" },
      column: 'a',
      columns: 'a',
      good: "values ('it''s'), (null)",
      bad: "values ('A'), ('b'), ('c1')",
      wrong: 2,
    },
  ],
  not_matches_regex: [
    { args: { regex: '[0-9]' }, column: 'a', columns: 'a', good: "values ('x'), (null)", bad: "values ('x1'), ('x')", wrong: 1 },
  ],
  valid_uuid: [
    {
      args: {},
      column: 'a',
      columns: 'a',
      good: "values ('123e4567-e89b-12d3-A456-426614174000'), (null)",
      bad: "values ('123e4567-e89b-12d3-a456-42661417400'), ('x')",
      wrong: 2,
    },
  ],
  valid_email: [
    {
      args: {},
      column: 'a',
      columns: 'a',
      good: "values ('ada.l+x@mail.example.org'), (null)",
      bad: "values ('ada@org'), ('a b@c.de'), ('@c.de'), ('ada@c..de')",
      wrong: 4,
    },
  ],
  valid_url: [
    {
      args: {},
      column: 'a',
      columns: 'a',
      good: "values ('https://example.org/a?b=c#d'), ('HTTP://localhost:8080'), (null)",
      bad: "values ('example.org'), ('https://'), ('https://a b')",
      wrong: 3,
    },
  ],
  unique_combination_of_columns: [
    {
      args: { columns: ['a', 'b'] },
      columns: 'a, b',
      good: 'values (1, 1), (1, 2)',
      bad: 'values (1, 1), (1, 1), (null, 1), (null, 1)',
      wrong: 2,
    },
    {
      args: { combination_of_columns: ['a', 'b'] },
      columns: 'a, b',
      good: 'values (1, 1), (1, 2)',
      bad: 'values (1, 1), (1, 1)',
      wrong: 1,
    },
  ],
  sequential_values: [
    { args: {}, column: 'a', columns: 'a', good: 'values (1), (3), (2)', bad: 'values (1), (2), (4), (5), (7)', wrong: 2 },
    {
      args: { interval: 2, group_by_columns: ['b'] },
      column: 'a',
      columns: 'a, b',
      good: 'values (1, 1), (3, 1), (10, 2), (12, 2)',
      bad: 'values (1, 1), (2, 1), (10, 2), (12, 2)',
      wrong: 1,
    },
    {
      args: { datepart: 'day' },
      column: 'a',
      columns: 'a',
      good: "values (date '2024-02-28'), (date '2024-02-29'), (date '2024-03-01')",
      bad: "values (date '2024-02-28'), (date '2024-03-01')",
      wrong: 1,
    },
  ],
  mutually_exclusive_ranges: [
    {
      args: { lower_bound_column: 'a', upper_bound_column: 'b', partition_by: 'c' },
      columns: 'a, b, c',
      good: 'values (1, 2, 1), (2, 5, 1), (7, null, 1), (1, 9, 2)',
      bad: 'values (1, 3, 1), (2, 5, 1), (7, 7, 1), (null, 9, 2)',
      wrong: 3,
    },
    {
      args: { lower_bound_column: 'a', upper_bound_column: 'b', gaps: 'not_allowed' },
      columns: 'a, b',
      good: 'values (1, 2), (2, 3)',
      bad: 'values (1, 2), (3, 4)',
      wrong: 1,
    },
    {
      args: { lower_bound_column: 'a', upper_bound_column: 'b', gaps: 'required', zero_length_range_allowed: true },
      columns: 'a, b',
      good: 'values (1, 1), (2, 3)',
      bad: 'values (1, 2), (2, 2), (3, 4)',
      wrong: 1,
    },
  ],
  z_score: [
    {
      args: { threshold: 2 },
      column: 'a',
      columns: 'a',
      good: 'values (1), (2), (3), (4), (null)',
      bad: 'values (1), (1), (1), (1), (1), (1), (1), (1), (1), (100)',
      wrong: 1,
    },
  ],
  at_least_one: [
    { args: {}, column: 'a', columns: 'a', good: 'values (1), (null)', bad: 'values (cast(null as integer))', wrong: 1 },
    {
      args: { group_by_columns: ['b'] },
      column: 'a',
      columns: 'a, b',
      good: 'values (1, 1), (1, 2)',
      bad: 'values (1, 1), (null, 2), (null, 3)',
      wrong: 2,
    },
  ],
  not_constant: [
    { args: {}, column: 'a', columns: 'a', good: 'values (true), (false)', bad: 'values (true), (true)', wrong: 1 },
    {
      args: { group_by_columns: ['b'] },
      column: 'a',
      columns: 'a, b',
      good: 'values (1, 1), (2, 1)',
      bad: 'values (1, 1), (2, 1), (3, 2)',
      wrong: 1,
    },
  ],
  not_null_proportion: [
    { args: { at_least: 0.5 }, column: 'a', columns: 'a', good: 'values (1), (null)', bad: 'values (1), (null), (null)', wrong: 1 },
    {
      args: { at_least: 0, at_most: 0.5 },
      column: 'a',
      columns: 'a',
      good: 'values (1), (null)',
      bad: 'values (1), (1), (null)',
      wrong: 1,
    },
  ],
  row_count: [
    { args: { min_value: 1, max_value: 2 }, columns: 'a', good: 'values (1), (2)', bad: 'values (1), (2), (3)', wrong: 1 },
    { args: { value: 1 }, columns: 'a', good: 'values (1)', bad: 'select 1 where false', wrong: 1 },
  ],
  mean_in_range: [
    { args: { min_value: 2, max_value: 3 }, column: 'a', columns: 'a', good: 'values (1), (4), (null)', bad: 'values (1), (8)', wrong: 1 },
  ],
  stddev_in_range: [{ args: { max_value: 2 }, column: 'a', columns: 'a', good: 'values (1), (2), (3)', bad: 'values (1), (9)', wrong: 1 }],
  sum_in_range: [
    { args: { min_value: 0 }, column: 'a', columns: 'a', good: 'values (1), (-1)', bad: 'values (1), (-2)', wrong: 1 },
    {
      args: { min_value: 0, inclusive: false, group_by_columns: 'b' },
      column: 'a',
      columns: 'a, b',
      good: 'values (1, 1)',
      bad: 'values (1, 1), (0, 2)',
      wrong: 1,
    },
  ],
  recency: [
    {
      args: { field: 'a', datepart: 'day', interval: 2 },
      columns: 'a',
      good: "select current_timestamp - interval '1 day' union all select timestamp '2001-01-01'",
      bad: "select current_timestamp - interval '3 day'",
      wrong: 1,
    },
    {
      args: { field: 'a', datepart: 'quarter', interval: 1 },
      columns: 'a',
      good: 'select current_date',
      bad: "select date '2001-01-01' where false",
      wrong: 1,
    },
    {
      args: { field: 'a', datepart: 'hour', interval: 24, ignore_time_component: true, group_by_columns: ['b'] },
      columns: 'a, b',
      good: 'select current_date, 1',
      bad: "select current_date, 1 union all select date '2001-01-01', 2",
      wrong: 1,
    },
  ],
  relationships: [
    {
      args: { to: other, field: 'a' },
      column: 'a',
      columns: 'a',
      good: 'values (1), (null)',
      bad: 'values (1), (3), (3)',
      wrong: 2,
      other: 'values (1), (2)',
    },
  ],
  relationships_where: [
    {
      args: { to: other, field: 'a', from_condition: 'a <> 9', to_condition: 'a <> 2' },
      column: 'a',
      columns: 'a',
      good: 'values (1), (9)',
      bad: 'values (1), (2), (9)',
      wrong: 1,
      other: 'values (1), (2)',
    },
  ],
  cardinality_equality: [
    {
      args: { to: other, field: 'a' },
      column: 'a',
      columns: 'a',
      good: 'values (2), (1), (1)',
      bad: 'values (1), (2), (3)',
      wrong: 3,
      other: 'values (1), (1), (2)',
    },
  ],
  equal_rowcount: [
    { args: { compare_model: other }, columns: 'a', good: 'values (1), (2)', bad: 'values (1)', wrong: 1, other: 'values (8), (9)' },
  ],
  fewer_rows_than: [
    { args: { compare_model: other }, columns: 'a', good: 'values (1)', bad: 'values (1), (2)', wrong: 1, other: 'values (8), (9)' },
  ],
  equality: [
    {
      args: { compare_model: other },
      columns: 'a, b',
      good: 'values (2, 2), (1, 1)',
      bad: 'values (1, 1), (1, 1)',
      wrong: 2,
      other: 'values (1, 1), (2, 2)',
    },
    {
      args: { compare_model: other, compare_columns: ['b'] },
      columns: 'a, b',
      good: 'values (5, 1), (6, 2)',
      bad: 'values (1, 1), (2, 3)',
      wrong: 2,
      other: 'values (1, 1), (2, 2)',
    },
    {
      args: { compare_model: other, exclude_columns: ['a'] },
      columns: 'a, b',
      good: 'values (5, 1), (6, 2)',
      bad: 'values (1, 1), (2, 3)',
      wrong: 2,
      other: 'values (1, 1), (2, 2)',
    },
  ],
};

const cases = Object.entries(CASES).flatMap(([name, list]) =>
  list.map((each, index) => ({ name, title: `${name}${index > 0 ? ` ${index + 1}` : ''}`, ...each })),
);
type Named = (typeof cases)[number];

const SCHEMA = 'generic';

/** The test of a case, declared on the table `state`, as its project has it compiled for an engine. */
function testOn(state: 'good' | 'bad', { name, args, column, config, title }: Named, engine: string): TestNode {
  const tests = [{ [name]: { arguments: args, ...(config && { config }) } }];
  const tables = [
    { name: state, ...(column === undefined ? { data_tests: tests } : { columns: [{ name: column, data_tests: tests }] }) },
    { name: 'other' },
  ];
  const { manifest } = compile(
    {
      root: '/',
      settings: {
        path: 'project.yaml',
        text: `name: demo\ntargets: {dev: {type: ${engine === 'duckdb' ? 'duckdb' : 'pglite'}, schema: ${SCHEMA}}}\n`,
      },
      files: [{ path: 'sources/s.yaml', text: JSON.stringify({ sources: [{ name: 's', schema: title, tables }] }) }],
      seeds: [],
      functions: new Map(),
    },
    { vars: {}, env: {}, fullRefresh: false },
  );
  return [...manifest.nodes.values()].find((node): node is TestNode => node.kind === 'test')!;
}

test('every generic test has its case', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(GENERIC_TESTS).sort());
});

describe.each(engines)('on $name', (engine) => {
  let opened: Awaited<ReturnType<typeof engine.open>>;
  beforeAll(async () => {
    opened = await engine.open();
    const statements = cases.flatMap(({ title, columns, good, bad, other: third }) => [
      `create schema "${title}"`,
      ...Object.entries({ good, bad, ...(third && { other: third }) }).map(
        ([table, rows]) => `create table "${title}"."${table}" as select * from (${rows}) as rows (${columns})`,
      ),
    ]);
    await opened.adapter.transaction((session) => session.execute(statements));
  });
  afterAll(() => opened.close());

  test.each(cases)('$title', async (each) => {
    const asked = async (state: 'good' | 'bad') => {
      const node = testOn(state, each, engine.name);
      const { statement, sample } = checkOf(node, { strict: false, kindOf: () => undefined });
      const [row] = (await opened.adapter.query(statement.sql)).rows;
      const inScan =
        node.inScan && (await opened.adapter.query(`select ${node.inScan.failures} as n from "${each.title}"."${state}"`)).rows[0]!['n'];
      return {
        failures: Number(row!['failures']),
        fails: row!['should_error'],
        shown: (await opened.adapter.query(sample.sql)).rows.length,
        // one number for a value says only that there is one
        agrees:
          inScan === undefined ||
          (node.inScan!.perValue ? Number(inScan) > 0 === Number(row!['failures']) > 0 : Number(inScan) === Number(row!['failures'])),
      };
    };
    expect(await asked('good')).toEqual({ failures: 0, fails: false, shown: 0, agrees: true });
    expect(await asked('bad')).toEqual({ failures: each.wrong, fails: true, shown: Math.min(each.wrong, 5), agrees: true });
  });
});
