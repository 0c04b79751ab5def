import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf, statusesOf } from './support/artifacts';
import { copyOfShop, etlx, queryDev } from './support/etlx';
import { writeProject } from './support/project';

const TOP_CITIES = `select city, sum(lifetime_spend) as spend
from {{ ref('user_summaries') }}
group by city
`;

/** The analyst's first hour: a new file in a project that is built, and no other edit. */
describe('a new model in the shop', () => {
  const root = copyOfShop();
  beforeAll(async () => {
    expect(await etlx(root, ['build'])).toMatchObject({ code: 0 });
    writeProject(root, { 'models/top_cities.sql': TOP_CITIES });
  });

  test('is listed, with what it depends on', async () => {
    expect((await etlx(root, ['ls', '--select', 'top_cities'])).stdout).toBe('shop.top_cities\n');
    const above = await etlx(root, ['ls', '--select', '+top_cities', '--resource-type', 'model', 'source']);
    expect(above.stdout.split('\n').slice(0, -1)).toEqual([
      'shop.top_cities',
      'shop.summaries.user_summaries',
      'shop.transactions.user_transactions',
      'source.shop.carts_table',
      'source.shop.users_table',
    ]);
  });

  test('builds alone, with types inferred', async () => {
    const { code, stderr } = await etlx(root, ['build', '--select', 'top_cities']);
    expect({ code, last: stderr.trimEnd().split('  ').at(-1) }).toEqual({ code: 0, last: 'Done. PASS=1 WARN=0 ERROR=0 SKIP=0 TOTAL=1' });
    expect(statusesOf(root)).toEqual({ 'model.top_cities': 'success' });
    const [cities] = await queryDev(
      root,
      'select count(distinct city)::int as cities, sum(lifetime_spend)::text as spend from shop.user_summaries',
    );
    const [top] = await queryDev(
      root,
      'select count(city)::int as cities, sum(spend)::text as spend, pg_typeof(max(spend))::text as type from shop.top_cities',
    );
    expect(top).toEqual({ ...cities, type: 'numeric' });
    expect(readFileSync(join(root, resultOf(root, 'model.top_cities').compiled_path!), 'utf8')).toBe(
      'select city, sum(lifetime_spend) as spend\nfrom "shop"."user_summaries"\ngroup by city\n',
    );
  });

  test('is tested by `--select top_cities`: without a test there is nothing that could fail', async () => {
    const { code, stderr } = await etlx(root, ['test', '--select', 'top_cities']);
    expect({ code, says: stderr.includes('nothing to do: 1 model was chosen, without a test') }).toEqual({ code: 0, says: true });
  });

  test('is tested as soon as a test names it', async () => {
    writeProject(root, {
      'models/top_cities.yaml':
        'models:\n  - name: top_cities\n    columns:\n      - {name: city, data_tests: [unique]}\n      - {name: spend, data_tests: [not_null]}\n',
      'tests/top_cities_spend.sql': "select * from {{ ref('top_cities') }} where spend < 0\n",
    });
    expect(await etlx(root, ['test', '--select', 'top_cities'])).toMatchObject({ code: 0 });
    expect(statusesOf(root)).toEqual({
      'test.not_null_top_cities_spend': 'pass',
      'test.top_cities_spend': 'pass',
      'test.unique_top_cities_city': 'pass',
    });
  });

  test('with a typo in its ref is answered with file, line, column and the right name', async () => {
    writeProject(root, { 'models/top_cities.sql': TOP_CITIES.replace('user_summaries', 'user_sumaries') });
    const { code, stdout, stderr } = await etlx(root, ['build', '--select', 'top_cities']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`error[ref.unknown]: no model, source table, seed or snapshot is called \`user_sumaries\`
  --> models/top_cities.sql:2:13
 1 | select city, sum(lifetime_spend) as spend
 2 | from {{ ref('user_sumaries') }}
   |             ^^^^^^^^^^^^^^^
hint: did you mean \`user_summaries\`?

1 problem in 1 file
`);
    expect(existsSync(join(root, '.etlx/dev'))).toBe(true);
    expect(await queryDev(root, 'select count(*)::int as n from shop.top_cities')).not.toEqual([{ n: 0 }]);
  });
});
