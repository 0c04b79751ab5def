import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { etlx, type Ran } from './support/etlx';
import { problemLines, problemsIn } from './support/problems';
import { project } from './support/project';

const SETTINGS = `name: demo
default_target: dev
targets:
  dev: {type: pglite, path: .etlx/dev, schema: demo, threads: four}
lake: .etlx/lake
vars: {season: spring}
retires: {max: 0, delay: 0}
`;

/** One of everything that the issue names, and each in every kind of file where it can stand. */
const BROKEN = {
  'project.yaml': SETTINGS,
  'sources/api.yaml': `sources:
  - name: api
    extract:
      client: {base_url: "{{ env('NO_SUCH_ADDRESS') }}", retry: {max_atempts: 3}}
      resources:
        - {name: things, endpoint: {path: things, methd: GET}}
    tables:
      - name: things_table
        transform:
          from: thing
          columns: {thing_id: id, name: {expr: "record.name +"}}
        load: {primary_key: [thing]}
        columns:
          - {name: thing_id, data_type: INTEGR}
          - {name: name, data_type: TEXT}
`,
  'sources/broken.yaml': 'sources:\n  - name: [\n',
  'macros/money.sql': `{{#macro cents(column, scale=2)}}
round({{ column }} / {{ colum }}, {{ scale }}) -- {{ ref('thing_table') }}
{{/macro}}
`,
  'macros/more.sql': '{{#macro cents(amount)}}\n{{ amount }}\n{{/macro}}\n',
  'models/user_summaries.sql': 'select 1 as id\n',
  'models/again/user_summaries.sql': 'select 2 as id\n',
  'models/top_cities.sql': "select city\nfrom\n  {{ ref('user_sumaries') }}\n",
  'models/a.sql': "select 1 as id from {{ ref('b') }}\n",
  'models/b.sql': "select 1 as id from {{ ref('c') }}\n",
  'models/c.sql': "select 1 as id from {{ ref('a') }}\n",
  'models/front.sql': '---\nmaterialized: tabel\ntag: [daily]\n---\nselect 1 as id\n',
  'models/config.sql': "{{ config(materialized='view', tags=3) }}\nselect 1 as id\n",
  'models/calls.sql': `select {{ cnets('price') }}
from {{ source('api', 'thing_table') }}
join {{ source('aip', 'things_table') }}
where season = {{ var('seasn') }}
  and region = {{ env('NO_SUCH_REGION') }}
  and {{ cents(scale=1) }} > {{ cents('a', sclae=2) }}
`,
  'models/block.sql': 'select 1\n{{#if eq(1, 1)}}\nfrom x\n',
  'models/brace.sql': "select {{ ref('a' }}\n",
  'models/jinja.sql': 'select 1 {% if true %} as id {% endif %}\n',
  'models/models.yaml': `models:
  - name: user_summaries
    description: [no, text]
    data_tests:
      - expression_is_true: {arguments: {expresion: "1 = 1"}}
    columns:
      - name: id
        data_tests:
          - uniqe
          - relationships: {arguments: {to: ref('user_summary'), field: id}}
          - accepted_values: {arguments: {values: [1]}, config: {severity: errror}}
  - name: top_citys
    columns: []
`,
  'tests/nothing.sql': "select 1 from {{ ref('top_citys') }}\n",
};

