import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EtlxError } from '../core/diagnostic';
import { compile, type Compiled } from './compile';
import { STANDARD } from './std';

const YAML = {
  'models/all.yaml': {
    models: [
      { name: 'people', columns: [{ name: 'id' }, { name: 'Full Name', data_type: 'text' }] },
      { name: 'aliased', columns: [{ name: 'id', data_tests: [{ is_whole: {} }] }] },
    ],
  },
};

const FILES = {
  'models/people.sql': "{{ config(materialized='ephemeral') }} select 1 as id, 'x' as \"Full Name\"",
  'models/aliased.sql': "{{ config(alias='other', schema='elsewhere') }} select 1 as id",
  'models/bare.sql': 'select 1 as id',
  'tests/generic/t.sql':
    '{{#test is_whole(model, column_name)}}select {{ star(model) }} from {{ model }} where {{ column_name }} < 0{{/test}}',
  'snapshots/kept.yaml': `{snapshots: [{name: kept, relation: "ref('bare')", columns: [{name: id}, {name: dbt_valid_to}], config: {strategy: check, unique_key: id, check_cols: all}}]}`,
  ...Object.fromEntries(Object.entries(YAML).map(([path, value]) => [path, JSON.stringify(value)])),
};

function compiled(files: Readonly<Record<string, string>> = {}, type = 'duckdb'): Compiled {
  return compile(
    {
      root: '/',
      settings: { path: 'project.yaml', text: `name: demo\ntargets: {dev: {type: ${type}, path: db, schema: shop}}\n` },
      files: Object.entries({ ...FILES, ...files }).map(([path, text]) => ({ path, text })),
      seeds: [],
      functions: new Map(),
    },
    { vars: {}, env: {}, fullRefresh: false },
  );
}

const project = compiled();
const onPostgres = compiled({}, 'pglite');

/** The text of a call, or what is wrong with it. */
function textOf(call: string, { inline }: Compiled = project): string {
  try {
    return inline(call).sql;
  } catch (error) {
    if (error instanceof EtlxError) return error.diagnostics.map(({ message }) => message).join('\n');
    throw error;
  }
}

