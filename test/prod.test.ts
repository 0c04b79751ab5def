import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../src/core/ports';
import { expectedTables } from './shop/expected';
import { recordedShop } from './shop/expectedRecords';
import { startApi, type Api } from './support/api';
import { copyOfShop, type Ran } from './support/etlx';
import { problemsIn } from './support/problems';
import { sortedRows } from './support/rows';
import { startS3, type S3Server } from './support/s3';
import { startServer, type Server } from './support/server';
import { temporaryFolder } from './support/project';

const records = recordedShop(join(__dirname, '../recordings/shop'));
const expected = expectedTables(records);

let server: Server;
let api: Api;
let s3: S3Server;
beforeAll(async () => {
  [server, api, s3] = await Promise.all([startServer(), startApi({ ...records }), startS3()]);
  await s3.makeBucket('lake');
});
afterAll(() => Promise.all([server.stop(), api.stop(), s3.stop()]));

const build = (root: string, env: Readonly<Record<string, string>>): Promise<Ran> =>
  server.etlx(root, ['build', '--target', 'prod'], { env: { SHOP_API_URL: api.url, ...env } });

async function expectTables(): Promise<void> {
  for (const [table, rows] of Object.entries(expected)) {
    const found = await server.query(`select * from shop.${table}`);
    expect({ table, rows: sortedRows(found) }).toEqual({ table, rows: sortedRows(rows as readonly Row[]) });
  }
}

test('a server, and a lake in a folder elsewhere', async () => {
  const root = copyOfShop();
  const lake = temporaryFolder('etlx-lake-');
  expect(await build(root, { LAKE_URL: lake })).toMatchObject({ code: 0, stdout: '' });
  await expectTables();
  expect(readdirSync(lake).sort()).toEqual(['datasets', 'raw']);
  expect(readdirSync(root).sort()).toEqual(['macros', 'models', 'project.yaml', 'recordings', 'sources', 'target', 'tests']);
});

test('a lake in S3, built again over what stands', async () => {
  const root = copyOfShop();
  const { accessKeyId, secretAccessKey } = s3.options.credentials;
  const env = {
    LAKE_URL: 's3://lake/shop',
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const asked = api.requests.length;
  expect(await build(root, env)).toMatchObject({ code: 0 });
  await expectTables();
  expect(api.requests.length).toBeGreaterThan(asked);
  const afterwards = api.requests.length;
  expect(await server.etlx(root, ['build', '--from-lake', '-t', 'prod'], { env })).toMatchObject({ code: 0 });
  expect(api.requests.length).toBe(afterwards);
  await expectTables();
});

describe('a database that cannot be reached', () => {
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(server.url);
    change(url);
    return url.href;
  };

  test.each<readonly [what: string, url: () => string | undefined, problem: RegExp, hint: RegExp]>([
    [
      'a wrong password',
      () => changed((url) => (url.password = 'hunter2secret')),
      /password authentication failed for user "postgres"/,
      /is the password of `postgres` right\?/,
    ],
    [
      'a server that is down',
      () => changed((url) => ((url.port = '1'), (url.password = 'hunter2secret'))),
      /ECONNREFUSED/,
      /is the server running at `127\.0\.0\.1:1`\?/,
    ],
    [
      'a database that does not exist',
      () => changed((url) => (url.pathname = '/nowhere')),
      /database "nowhere" does not exist/,
      /createdb nowhere/,
    ],
    ['no URL', () => undefined, /the environment variable `DATABASE_URL` is not set/, /postgres:\/\/user:password@host/],
    ['another URL', () => 'mysql://root:hunter2secret@localhost/x', /its URL begins with `mysql:\/\/`/, /postgres:\/\/user:password@host/],
    ['no URL at all', () => 'hunter2secret', /its URL cannot be read/, /postgres:\/\/user:password@host/],
  ])('%s is one message, without the password', async (_what, url, problem, hint) => {
    const root = copyOfShop();
    const { code, stdout, stderr } = await server.etlx(root, ['build', '--target', 'prod'], {
      env: { SHOP_API_URL: api.url, DATABASE_URL: url() },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(problemsIn(stderr)).toEqual([
      { code: 'database.connect', message: expect.stringMatching(problem) as string, hint: expect.stringMatching(hint) as string },
    ]);
    for (const secret of ['hunter2secret', 'correct', 'password@127']) expect(stderr).not.toContain(secret);
    expect(readdirSync(root)).not.toContain('target');
  });

  test('no password reaches an artifact', async () => {
    const root = copyOfShop();
    expect(await server.etlx(root, ['compile', '--target', 'prod'])).toMatchObject({ code: 0 });
    const manifest = readFileSync(join(root, 'target/manifest.json'), 'utf8');
    expect(manifest).not.toContain('correct');
    expect(manifest).not.toContain(server.url);
  });
});
