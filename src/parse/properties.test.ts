import { propertiesOf, type ModelProperties } from './properties';

const read = (text: string): { models: readonly ModelProperties[]; problems: string[] } => {
  const problems: string[] = [];
  const { models } = propertiesOf({ path: 'models/m.yaml', text }, ({ at, message, hint }) =>
    problems.push(`${at?.line}:${at?.column} ${message}${hint ? ` (${hint})` : ''}`),
  );
  return { models, problems };
};

const place = (line: number, column: number, length: number): object => ({ file: 'models/m.yaml', line, column, length });

test('reads what docs/project.md shows', () => {
  const { models, problems } = read(`version: 2
models:
  - name: user_summaries
    description: One row per user who bought.
    config: {materialized: table, tags: [daily], contract: {enforced: true}}
    constraints:
      - {type: primary_key, columns: [user_id]}
    data_tests:
      - unique_combination_of_columns: {arguments: {columns: [user_id, city]}}
    columns:
      - name: user_id
        data_type: INT
        description: The user, as the API numbers it.
        data_tests:
          - unique
          - relationships: {arguments: {to: ref('users_table'), field: user_id}, config: {severity: warn}}
      - {name: city, constraints: [{type: not_null}], tags: pii, meta: {level: 2}}
`);
  expect(problems).toEqual([]);
  expect(models).toEqual([
    {
      name: 'user_summaries',
      files: ['user_summaries'],
      at: place(3, 11, 14),
      description: 'One row per user who bought.',
      config: { materialized: 'table', tags: ['daily'], contract: { enforced: true } },
      places: expect.objectContaining({ tags: { file: 'models/m.yaml', line: 5, column: 35, length: 4 } }),
      primaryKey: ['user_id'],
      constraints: [
        { type: 'primary_key', columns: [{ text: 'user_id', at: place(7, 39, 7) }], at: place(7, 9, 1) },
        { type: 'not_null', columns: [{ text: 'city', at: place(17, 16, 4) }], at: place(17, 16, 4) },
      ],
      columns: [
        {
          name: 'user_id',
          description: 'The user, as the API numbers it.',
          dataType: 'INT',
          typeAt: place(12, 20, 3),
          notNull: true,
          tags: [],
          meta: {},
          at: place(11, 15, 7),
        },
        { name: 'city', description: '', notNull: true, tags: ['pii'], meta: { level: 2 }, at: place(17, 16, 4) },
      ],
      tests: [
        {
          testName: 'unique_combination_of_columns',
          config: {},
          at: place(9, 9, 29),
          args: { columns: { value: ['user_id', 'city'], keyAt: place(9, 53, 7), at: place(9, 62, 1) } },
        },
        { testName: 'unique', args: {}, config: {}, columnName: 'user_id', at: place(15, 13, 6) },
        {
          testName: 'relationships',
          config: { severity: 'warn' },
          columnName: 'user_id',
          at: place(16, 13, 13),
          args: {
            to: { value: "ref('users_table')", keyAt: place(16, 41, 2), at: place(16, 45, 18) },
            field: { value: 'user_id', keyAt: place(16, 65, 5), at: place(16, 72, 7) },
          },
        },
      ],
    },
  ]);
});

test('empty files and files of comments describe nothing', () => {
  expect(read('')).toEqual({ models: [], problems: [] });
  expect(read('# later\n')).toEqual({ models: [], problems: [] });
  expect(read('version: 2\nmodels:\n')).toEqual({ models: [], problems: [] });
});

test("a test's arguments and config may stand directly below it, as in dbt up to 1.9", () => {
  const { models, problems } = read(`
models:
  - name: m
    tests:
      - accepted_values:
          name: known_cities
          values: [a, b]
          severity: error
          where: "city is not null"
          config: {severity: warn, limit: 3, warn_if: ">10", error_if: 100}
`);
  expect(problems).toEqual([]);
  expect(models[0]?.tests).toMatchObject([
    {
      testName: 'accepted_values',
      args: { values: { value: ['a', 'b'] } },
      config: {
        name: { text: 'known_cities' },
        severity: 'warn',
        limit: 3,
        warn_if: '>10',
        error_if: '100',
        where: { text: 'city is not null' },
      },
    },
  ]);
});

