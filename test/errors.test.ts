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
  'models/config.sql': "{{ config(materialised='view', tags=3) }}\nselect 1 as id\n",
  'models/calls.sql': `select {{ cnets('price') }}
from {{ source('api', 'thing_table') }}
join {{ source('ipa', 'things_table') }}
where season = {{ var('season') }}
  and region = {{ env('NO_SUCH_REGION') }}
  and {{ cents(scale=1) }} > {{ cents('a', sclae=2) }}
`,
  'models/block.sql': "select 1\n{{#if eq(1, 1)}}\nfrom x\n",
  'models/brace.sql': "select {{ ref('a' }}\n",
  'models/jinja.sql': "select 1 {% if true %} as id {% endif %}\n",
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
  - name: top_city
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
    expect(problemLines(ran.stderr)).toEqual([]);
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
