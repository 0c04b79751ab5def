import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfShop, etlx } from './support/etlx';
import { startOwnPostgres, type TestServer } from './support/postgres';
import { problemsIn } from './support/problems';

/** What the shop's target `prod` says of its server. A server of its own, because it has to ask for a password. */
let server: TestServer;
beforeAll(async () => {
  server = await startOwnPostgres();
});
afterAll(() => server.stop());

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
    const { code, stdout, stderr } = await etlx(root, ['build', '--target', 'prod'], { env: { DATABASE_URL: url() } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(problemsIn(stderr)).toEqual([
      { code: 'database.connect', message: expect.stringMatching(problem) as string, hint: expect.stringMatching(hint) as string },
    ]);
    for (const secret of ['hunter2secret', 'correct', 'password@127']) expect(stderr).not.toContain(secret);
    expect(readdirSync(root)).not.toContain('target');
  });

  test('no password reaches an artifact', async () => {
    const root = copyOfShop();
    expect(await etlx(root, ['compile', '--target', 'prod'], { env: { DATABASE_URL: server.url } })).toMatchObject({ code: 0 });
    const manifest = readFileSync(join(root, 'target/manifest.json'), 'utf8');
    expect(manifest).not.toContain('correct');
    expect(manifest).not.toContain(server.url);
  });
});
