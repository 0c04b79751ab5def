import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf } from './support/artifacts';
import { etlx, queryDev } from './support/etlx';
import { problemLines } from './support/problems';
import { project } from './support/project';

/** What `etlx compile` makes of a model. */
async function compiled(root: string, model: string): Promise<string> {
  const { code, stdout, stderr } = await etlx(root, ['compile', '--select', model]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** What a model needs, by `etlx ls`. */
async function parents(root: string, model: string): Promise<readonly string[]> {
  const { stdout } = await etlx(root, ['ls', '--select', `1+${model}`, '--exclude', model, '--output', 'name']);
  return stdout.split('\n').slice(0, -1);
}

const BASE = {
  'models/a.sql': 'select 1250 as price\n',
  'models/b.sql': 'select 2 as price\n',
  'models/c.sql': 'select 3 as price\n',
};

describe('macros in SQL', () => {
  const root = project({
    ...BASE,
    'macros/money.sql': `{{!-- Cents as money. --}}
{{#macro cents(column, scale=2, unit='EUR')}}
round({{ column }} / 100.0, {{ scale }}) || ' {{ unit }}'
{{/macro}}

{{#macro from_b(suffix='')}}
{{ ref('b') }}{{ suffix }}
{{/macro}}

{{#macro through(suffix='')}}
{{ from_b(suffix) }}
{{/macro}}
`,
    'models/calls.sql': `select
  {{ cents('price') }} as a,
  {{ cents('price', 1) }} as b,
  {{ cents('price', unit="USD") }} as c,
  {{cents column="price" scale=0}} as d
from {{ ref('a') }}
`,
    'models/inside.sql': "select * from {{ through(suffix=' as x') }}\n",
    'models/arms.sql': `select *
{{#if eq(target.name, 'prod')}}
from {{ ref('a') }}
{{else if is_incremental()}}
from {{ through() }}
{{else}}
from {{ ref('c') }}
{{/if}}
`,
    'models/loop.sql': `select
{{#each ['x', 'y'] as |name|}}
  price as {{ name }}{{#unless @last}},{{/unless}}
{{/each}}
from {{ ref('a') }}
`,
  });

  test('take arguments by place, by name and by default', async () => {
    expect(await compiled(root, 'calls')).toBe(`select
  round(price / 100.0, 2) || ' EUR' as a,
  round(price / 100.0, 1) || ' EUR' as b,
  round(price / 100.0, 2) || ' USD' as c,
  round(price / 100.0, 0) || ' EUR' as d
from "demo"."a"
`);
    expect(await compiled(root, 'loop')).toBe('select\n  price as x,\n  price as y\nfrom "demo"."a"\n');
  });

  test('make dependencies of the references inside them, through other macros as well', async () => {
    expect(await parents(root, 'inside')).toEqual(['b']);
    expect(await compiled(root, 'inside')).toBe('select * from "demo"."b" as x\n');
  });

  test('both arms of a condition make dependencies, the arm that is taken makes SQL', async () => {
    expect(await parents(root, 'arms')).toEqual(['a', 'b', 'c']);
    expect(await compiled(root, 'arms')).toBe('select *\nfrom "demo"."c"\n');
  });

  test('what they give runs', async () => {
    expect(await etlx(root, ['build', '--select', '+calls', '+inside'])).toMatchObject({ code: 0 });
    expect(await queryDev(root, 'select * from demo.calls')).toEqual([{ a: '12.50 EUR', b: '12.5 EUR', c: '12.50 USD', d: '13 EUR' }]);
  });
});

describe('macros in TypeScript', () => {
  const root = project({
    ...BASE,
    'macros/dates.ts': `import { quoted } from './helpers/quote.ts';
export function days(count: number, { from = 'current_date' }: { from?: string } = {}): string {
  return \`generate_series(\${from}, \${from} + \${count}, interval '1 day')\`;
}
export const columns = (): readonly string[] => ['price', 'tax'];
export const label = (text: string): string => quoted(text);
export function broken(): never {
  throw new Error('no luck');
}
`,
    'macros/helpers/quote.ts': "export const quoted = (text: string): string => `'${text.replaceAll(\"'\", \"''\")}'`;\n",
    'models/days.sql': "select * from {{ days(3, from=concat('date ', label('2026-01-01'))) }} as day\n",
    'models/each.sql': "select {{ join(columns()) }}, {{ label('it''s') }} as label from {{ ref('a') }}, (select 1 as tax) as t\n".replace(
      "''s",
      "\\'s",
    ),
  });

  test('get their arguments in order and the named ones as an object, and give text or lists', async () => {
    expect(await compiled(root, 'days')).toBe(
      "select * from generate_series(date '2026-01-01', date '2026-01-01' + 3, interval '1 day') as day\n",
    );
    expect(await compiled(root, 'each')).toBe('select price, tax, \'it\'\'s\' as label from "demo"."a", (select 1 as tax) as t\n');
  });

  test('one that throws is an error at its call', async () => {
    const wrong = project({
      'macros/m.ts': readFileSync(join(root, 'macros/dates.ts'), 'utf8')
        .replace(/^import.*\n/, '')
        .replace(/^.*quoted.*\n/m, ''),
      'models/a.sql': 'select 1,\n  {{ broken() }}\n',
    });
    const { code, stderr } = await etlx(wrong, ['compile']);
    expect({ code, says: problemLines(stderr) }).toEqual({
      code: 2,
      // an error of another realm, as modules have it under jest, is named
      says: [expect.stringMatching(/^models\/a\.sql:2:6 \[broken\] the template failed: `broken`: (Error: )?no luck$/)],
    });
  });
});

describe('a loader in TypeScript', () => {
  const SOURCE = `sources:
  - name: bank
    extract:
      client: {base_url: 'https://bank.invalid', headers: {Authorization: {env: BANK_KEY}}}
      resources: [{name: rates, module: sources/rates.ts, primary_key: code, endpoint: {data_selector: rates}}]
    tables:
      - name: rates
        transform: {from: rates, columns: {code: code, rate: rate}}
        load: {primary_key: [code]}
        columns: [{name: code, data_type: CHAR(3)}, {name: rate, data_type: 'DECIMAL(20,10)', data_tests: [not_null]}]
`;
  const root = project({
    'sources/bank.yaml': SOURCE,
    'sources/rates.ts': `export default async function* (context: { resource: string; url: string; headers: Record<string, string>; env: Record<string, string> }) {
  if (context.headers.Authorization !== 'key' || context.url !== 'https://bank.invalid/rates') throw new Error(JSON.stringify(context));
  yield '{"rates": [{"code": "EUR", "rate": 1.0000000001}]}';
  yield { rates: [{ code: 'USD', rate: 2 }, { code: 'JPY', rate: '160.5' }] };
}
`,
    'models/rates_seen.sql': "select count(*)::int as n from {{ source('bank', 'rates') }}\n",
  });

  test('lands what it yields, and its rows reach the models', async () => {
    expect(await etlx(root, ['build'], { env: { BANK_KEY: 'key' } })).toMatchObject({ code: 0 });
    expect(await queryDev(root, 'select code, rate::text from demo.rates order by code')).toEqual([
      { code: 'EUR', rate: '1.0000000001' },
      { code: 'JPY', rate: '160.5000000000' },
      { code: 'USD', rate: '2.0000000000' },
    ]);
    expect(await queryDev(root, 'select n from demo.rates_seen')).toEqual([{ n: 3 }]);
  });

  test('that throws fails its load, says what it threw, and hides the secret', async () => {
    const { code, stdout, stderr } = await etlx(root, ['build'], { env: { BANK_KEY: 'another key' } });
    expect(code).toBe(1);
    expect(resultOf(root, 'extract.bank.rates').diagnostics).toEqual([
      expect.objectContaining({
        code: 'extract.module',
        message: expect.stringMatching(/^`sources\/rates\.ts` failed: .*"Authorization":"\*\*\*"/),
      }),
    ]);
    expect(`${stdout}${stderr}`).not.toContain('another key');
    expect(await queryDev(root, 'select n from demo.rates_seen')).toEqual([{ n: 3 }]);
  });
});