describe('a project with everything wrong', () => {
  const root = project(BROKEN);
  const before = readdirSync(root);
  let ran: Ran;
  beforeAll(async () => {
    ran = await etlx(root, ['compile']);
  });

  test('says all of it at once, each with its place, what is meant, and the nearest name', () => {
    expect(problemLines(ran.stderr)).toEqual([
      'macros/money.sql:2:25 [colum] nothing here is called `colum` / did you mean `column`?',
      "macros/money.sql:2:58 ['thing_table'] no model, source table, seed or snapshot is called `thing_table` / did you mean `things_table`?",
      'macros/more.sql:1:10 [cents] two macros are called `cents`; the other is in `macros/money.sql` / rename one of them',
      'models/a.sql:1:1 [s] these nodes need each other: `a` → `c` → `b` → `a` / take one of these references out',
      'models/block.sql:2:1 [{{#if] the template cannot be read: `{{#if}}` is not closed / close it by `{{/if}}`',
      'models/brace.sql:1:19 [}}] the template cannot be read: expected `,` or `)`, found `}}`',
      'models/calls.sql:1:11 [cnets] no helper or macro is called `cnets` / did you mean `cents`?',
      "models/calls.sql:2:23 ['thing_table'] the source `api` has no table `thing_table` / did you mean `things_table`?",
      "models/calls.sql:3:23 ['things_table'] no source is called `aip` / did you mean `api`?",
      'models/calls.sql:4:19 [var] the variable `seasn` has no value / did you mean `season`?',
      "models/calls.sql:5:19 [env] the environment variable `NO_SUCH_REGION` is not set / set it, or give a default: `env('NO_SUCH_REGION', 'value')`",
      'models/calls.sql:6:10 [cents] `cents` was called wrongly: `column` is missing',
      'models/calls.sql:6:33 [cents] `cents` was called wrongly: it has no parameter `sclae`; did you mean `scale`?',
      'models/config.sql:1:37 [3] `tags` must be a text, found the number 3',
      'models/front.sql:2:15 [tabel] no materialization is called `tabel` / did you mean `table`?',
      'models/front.sql:3:1 [tag] unknown key `tag` in the front matter / did you mean `tags`?',
      'models/jinja.sql:1:10 [{% if true %}] the template cannot be read: `{% … %}` is Jinja, templates are Handlebars / write `{{#if condition}} … {{/if}}`',
      'models/jinja.sql:1:30 [{% endif %}] the template cannot be read: `{% … %}` is Jinja, templates are Handlebars / write `{{/if}}`',
      'models/models.yaml:3:18 [[] `description` must be a text, found a list',
      'models/models.yaml:5:9 [expression_is_true] the test `expression_is_true` needs the key `expression`',
      'models/models.yaml:5:42 [expresion] unknown key `expresion` in the test `expression_is_true` / did you mean `expression`?',
      'models/models.yaml:9:13 [uniqe] no test is called `uniqe` / did you mean `unique`?',
      "models/models.yaml:10:49 ['user_summary'] no model, source table, seed or snapshot is called `user_summary` / did you mean `user_summaries`?",
      'models/models.yaml:11:76 [errror] `severity` cannot be `errror` / did you mean `error`?',
      'models/models.yaml:12:11 [top_citys] this describes the model `top_citys`, which does not exist / did you mean `top_cities`?',
      "models/top_cities.sql:3:10 ['user_sumaries'] no model, source table, seed or snapshot is called `user_sumaries` / did you mean `user_summaries`?",
      'models/user_summaries.sql:1:1 [s] two models are called `user_summaries`; the other is in `models/again/user_summaries.sql` / rename one of them',
      'project.yaml:4:63 [four] `threads` must be an integer from 1 on, found the text `four`',
      'project.yaml:7:1 [retires] unknown key `retires` in `project.yaml` / did you mean `retries`?',
      "sources/api.yaml:4:30 [env] the environment variable `NO_SUCH_ADDRESS` is not set / set it, or give a default: `env('NO_SUCH_ADDRESS', 'value')`",
      'sources/api.yaml:4:66 [max_atempts] unknown key `max_atempts` in `retry` / did you mean `max_attempts`?',
      'sources/api.yaml:6:51 [methd] unknown key `methd` in an endpoint / did you mean `method`?',
      'sources/api.yaml:10:17 [thing] `from` cannot be `thing` / did you mean `things`?',
      'sources/api.yaml:11:49 [record.name +] the expression `record.name +` cannot be read: Unexpected token: EOF',
      'sources/api.yaml:12:30 [thing] the table `things_table` declares no column `thing` / declare it under `columns:`',
      'sources/api.yaml:14:41 [INTEGR] the type `INTEGR` of `thing_id` is not one that etlx can check / did you mean `INTEGER`?',
      'sources/broken.yaml:3:1 [] the YAML cannot be read: flow sequence in block collection must be sufficiently indented and end with a ]',
      "tests/nothing.sql:1:22 ['top_citys'] no model, source table, seed or snapshot is called `top_citys` / did you mean `top_cities`?",
    ]);
    expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe('38 problems in 16 files');
  });

  test('every problem inside a file has a place, and a frame whose carets stand where the place says', () => {
    for (const { at, marked } of problemsIn(ran.stderr)) {
      const [file = '', line, column] = (at ?? '').split(':');
      const text = BROKEN[file as keyof typeof BROKEN].split('\n')[Number(line) - 1]!;
      expect({ at, found: text.startsWith(marked!, Number(column) - 1) }).toEqual({ at, found: true });
    }
  });

  test('is refused with 2 by every command, and nothing is written', async () => {
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    for (const command of ['build', 'run', 'load', 'test', 'ls', 'show user_summaries'])
      expect(await etlx(root, command.split(' '))).toEqual(ran);
    expect(readdirSync(root)).toEqual(before);
    expect(existsSync(join(root, '.etlx'))).toBe(false);
  });
});

const DEV = 'default_target: dev\ntargets:\n  dev: {type: pglite}\n';
const SELECT = 'select 1 as id\n';

