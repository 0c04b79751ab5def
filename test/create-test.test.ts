import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { etlx as etlxIn, type Ran } from './support/etlx';
import { resultOf } from './support/artifacts';
import { problemLines } from './support/problems';
import { startPostgres, type TestServer } from './support/postgres';
import { project, writeProject, type Files } from './support/project';

const files = {
  'seeds/people.csv': 'id,name,born,note\n1,"O\'Neil: ""x"" #",1990-01-31,unused\n2,no,,\n3,007,2000-02-29,\n4,last,2001-01-01,\n',
  'models/orders.sql': `select id, id * cast(1.50 as numeric(10,2)) as price, cast(id as double precision) / 3 as part, current_date as seen from {{ ref('people') }}`,
  'models/paid.sql': `{{ config(materialized='ephemeral') }}select id, price, part from {{ ref('orders') }} where price > 1`,
  'models/totals.sql': `select p.name, p.born, sum(o.price) as total, max(o.part) as part, cast(current_date as date) as day, count(*) = 0 as none
from {{ ref('paid') }} as o join {{ ref('people') }} as p on p.id = o.id group by p.name, p.born`,
  'models/chance.sql': 'select random() as luck',
} satisfies Files;

const PLACES = { postgres: 'url: {env: DATABASE_URL}', duckdb: 'path: .etlx/duck.db' };

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
const etlx = (root: string, args: readonly string[]): Promise<Ran> => etlxIn(root, args, { env: { DATABASE_URL: server.url } });

describe.each(['postgres', 'duckdb'] as const)('on %s', (engine) => {
  let root: string;
  beforeAll(async () => {
    root = project({
      ...files,
      'project.yaml': `name: demo\ntargets:\n  dev: {type: ${engine}, ${PLACES[engine]}, schema: demo}\nretries: {max: 0}\n`,
    });
    expect(await etlx(root, ['build'])).toMatchObject({ code: 0 });
  });

  test('the test that is written passes', async () => {
    const { code, stdout, stderr } = await etlx(root, ['create-test', 'totals', '--write']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'wrote models/totals.recorded.yaml\n' });
    const text = readFileSync(join(root, 'models/totals.recorded.yaml'), 'utf8');
    expect(text).toContain(
      '- input: ref(\'people\')\n        rows:\n          - {id: 1, name: "O\'Neil: \\"x\\" #", born: "1990-01-31"}\n',
    );
    expect(text).toContain("input: ref('orders')");
    expect(text).not.toContain('unused');
    expect(text).toMatch(/freeze: "\d{4}-/);
    expect(await etlx(root, ['test', '-s', 'test_type:unit'])).toMatchObject({ code: 0 });
    expect(resultOf(root, 'unit_test.totals.recorded')).toMatchObject({ status: 'pass' });
  });

  // a unit test of PostgreSQL opens a database, which takes a second; what follows is the same on both
  if (engine === 'postgres') return;

  test('it fails when the model changes, until it is written anew', async () => {
    writeProject(root, { 'models/totals.sql': files['models/totals.sql'].replace('sum(', '2 * sum(') });
    expect(await etlx(root, ['test', '-s', 'test_type:unit'])).toMatchObject({ code: 1 });
    expect(await etlx(root, ['create-test', 'totals', '--write', '--limit', '2', '--quiet'])).toMatchObject({ code: 0, stderr: '' });
    expect(await etlx(root, ['test', '-s', 'test_type:unit'])).toMatchObject({ code: 0 });
  });

  test('to standard output, and what cannot be recorded', async () => {
    const { code, stdout } = await etlx(root, ['create-test', 'orders', '--limit', '1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^unit_tests:\n {2}- name: recorded\n {4}model: orders\n/);
    const says = async (...words: string[]): Promise<readonly string[]> =>
      problemLines((await etlx(root, ['create-test', ...words])).stderr);
    expect(await says('chance')).toEqual([expect.stringContaining('`chance` gives other rows from the same input when it is asked again')]);
    expect(await says('totls')).toEqual([expect.stringContaining('did you mean `totals`?')]);
    expect(await says()).toEqual([expect.stringContaining('`etlx create-test` takes a model')]);
    writeProject(root, { 'models/new.sql': 'select 1 as id', 'models/reader.sql': "select * from {{ ref('new') }}" });
    expect(await says('reader')).toEqual(['- there is no `demo.new` in the database / build it first: `etlx run`']);
  });
});