test.each([
  ['modles: []', ['1:1 unknown key `modles` in a file of model properties (did you mean `models`?)']],
  ['models:\n  - nmae: x', ['2:5 unknown key `nmae` in a model (did you mean `name`?)', '2:5 a model needs the key `name`']],
  [
    'models:\n  - name: x\n    columns:\n      - name: a\n        data_type: 5\n        test: []',
    ['5:20 `data_type` must be a text, found the number 5', '6:9 unknown key `test` in a column (did you mean `tests`?)'],
  ],
  [
    'models:\n  - name: x\n    config: {materialized: tabel, enabled: no}',
    ['3:28 no materialization is called `tabel` (did you mean `table`?)', '3:44 `enabled` must be `true` or `false`, found the text `no`'],
  ],
  [
    'models:\n  - name: x\n    constraints: [{type: primary_kye, columns: a}]',
    ['3:26 `type` cannot be `primary_kye` (did you mean `primary_key`?)'],
  ],
  [
    'models:\n  - name: x\n    constraints: [{type: primary_key, columns: [usr_id]}]\n    columns: [{name: user_id}]',
    ['3:49 the model `x` declares no column `usr_id` (did you mean `user_id`?)'],
  ],
  [
    'models:\n  - name: x\n    columns:\n      - {name: a, constraints: [{type: primary_key}]}\n      - {name: b, constraints: [{type: primary_key}]}',
    ['5:16 the model `x` has two primary keys (name all columns of a key in one constraint of the table)'],
  ],
  [
    'models:\n  - name: x\n    columns: [{name: a}, {name: a}]',
    ['3:33 two columns are called `a`; the other is in `models/m.yaml` (rename one of them)'],
  ],
  [
    'models:\n  - name: x\n  - name: x',
    ['3:11 two model descriptions are called `x`; the other is in `models/m.yaml` (rename one of them)'],
  ],
  [
    'models:\n  - name: x\n    tests:\n      - unique:\n        severity: warn',
    [
      '4:9 a test is one name with its arguments below it, found the keys `unique`, `severity` (indent the arguments further than the name)',
    ],
  ],
  [
    'models:\n  - name: x\n    tests:\n      - unique: {arguments: {a: 1}, sverity: warn}',
    ['4:37 unknown key `sverity` in the test `unique` (did you mean `severity`?)'],
  ],
  [
    'models:\n  - name: x\n    tests:\n      - unique: {config: {severity: fatal}}',
    ['4:37 `severity` cannot be `fatal` (it is one of `error`, `warn`)'],
  ],
  ['models:\n  - name: x\n    tests: unique', ['3:12 `tests` must be a list, found the text `unique`']],
  [
    'models:\n  - name: x\n    tests: [[unique], 5]',
    [
      '3:13 `tests[0]` must be the name of a test, or a mapping of it, found a list',
      '3:23 `tests[1]` must be the name of a test, or a mapping of it, found the number 5',
    ],
  ],
])('%j is answered with every problem', (text, expected) => expect(read(text).problems).toEqual(expected));

test('one wrong model does not hide the next', () => {
  const { models, problems } = read('models:\n  - description: nameless\n  - name: b\n    tags: x\n  - name: c\n');
  expect(models.map((each) => each.name)).toEqual(['b', 'c']);
  expect(problems).toEqual([
    '2:5 a model needs the key `name`',
    '4:5 unknown key `tags` in a model (known keys: name, description, config, constraints, columns, data_tests, tests, group, access, versions, latest_version, deprecation_date)',
  ]);
});