/** What else can be wrong, each alone: its files, and what is said. */
const CASES: readonly (readonly [what: string, files: Readonly<Record<string, string>>, says: readonly string[]])[] = [
  [
    'a default target that does not exist',
    { 'project.yaml': 'name: demo\ndefault_target: devv\ntargets:\n  dev: {type: pglite}\nvar: {}\n' },
    [
      'project.yaml:2:17 [devv] the project has no target `devv` / did you mean `dev`?',
      'project.yaml:5:1 [var] unknown key `var` in `project.yaml` / did you mean `vars`?',
    ],
  ],
  ['a project without a name', { 'project.yaml': DEV }, ['project.yaml:1:1 [d] `project.yaml` needs the key `name`']],
  [
    'a key that stands twice',
    { 'project.yaml': `name: demo\n${DEV}name: again\n` },
    ['project.yaml:5:1 [name] the key `name` stands twice in this mapping'],
  ],
  [
    'a model that reads itself',
    { 'models/a.sql': "select * from {{ ref('a') }}\n" },
    ['models/a.sql:1:1 [s] these nodes need each other: `a` → `a` / take one of these references out'],
  ],
  [
    'two models that build one table',
    { 'models/a.sql': "{{ config(alias='b') }}\nselect 1\n", 'models/b.sql': SELECT },
    ['models/b.sql:1:1 [s] `model.b` and `model.a` would both build `"demo"."b"` / give one of them another `alias` or `schema`'],
  ],
  [
    'a reference that is computed',
    { 'models/a.sql': "select * from {{ ref(var('table', 'b')) }}\n" },
    [
      "models/a.sql:1:18 [ref] `ref` needs its names written out; they are read from the text, not computed / pass the relation itself to the macro: `my_macro(ref('name'))`",
    ],
  ],
  [
    'the item of a block outside of every block',
    { 'models/a.sql': 'select * from {{ ./name }}\n' },
    ['models/a.sql:1:18 [./name] the template cannot be read: `./name` has a meaning only inside `{{#each}}` and `{{#with}}`'],
  ],
  [
    'a macro whose variants differ, and one that no variant makes for this engine',
    {
      'macros/m.sql': '{{#macro duckdb__one(a)}}x{{/macro}}\n{{#macro two(a)}}x{{/macro}}\n{{#macro postgres__two()}}x{{/macro}}\n',
      'models/a.sql': 'select {{ one(1) }}\n',
    },
    [
      'macros/m.sql:3:10 [postgres__two] the variants of the macro `two` do not fit: `postgres__two` takes (), `two` takes (a) / write one for each engine (`duckdb__two`, `postgres__two`) or for all others (`default__two`), with the same parameters',
      'models/a.sql:1:11 [one] the variants of the macro `one` do not fit: there is no `one` for pglite / write one for each engine (`duckdb__one`, `postgres__one`) or for all others (`default__one`), with the same parameters',
    ],
  ],
  [
    'macros that call each other',
    { 'macros/m.sql': '{{#macro one()}}\n{{ two() }}\n{{/macro}}\n{{#macro two()}}\n{{ one() }}\n{{/macro}}\n' },
    ['macros/m.sql:5:4 [one] these macros call each other without end: one → two → one / take one of these calls out'],
  ],
  [
    'a reference in an arm that is never taken',
    { 'models/a.sql': "select 1\n{{#if false}}\nfrom {{ ref('nowhere') }}\n{{/if}}\n" },
    ["models/a.sql:3:13 ['nowhere'] no model, source table, seed or snapshot is called `nowhere`"],
  ],
  [
    'a test argument that is no reference',
    {
      'models/a.sql': SELECT,
      'models/a.yaml':
        "models:\n  - name: a\n    columns:\n      - name: id\n        tests: [{relationships: {to: reff('a'), field: id}}]\n",
    },
    ['models/a.yaml:5:38 [reff] no helper or macro is called `reff` / did you mean `ref`?'],
  ],
  [
    'a contract without types',
    {
      'models/a.sql': SELECT,
      'models/a.yaml': 'models:\n  - name: a\n    config: {contract: {enforced: true}}\n    columns: [{name: id}]\n',
    },
    ['models/a.yaml:4:22 [id] the contract of `a` is enforced, but `id` has no `data_type` / give the column its type'],
  ],
  [
    'two sources of one name',
    {
      'sources/a.yaml': 'sources: [{name: api, tables: [{name: t}]}]\n',
      'sources/b.yaml': 'sources: [{name: api, tables: [{name: u}]}]\n',
    },
    ['sources/b.yaml:1:18 [api] two sources are called `api`; the other is in `sources/a.yaml` / rename one of them'],
  ],
];

test.each(CASES)('%s', async (_what, files, says) => {
  const ran = await etlx(project(files), ['compile']);
  expect({ code: ran.code, stdout: ran.stdout, says: problemLines(ran.stderr) }).toEqual({ code: 2, stdout: '', says });
});

test('a folder without a project', async () => {
  const { code, stdout, stderr } = await etlx(project({}), ['build', '--project-dir', 'models']);
  expect({ code, stdout, says: problemLines(stderr).map((line) => line.replace(/`\S*models`/, '`…/models`')) }).toEqual({
    code: 2,
    stdout: '',
    says: ['- no `project.yaml` in `…/models` / run etlx in the folder of a project, or name it with `--project-dir`'],
  });
});

test('a macro in TypeScript that cannot be loaded names its file', async () => {
  const { code, stderr } = await etlx(project({ 'macros/dates.ts': 'export function days( {\n' }), ['compile']);
  expect(code).toBe(2);
  expect(problemsIn(stderr)).toEqual([
    expect.objectContaining({ code: 'macro.module', message: expect.stringMatching(/^`macros\/dates\.ts` cannot be loaded: /) }),
  ]);
});
