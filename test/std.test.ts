import { compile } from '../src/compile/compile';
import { STANDARD } from '../src/compile/std';
import { engines, valuesOf } from './adapters/engines';

/** A call of a helper within a query, and the rows that it gives on every engine; each value as a text. */
type Case = readonly [query: string, ...rows: (readonly (string | null)[])[]];

/** A call as an expression, and its value. */
const value = (call: string, expected: string | null, from = ''): Case => [`select cast(${call} as text) as v${from}`, [expected]];

const ts = (text: string): string => `cast('${text}' as timestamp)`;
const day = (text: string): string => `cast('${text}' as date)`;

const diff = (part: string, first: string, second: string, expected: number): Case =>
  value(`{{ datediff("${ts(first)}", "${ts(second)}", '${part}') }}`, String(expected));
const safely = (text: string, type: string, expected: string | null): Case => value(`{{ safe_cast("'${text}'", '${type}') }}`, expected);

const CITIES = ` from (values ('a', 1, true), ('b', 2, false), ('b', 3, null)) as t (name, n, flag)`;
const URL = `'https://user.example.com:80/a/b.html?x=1&utm=z%20#end'`;

/** By the helper that they are about. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  current_timestamp: [value(`({{ current_timestamp() }} > ${ts('2020-01-01')})`, 'true')],
  date: [value('{{ date(2024, 2, 29) }}', '2024-02-29')],
  dateadd: [
    value(`{{ dateadd('month', 1, "${ts('2024-01-31 10:00:00')}") }}`, '2024-02-29 10:00:00'),
    value(`{{ dateadd('quarter', -1, "${day('2024-05-31')}") }}`, '2024-02-29 00:00:00'),
    value(`{{ dateadd(datepart='week', interval='1 + 1', from_date_or_timestamp="${day('2024-01-01')}") }}`, '2024-01-15 00:00:00'),
    value(`{{ dateadd('millisecond', 1500, "${ts('2024-01-01')}") }}`, '2024-01-01 00:00:01.5'),
    value(`{{ dateadd('year', 'n', "${day('2024-02-29')}") }}`, '2025-02-28 00:00:00', ' from (values (1)) as t (n)'),
  ],
  datediff: [
    diff('year', '2023-12-31 23:59:59', '2024-01-01', 1),
    diff('quarter', '2023-12-31', '2024-07-01', 3),
    diff('month', '2024-03-31', '2023-12-01', -3),
    diff('week', '2024-01-07', '2024-01-08', 1),
    diff('week', '2024-01-08', '2024-01-14', 0),
    diff('week', '2024-01-08', '2023-12-31', -2),
    diff('day', '2024-02-28 23:00:00', '2024-03-01 01:00:00', 2),
    diff('hour', '2024-01-01 00:59:59', '2024-01-01 01:00:00', 1),
    diff('hour', '1969-12-31 23:59:00', '1969-12-31 22:00:00', -1),
    diff('minute', '2024-01-01 00:00:59', '2024-01-02 00:00:00', 1440),
    diff('second', '2024-01-01 00:00:00.9', '2024-01-01 00:00:02.1', 2),
    diff('millisecond', '2024-01-01', '2024-01-01 00:00:00.0019', 1),
    diff('microsecond', '2024-01-01', '2024-01-01 00:00:00.0019', 1900),
  ],
  date_trunc: [
    value(`{{ date_trunc('week', "${ts('2024-01-07 10:00:00')}") }}`, '2024-01-01 00:00:00'),
    value(`cast({{ date_trunc('quarter', "${day('2024-06-30')}") }} as date)`, '2024-04-01'),
  ],
  last_day: [
    value(`{{ last_day("${day('2024-02-03')}", 'month') }}`, '2024-02-29'),
    value(`{{ last_day("${ts('2024-02-03 10:00:00')}", 'quarter') }}`, '2024-03-31'),
    value(`{{ last_day("${day('2024-02-03')}", 'year') }}`, '2024-12-31'),
  ],
  date_spine: [
    [
      `select cast(date_day as text) from ({{ date_spine('day', "${day('2024-02-28')}", "${day('2024-03-01')}") }}) as s order by 1`,
      ['2024-02-28 00:00:00'],
      ['2024-02-29 00:00:00'],
    ],
    [
      `select cast(cast(date_month as date) as text) from ({{ date_spine(datepart='month', start_date='(select min(d) from shop.days)', end_date="${day('2024-04-01')}") }}) as s order by 1`,
      ['2024-01-31'],
      ['2024-02-29'],
      ['2024-03-31'],
    ],
    [`select cast(count(*) as text) from ({{ date_spine('hour', "${day('2024-02-28')}", "${day('2024-02-28')}") }}) as s`, ['0']],
  ],
  type_string: [value(`cast(1 as {{ type_string() }}) || '!'`, '1!')],
  type_int: [value('cast(2147483647 as {{ type_int() }})', '2147483647')],
  type_bigint: [value(`cast('9223372036854775807' as {{ type_bigint() }})`, '9223372036854775807')],
  type_numeric: [value(`cast('1234567890.123456' as {{ type_numeric() }})`, '1234567890.123456')],
  type_float: [value(`cast('0.1234567890123' as {{ type_float() }})`, '0.1234567890123')],
  type_timestamp: [value(`cast('2024-01-01 10:00:00' as {{ type_timestamp() }})`, '2024-01-01 10:00:00')],
  type_boolean: [value(`cast('true' as {{ type_boolean }})`, 'true')],
  cast: [value(`{{ cast("'12'", type_int()) }} + 1`, '13')],
  cast_bool_to_text: [value(`{{ cast_bool_to_text('1 = 1') }}`, 'true')],
  safe_cast: [
    safely(' 12 ', 'integer', '12'),
    safely('12.5', 'integer', null),
    safely('2147483648', 'INT', null),
    safely('-9223372036854775808', 'bigint', '-9223372036854775808'),
    safely('99999999999999999999', 'bigint', null),
    safely('1.25', 'numeric(5, 2)', '1.25'),
    safely('999.994', 'numeric(5, 2)', '999.99'),
    safely('999.995', 'numeric(5, 2)', null),
    safely('1e400', 'double precision', null),
    safely(`1${'0'.repeat(308)}`, 'double precision', '1e+308'),
    safely('-.5', 'real', '-0.5'),
    safely('2.5', 'double precision', '2.5'),
    safely('NaN', 'double precision', null),
    safely('TRUE', 'boolean', 'true'),
    safely('maybe', 'boolean', null),
    safely('2024-02-29', 'date', '2024-02-29'),
    safely('2023-02-29', 'date', null),
    safely('today', 'date', null),
    safely('2024-01-01T10:30', 'timestamp', '2024-01-01 10:30:00'),
    safely('2024-01-01', 'timestamp', '2024-01-01 00:00:00'),
    safely('2024-01-01 25:00', 'timestamp', null),
    safely('2024-01-01 10:30:00Z', 'timestamp', null),
    value(
      `({{ safe_cast("'2024-01-01 10:30:00+02'", 'timestamptz') }} = {{ safe_cast("'2024-01-01 08:30:00Z'", 'timestamptz') }})`,
      'true',
    ),
    safely('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
    safely('a0eebc99', 'uuid', null),
    safely('anything', 'text', 'anything'),
    [
      `select cast({{ safe_cast('t', 'integer') }} as text) from (values ('1'), ('x'), (null), ('')) as v (t) order by 1 nulls last`,
      ['1'],
      [null],
      [null],
      [null],
    ],
    value(`{{ safe_cast('n', 'date') }}`, null, ' from (values (5)) as t (n)'),
  ],
  hash: [value(`{{ hash('12') }}`, 'c20ad4d76fe97759aa27a0c99bff6710')],
  generate_surrogate_key: [
    value(
      `{{ generate_surrogate_key(['a', 'b']) }}`,
      '9902a3dc3ffe71035ef18229afae9987',
      ` from (values (1, cast(null as text))) as t (a, b)`,
    ),
    value(`{{ generate_surrogate_key('a') }}`, 'c4ca4238a0b923820dcc509a6f75849b', ' from (values (1)) as t (a)'),
  ],
  length: [value(`{{ length("'äbc'") }}`, '3')],
  position: [value(`{{ position("'c'", "'abcd'") }}`, '3')],
  replace: [value(`{{ replace("'a-b-c'", "'-'", "''") }}`, 'abc')],
  right: [value(`{{ right("'abc'", 2) }}`, 'bc'), value(`{{ right("'abc'", 0) }}`, '')],
  split_part: [
    value(`{{ split_part("'a|b|c'", "'|'", 2) }}`, 'b'),
    value(`{{ split_part("'a|b|c'", "'|'", -1) }}`, 'c'),
    value(`{{ split_part("'a|b|c'", "'|'", 4) }}`, ''),
  ],
  string_literal: [value(`{{ string_literal("it's") }}`, `it's`)],
  escape_single_quotes: [value(`'{{ escape_single_quotes("it's") }}'`, `it's`)],
  get_url_host: [value(`{{ get_url_host("${URL}") }}`, 'user.example.com:80'), value(`{{ get_url_host("'file:///a'") }}`, null)],
  get_url_path: [value(`{{ get_url_path("${URL}") }}`, 'a/b.html'), value(`{{ get_url_path("'http://a/?x'") }}`, null)],
  get_url_parameter: [
    value(`{{ get_url_parameter("${URL}", 'utm') }}`, 'z%20'),
    value(`{{ get_url_parameter("${URL}", url_parameter='tm') }}`, null),
  ],
  safe_add: [value(`{{ safe_add(['1', 'null', '2']) }}`, '3')],
  safe_subtract: [value(`{{ safe_subtract(['5', 'null', '2']) }} * 2`, '6')],
  safe_divide: [value(`cast({{ safe_divide('1', '2') }} as double precision)`, '0.5'), value(`{{ safe_divide('1', '1 - 1') }}`, null)],
  width_bucket: [
    ...[-1, 0, 2.5, 9.99, 10].map((n, index) => value(`{{ width_bucket('${n}', '0', '10', '4') }}`, String([0, 1, 2, 4, 5][index]))),
    value(`{{ width_bucket('cast(null as double precision)', '0', '10', '4') }}`, null),
  ],
  haversine_distance: [
    value(`cast({{ haversine_distance('52.52', '13.405', '48.8566', '2.3522', unit='km') }} as integer)`, '877'),
    value('cast({{ haversine_distance(0, 0, 0, 1) }} as integer)', '69'),
  ],
  generate_series: [[`select cast(generated_number as text) from ({{ generate_series(3) }}) as s order by 1`, ['1'], ['2'], ['3']]],
  group_by: [
    [
      `select name, cast(n > 5 as text), cast(count(*) as text)${CITIES} {{ group_by(2) }} order by 1`,
      ['a', 'false', '1'],
      ['b', 'false', '2'],
    ],
  ],
  array_construct: [value(`({{ array_construct(['1', '2']) }})[2]`, '2'), value(`coalesce(({{ array_construct() }})[1], 7)`, '7')],
  array_append: [value(`({{ array_append(array_construct([1]), 2) }})[2]`, '2')],
  array_concat: [value(`({{ array_concat(array_construct([1]), array_construct([2, 3])) }})[3]`, '3')],
  listagg: [
    value(`{{ listagg('name', "', '", 'order by n desc') }}`, 'b, b, a', CITIES),
    value(`{{ listagg('name', order_by_clause='order by n', limit_num=2) }}`, 'a,b', CITIES),
  ],
  any_value: [
    value(`{{ any_value('flag') }}`, 'false', `${CITIES} where name = 'b'`),
    value(`{{ any_value('cast(null as integer)') }}`, null, CITIES),
  ],
  bool_or: [value(`{{ bool_or('flag') }}`, 'true', CITIES)],
  pivot: [
    [
      `select cast(p.a as text), cast(p."b" as text), cast(p."it's" as text) from (select {{ pivot('name', ['a', 'b', "it's"]) }}${CITIES}) as p`,
      ['1', '2', '0'],
    ],
    [
      `select cast(p.max_1 as text), cast(p."max_3" as text) from (select {{ pivot('n', [1, 3], agg='max', then_value='name', else_value='null', prefix='max_') }}${CITIES}) as p`,
      ['a', 'b'],
    ],
    [
      `select cast(b_rows as text) from (select {{ pivot('name', ['b'], agg='count', distinct=true, then_value='n', else_value='null', suffix='_rows', quote_identifiers=false) }}${CITIES}) as p`,
      ['2'],
    ],
  ],
  star: [
    [`select {{ star(ref('wide')) }} from {{ ref('wide') }}`, ['1', 'x', 'Y']],
    [`select {{ star(source('s', 'wide'), relation_alias='w', except=['ID'], prefix='p_') }} from {{ ref('wide') }} as w`, ['x', 'Y']],
    [
      `select p_a from (select {{ star(from=ref('wide'), prefix='p_', quote_identifiers=false, except=['Odd Name']) }} from {{ ref('wide') }}) as s`,
      ['x'],
    ],
  ],
  union_relations: [
    [
      `select s.id, s.a, cast(s.extra as text), _dbt_source_relation from ({{ union_relations([ref('wide'), ref('other')]) }}) as s order by 1`,
      ['1', 'x', null, '"shop"."wide"'],
      ['2', null, '7', '"shop"."other"'],
    ],
    [
      `select * from ({{ union_relations(relations=[ref('wide'), ref('other'), ref('wide')], include=['id', 'extra'], column_override={'extra': 'text'}, source_column_name=null, where="id <> '2'") }}) as s`,
      ['1', null],
      ['1', null],
    ],
  ],
  unpivot: [
    [`select * from ({{ unpivot(ref('wide'), exclude=['ID']) }}) as s order by 2`, ['1', 'Odd Name', 'Y'], ['1', 'a', 'x']],
    [`select * from ({{ unpivot('shop.wide', columns=['a'], field_name='f', value_name='v', cast_to='text') }}) as s`, ['a', 'x']],
  ],
  deduplicate: [
    [
      `select name, cast(n as text) from ({{ deduplicate("(select *${CITIES}) as x", 'name', 'n desc') }}) as s order by 1`,
      ['a', '1'],
      ['b', '3'],
    ],
  ],
  except: [[`select 'a' as x {{ except() }} select 'a'`]],
  intersect: [[`select 'a' as x {{ intersect() }} select 'a'`, ['a']]],
};

const SOURCES = {
  sources: [
    {
      name: 's',
      schema: 'shop',
      tables: [
        { name: 'wide', columns: [{ name: 'id' }, { name: 'a', data_type: 'text' }, { name: 'Odd Name' }] },
        { name: 'other', columns: [{ name: 'id' }, { name: 'extra', data_type: 'integer' }] },
      ],
    },
  ],
};

/** Compiles queries in the project of an engine. */
function compilerOf(type: string): (query: string) => string {
  const connection = type === 'postgres' ? 'url: postgres://x' : 'path: db';
  const { inline } = compile(
    {
      root: '/',
      settings: { path: 'project.yaml', text: `name: demo\ntargets: {dev: {type: ${type}, ${connection}, schema: shop}}\n` },
      files: [{ path: 'sources/s.yaml', text: JSON.stringify(SOURCES) }],
      seeds: [],
      functions: new Map(),
    },
    { vars: {}, env: {}, fullRefresh: false },
  );
  return (query) => inline(query).sql;
}

test('every helper of the standard library has its cases', () => {
  expect(Object.keys(CASES).sort()).toEqual([...STANDARD.keys()].sort());
  for (const [name, cases] of Object.entries(CASES)) for (const [query] of cases) expect(query).toMatch(new RegExp(`\\b${name}\\b`));
});

describe.each(engines)('on $name', (engine) => {
  const sqlOf = compilerOf(engine.name);
  let opened: Awaited<ReturnType<typeof engine.open>>;
  beforeAll(async () => {
    opened = await engine.open();
    await opened.adapter.transaction((session) =>
      session.execute([
        'create schema if not exists shop',
        `create table shop.wide as select '1' as id, 'x' as a, 'Y' as "Odd Name"`,
        `create table shop.other as select '2' as id, 7 as extra`,
        `create table shop.days as select cast('2024-01-31' as date) as d`,
      ]),
    );
  });
  afterAll(() => opened.close());

  test.each(Object.entries(CASES))('%s', async (_name, cases) => {
    for (const [query, ...rows] of cases) {
      const sql = sqlOf(query);
      const found = await valuesOf(opened.adapter, sql).catch((error: unknown) => [[String(error)]]);
      expect({ sql, rows: found }).toEqual({ sql, rows });
    }
  });
});
