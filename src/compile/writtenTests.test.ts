import { EtlxError } from '../core/diagnostic';
import type { TestNode } from '../core/node';
import { compile } from './compile';

const DIVISIBLE = `-- tests of whole numbers
{{#test is_divisible(model, column_name, by=2, but=[])}}
{{ config(severity='warn', tags=['numbers']) }}
select * from {{ model }}
where {{ column_name }} % {{ by }} <> 0{{#if but}} and {{ column_name }} not in ({{ join(but) }}){{/if}}
{{/test}}
{{#test all_in(model, field, table)}}
select {{ field }} from {{ model }} except select {{ field }} from {{ table }}
{{/test}}
`;

const MODELS = (tests: string): string => `models:\n  - name: a\n${tests}`;

function compiled(files: Readonly<Record<string, string>>): readonly TestNode[] {
  const all = { 'models/a.sql': 'select 4 as n\n', 'models/b.sql': 'select 4 as n\n', 'tests/generic/numbers.sql': DIVISIBLE, ...files };
  const { manifest } = compile(
    {
      root: '/nowhere',
      settings: { path: 'project.yaml', text: 'name: demo\ntargets: {dev: {type: pglite, schema: main}}\ntests: {+severity: error}\n' },
      files: Object.entries(all).map(([path, text]) => ({ path, text })),
      seeds: [],
      functions: new Map(),
    },
    { vars: {}, env: {}, fullRefresh: false },
  );
  return [...manifest.nodes.values()].filter((node) => node.kind === 'test');
}

function problemsOf(files: Readonly<Record<string, string>>): readonly string[] {
  try {
    compiled(files);
    return [];
  } catch (error) {
    if (!(error instanceof EtlxError)) throw error;
    return error.diagnostics.map(({ at, message, hint }) => `${at?.file}:${at?.line}:${at?.column} ${message}${hint ? ` / ${hint}` : ''}`);
  }
}

test('a test of the project takes arguments, has defaults, and is asked of a candidate as well', () => {
  const [plain, given] = compiled({
    'models/a.yaml': MODELS(
      '    columns:\n      - name: n\n        data_tests:\n          - is_divisible\n          - is_divisible: {arguments: {by: 3, but: [1, 2]}, config: {severity: error, where: n > 0}}\n',
    ),
  });
  expect(plain).toMatchObject({
    name: 'is_divisible_a_n',
    testName: 'is_divisible',
    columnName: 'n',
    dependsOn: ['model.a'],
    severity: 'warn',
    tags: ['numbers'],
    lines: { file: 'tests/generic/numbers.sql' },
  });
  expect(plain!.sql.trim()).toBe('select * from "main"."a"\nwhere n % 2 <> 0');
  expect(plain!.auditSql!.trim()).toBe('select * from "\0etlx:candidate"\nwhere n % 2 <> 0');
  expect(given).toMatchObject({ name: 'is_divisible_a_1__2__3__n', severity: 'error' });
  expect(given!.sql.trim()).toBe(
    'select * from (select * from "main"."a" where n > 0) as etlx_subquery\nwhere n % 3 <> 0 and n not in (1, 2)',
  );
});

test('an argument that is a ref is a relation, and an edge', () => {
  const [node] = compiled({ 'models/a.yaml': MODELS("    data_tests: [{all_in: {field: n, table: ref('b')}}]\n") });
  expect(node).toMatchObject({ dependsOn: ['model.a', 'model.b'], auditSql: undefined });
  expect(node!.sql.trim()).toBe('select n from "main"."a" except select n from "main"."b"');
});

test('everything that is wrong with a call, with the nearest name', () => {
  expect(
    problemsOf({
      'models/a.yaml': MODELS(
        `    columns:
      - name: n
        data_tests:
          - is_divisble
          - is_divisible: {arguments: {bi: 3}}
          - all_in: {field: n, table: b}
          - dbt_utils.accepted_rnge: {min_value: 1}
    data_tests:
      - is_divisible: {by: 2}
      - all_in: {field: n}
      - row_count
      - recency: {field: n, interval: 1, datepart: days}
`,
      ),
    }),
  ).toEqual([
    'models/a.yaml:11:9 the test `is_divisible` belongs under a column',
    'models/a.yaml:12:9 the test `all_in` needs the key `table`',
    'models/a.yaml:13:9 the test `row_count` needs `min_value` or `max_value` or `value`',
    'models/a.yaml:14:52 `datepart` cannot be `days` / did you mean `day`?',
    'models/a.yaml:6:13 no test is called `is_divisble` / did you mean `is_divisible`?',
    'models/a.yaml:7:40 unknown key `bi` in the test `is_divisible` / did you mean `by`?',
    'models/a.yaml:8:13 the test `all_in` belongs on the whole table, not under a column',
    'models/a.yaml:9:13 no test is called `dbt_utils.accepted_rnge` / did you mean `accepted_range`?',
  ]);
});

test('everything that is wrong with a definition', () => {
  expect(
    problemsOf({
      'tests/generic/a.sql': '{{#test unique(model)}}select 1{{/test}}\n{{#test is_divisible(model)}}select {{ nobody }}{{/test}}\n',
      'tests/generic/b.sql': '{{#test no_model(column_name)}}select 1{{/test}}\nselect 1\n',
      'tests/c.sql': '{{#test here(model)}}select 1{{/test}}\n',
      'macros/d.sql': '{{#test there(model)}}select 1{{/test}}\n',
    }),
  ).toEqual(
    expect.arrayContaining([
      'tests/generic/a.sql:1:9 two generic tests are called `unique`; the other is in `etlx itself` / rename one of them',
      expect.stringContaining('two generic tests are called `is_divisible`'),
      expect.stringContaining('tests/generic/a.sql:2:40'),
      'tests/generic/b.sql:1:9 the first parameter of the test `no_model` is the table under test / write `{{#test no_model(model, …)}}`',
      expect.stringContaining('tests/generic/b.sql:2:1 the template cannot be read: this stands outside of every test'),
      expect.stringContaining(
        'tests/c.sql:1:1 the template cannot be read: a test cannot be defined here / define it in a file of `tests/generic/`',
      ),
      expect.stringContaining('macros/d.sql:1:1 the template cannot be read: a test cannot be defined here'),
    ]),
  );
});

test('the rows of a test are kept under its name, and never in the place of a table that the project has', () => {
  const kept = (config: string) => MODELS(`    data_tests: [{row_count: {value: 1, config: {${config}}}}]\n`);
  const [node] = compiled({ 'models/a.yaml': kept(`name: ${'n'.repeat(63)}, store_failures_as: view`) });
  expect(node!.stored).toEqual({ as: 'view', relation: { schema: 'main_dbt_test__audit', name: 'n'.repeat(63) } });
  const [long] = compiled({
    'models/a.yaml': MODELS(`    data_tests: [{expression_is_true: {expression: ${'é'.repeat(30)}, config: {store_failures: true}}}]\n`),
  });
  expect(Buffer.byteLength(long!.stored!.relation.name)).toBeLessThanOrEqual(63);
  expect(compiled({ 'models/a.yaml': kept('store_failures: true, store_failures_as: ephemeral') })[0]!.stored).toBeUndefined();
  expect(problemsOf({ 'models/a.yaml': kept('name: b, schema: main, store_failures: true') })).toEqual([
    expect.stringContaining('models/a.yaml:3:19 '),
  ]);
});