describe('the text of a helper', () => {
  it.each([
    ["{{ dateadd('day', 7, 'ordered_at') }}", "(ordered_at + interval '1 day' * (7))"],
    ["{{ dateadd datepart='Quarter' interval='n' from_date_or_timestamp='d' }}", "(d + interval '3 months' * (n))"],
    ["{{ datediff('a', 'b', 'day') }}", 'cast(cast(cast(b as timestamp) as date) - cast(cast(a as timestamp) as date) as bigint)'],
    ["{{ cast('a', type_numeric()) }}", 'cast(a as numeric(28, 6))'],
    ["{{ generate_surrogate_key(['a']) }}", "md5(coalesce(cast(a as text), '_dbt_utils_surrogate_key_null_'))"],
    ["{{ concat(['a', 'b']) }} {{ concat('a', 'b') }}", '(a || b) ab'],
    ['{{ group_by(3) }}', 'group by 1, 2, 3'],
    ["{{ pivot('n', [1], agg='count') }}", `count(case when n = '1' then 1 else 0 end) as "1"`],
    ["{{ get_url_parameter('u', 'a.b^') }}", "nullif(regexp_extract(u, '[?&]a\\.b\\^=([^&#]*)', 1), '')"],
  ])('%s', (call, text) => {
    expect(textOf(call)).toBe(text);
  });

  it.each([
    ["{{ any_value('a') }}", 'any_value(a)', '(array_agg(a) filter (where a is not null))[1]'],
    ["{{ safe_divide('a', 'b') }}", '(cast(a as double) / nullif((b), 0))', '(1.0 * (a) / nullif((b), 0))'],
    ["{{ safe_cast('a', 'boolean') }}", expect.stringMatching(/^case when regexp_matches\(.* then try_cast\(/), expect.stringMatching(/~/)],
  ])('%s differs from engine to engine', (call, duckdb, postgres) => {
    expect([textOf(call), textOf(call, onPostgres)]).toEqual([duckdb, postgres]);
  });
});

describe('columns that the project declares', () => {
  it.each([
    ["{{ star(ref('people')) }}", '"id",\n"Full Name"'],
    ["{{ star(ref('people'), 'p', except=['ID'], suffix='_x') }}", 'p."Full Name" as "Full Name_x"'],
    ["{{ star(ref('aliased')) }}", '"id"'],
    ["{{ star(ref('kept')) }}", '"id",\n"dbt_valid_to"'],
    [
      "{{ union_relations([ref('aliased'), ref('people')], source_column_name='') }}",
      expect.stringContaining('select "id" as "id", cast(null as text) as "Full Name"\nfrom "elsewhere"."other"\nunion all'),
    ],
    ["{{ star(ref('bare')) }}", expect.stringContaining('the columns of `"shop"."bare"` are not declared; list them under `columns:`')],
    ["{{ star('bare') }}", expect.stringContaining("`bare` is no relation of this project; give it as `ref('name')`")],
    ["{{ star(ref('people'), except=['full_name']) }}", expect.stringContaining('no column `full_name`; did you mean `Full Name`?')],
    ["{{ star(ref('aliased'), except=['id']) }}", expect.stringContaining('`except` leaves no column')],
    ["{{ unpivot(ref('aliased'), exclude=['id']) }}", expect.stringContaining('no column to turn into rows')],
    ["{{ union_relations([ref('aliased')], include=['x'], exclude=['y']) }}", expect.stringContaining('cannot both be given')],
  ])('%s', (call, text) => {
    expect(textOf(call)).toEqual(text);
  });

  it('are those of a candidate too, which a test reads in the place of its model', () => {
    const test = [...project.manifest.nodes.values()].find((node) => node.kind === 'test')!;
    expect(test).toMatchObject({
      sql: expect.stringMatching(/select "id" from "elsewhere"/),
      auditSql: expect.stringMatching(/^select "id" from /),
    });
  });
});

describe('a call that does not fit', () => {
  it.each([
    ["{{ dateadd('fortnight', 1, 'd') }}", /`datepart` is none of year, .*: `fortnight`$/],
    ["{{ date_trunc('mont', 'd') }}", /did you mean `month`\?/],
    ["{{ dateadd('day', 1) }}", /`dateadd` was called wrongly: `from_date_or_timestamp` is missing/],
    ["{{ dateadd('day', 1, 'd', 2) }}", /it takes 3 arguments, 4 were given/],
    ["{{ hash(feild='a') }}", /it has no parameter `feild`; did you mean `field`\?/],
    ["{{ hash(['a']) }}", /a list cannot be written into SQL/],
    ["{{ safe_cast('a', 'json') }}", /whether a text is a `json` cannot be seen/],
    ["{{ group_by('x') }}", /`n` is how many columns/],
    ['{{ generate_surrogate_key([]) }}', /`field_list` is empty/],
    ["{{ pivot('a', []) }}", /`values` is empty/],
    ["{{ union_relations([], column_override=['a']) }}", /`relations` is empty/],
    ["{{ raise('no columns for ', 1) }}", /it takes 1 argument/],
    [
      "{{#if ne(target.type, 'postgres')}}{{ raise('this is for PostgreSQL') }}{{/if}}select 1",
      /^the template failed: this is for PostgreSQL$/,
    ],
  ])('%s', (call, problem) => {
    expect(textOf(call)).toMatch(problem);
  });
});

test('a macro of the project stands over a helper of the library, and not over those of etlx itself', () => {
  const own = compiled({ 'macros/m.sql': '{{#macro hash(a, b)}}{{ a }}#{{ b }}{{/macro}}' });
  expect(textOf('{{ hash(1, 2) }}', own)).toBe('1#2');
  expect(() => compiled({ 'macros/m.sql': '{{#macro upper(a)}}{{ a }}{{/macro}}' })).toThrow(/upper/);
});

describe('`this`, the relation of a model', () => {
  const sqlOf = (text: string) => {
    const { manifest } = compiled({ 'models/me.sql': text, 'macros/m.sql': '{{#macro own()}}{{ this }}{{/macro}}' });
    return (manifest.nodes.get('model.me') as { sql: string }).sql;
  };

  it.each([
    ['select * from {{ this }}', 'select * from "shop"."me"'],
    ['{{#if true}}{{ this.schema }}.{{ this.name }}.{{ this.identifier }}{{ self.name }}{{/if}}', 'shop.me.meme'],
    ["{{#each ['a']}}{{ this }} {{ self }}{{/each}}", 'a "shop"."me"'],
    ['{{ own() }}', '"shop"."me"'],
    ["{{ config(alias='you') }}{{ this.name }}", 'you'],
  ])('%s', (text, sql) => {
    expect(sqlOf(text)).toBe(sql);
  });

  it('is nothing where there is no model, and has few fields', () => {
    expect(textOf('select {{ this }}')).toBe('`this` was called wrongly: only a model has a relation of its own');
    expect(() => sqlOf('{{ this.shema }}')).toThrow(/`this.shema`/);
  });
});

describe('the table of docs/templates.md', () => {
  const page = readFileSync(join(__dirname, '../../docs/templates.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)(\(.*?\))` \| .+ \| `(\{\{ .+ \}\})` \|$/gm)].map(([, name, params, example]) => ({
    name: name!,
    params: params!,
    example: example!,
  }));

  it('has every helper, with its parameters', () => {
    const word = (value: unknown): string =>
      typeof value === 'string' ? (value.includes("'") ? `"${value}"` : `'${value}'`) : JSON.stringify(value);
    const known = [...STANDARD].map(([name, { params }]) => [
      name,
      `(${params.map((param) => (param.default === undefined ? param.name : `${param.name}=${word(param.default)}`)).join(', ')})`,
    ]);
    expect(Object.fromEntries(rows.map(({ name, params }) => [name, params]))).toEqual(Object.fromEntries(known));
  });

  const columns = ['id', 'note', 'paid_at'].map((name) => ({ name }));
  const declared = { models: ['payments', 'refunds'].map((name) => ({ name, columns })) };
  const files = {
    'models/payments.sql': 'select 1 as id',
    'models/refunds.sql': 'select 1 as id',
    'models/payments.yaml': JSON.stringify(declared),
  };
  const projects = ['duckdb', 'pglite'].map((type) => compiled(files, type));

  it.each(rows)('$example calls $name', ({ name, example }) => {
    expect(example).toMatch(new RegExp(`^\\{\\{ ${name}\\(`));
    for (const { inline } of projects) expect(inline(example).sql).not.toBe('');
  });
});
