import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/adapters/connect';
import { writeImage } from '../../src/adapters/pgliteImage';
import type { EtlxError, Diagnostic } from '../../src/core/diagnostic';
import type { PostgresTarget } from '../../src/core/manifest';
import { startOwnPostgres, type TestServer } from '../support/postgres';

const problemOf = async (work: Promise<unknown>): Promise<Diagnostic> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: EtlxError) => error.diagnostics[0]!,
  );

describe('a PostgreSQL server', () => {
  let server: TestServer;
  // one of its own, which asks for a password
  beforeAll(async () => {
    server = await startOwnPostgres();
  });
  afterAll(() => server.stop());

  const target = (url: PostgresTarget['url']): PostgresTarget => ({ type: 'postgres', name: 'prod', url, schema: 'shop', threads: 2 });
  const to = (change: (url: URL) => void, env: Record<string, string> = {}): Promise<Diagnostic> => {
    const url = new URL(server.url);
    change(url);
    return problemOf(connect(target(url.href), { root: '/', env }));
  };

  test('is called by its URL, and knows who calls', async () => {
    const adapter = await connect(target({ env: 'DATABASE_URL' }), { root: '/', env: { DATABASE_URL: server.url } });
    expect((await adapter.query(`select application_name as app from pg_stat_activity where pid = pg_backend_pid()`)).rows).toEqual([
      { app: 'etlx' },
    ]);
    expect(adapter.maxConcurrency).toBe(2);
    await adapter.close();
  });

  test('nobody at the port', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    expect(await to((url) => (url.port = String(port)))).toMatchObject({
      code: 'database.connect',
      hint: `is the server running at \`127.0.0.1:${port}\`?`,
    });
  });

  test('a wrong password, and no word of it', async () => {
    const problem = await to((url) => (url.password = 'hunter2'));
    expect(problem).toMatchObject({
      message: expect.stringContaining('password authentication failed'),
      hint: 'is the password of `postgres` right?',
    });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  test('a database that does not exist', async () => {
    expect(await to((url) => (url.pathname = '/no_such'))).toMatchObject({
      message: expect.stringContaining('"no_such" does not exist'),
      hint: expect.stringContaining('createdb no_such'),
    });
  });

  test('is reached by parts, by the environment, by a password file and by a service', async () => {
    const { hostname, port, username, password, pathname } = new URL(server.url);
    const database = pathname.slice(1);
    const home = await mkdtemp(join(tmpdir(), 'etlx-home-'));
    await writeFile(join(home, '.pgpass'), `${hostname}:${port}:*:${username}:${decodeURIComponent(password)}\n`, { mode: 0o600 });
    await writeFile(join(home, '.pg_service.conf'), `[shop]\nhost=${hostname}\nport=${port}\nuser=${username}\ndbname=${database}\n`);
    const parts = { host: hostname, port, user: username, password: { env: 'SECRET' }, database };
    const PG = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: database };
    const ways: readonly [Partial<PostgresTarget>, Record<string, string>][] = [
      [parts, { SECRET: decodeURIComponent(password) }],
      [{}, { ...PG, PGPASSWORD: decodeURIComponent(password) }],
      [{}, { ...PG, HOME: home }],
      [{}, { ...PG, PGPASSFILE: join(home, '.pgpass') }],
      [{}, { PGSERVICE: 'shop', HOME: home }],
    ];
    for (const [more, env] of ways) {
      const adapter = await connect({ type: 'postgres', name: 'prod', schema: 'shop', threads: 1, ...more }, { root: '/', env });
      expect((await adapter.query('select current_database() as name')).rows).toEqual([{ name: database }]);
      await adapter.close();
    }
    await rm(home, { recursive: true });
  });

  test('its sessions are set up as the target says', async () => {
    const settings: Partial<PostgresTarget> = {
      timeouts: { statement: 7, lock: 8, idle: 9 },
      session: { work_mem: '12MB', 'etlx.note': "it's $etlx$" },
    };
    const adapter = await connect(
      { ...target(server.url), ...settings },
      { root: '/', env: { PGOPTIONS: '-c jit=off', PGAPPNAME: 'nightly' } },
    );
    const names = [
      'statement_timeout',
      'lock_timeout',
      'idle_in_transaction_session_timeout',
      'client_connection_check_interval',
      'work_mem',
      'etlx.note',
      'jit',
      'application_name',
    ];
    const { rows } = await adapter.query(
      `select current_setting('server_version_num')::int as version, ${names.map((name) => `current_setting('${name}', true) as "${name}"`).join(', ')}`,
    );
    const [version, ...found] = Object.values(rows[0]!);
    // PostgreSQL 12 and 13 cannot look whether the client is still there
    const checked = Number(version) < 140_000 ? null : '2s';
    expect(found).toEqual(['7s', '8s', '9s', checked, '12MB', "it's $etlx$", 'off', 'nightly']);
    await adapter.close();
  });

  test('a setting that the server does not have is told', async () => {
    const problem = await problemOf(connect({ ...target(server.url), session: { work_memory: '1MB' } }, { root: '/', env: {} }));
    expect(problem).toMatchObject({
      message: expect.stringContaining('"work_memory"'),
      hint: 'is every setting under `session:` one that this server has?',
    });
  });

  test('TLS that it does not have', async () => {
    expect(await to((url) => (url.search = '?sslmode=require'))).toMatchObject({
      hint: 'it has no TLS: `sslmode: disable` connects without',
    });
  });

  test('no password', async () => {
    expect(await to((url) => (url.password = ''), { HOME: '/nowhere' })).toMatchObject({ hint: expect.stringContaining('`PGPASSWORD`') });
  });

  test.each([
    ['no variable', { env: 'DATABASE_URL' }, 'the environment variable `DATABASE_URL` is not set'],
    ['no URL', 'host=localhost password=hunter2', 'its URL cannot be read'],
    ['another kind of URL', 'mysql://root:hunter2@localhost/db', 'its URL begins with `mysql://`'],
  ])('%s', async (_name, url, problem) => {
    const found = await problemOf(connect(target(url), { root: '/', env: {} }));
    expect(found).toMatchObject({ code: 'database.connect', message: `the database of target \`prod\` cannot be reached: ${problem}` });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});

describe('PGlite', () => {
  let root: string;
  let image: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'etlx-connect-'));
    image = join(root, 'image');
    await writeImage(image);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  const open = (path: string) => connect({ type: 'pglite', name: 'dev', path, schema: 'shop', threads: 1 }, { root, env: {}, image });

  test('an image is made once for one version of PGlite', async () => {
    const before = await stat(join(image, 'version'));
    await writeImage(image);
    expect((await stat(join(image, 'version'))).mtimeMs).toBe(before.mtimeMs);
    expect((await readdir(root)).sort()).toEqual(['image']);
  });

  test('starts from the image, keeps what is written, and leaves no lock behind', async () => {
    await mkdir(join(root, 'kept.new', 'half'), { recursive: true });
    const first = await open('kept');
    await first.query('create table kept as select 1 as n');
    expect((await problemOf(open('kept'))).code).toBe('database.locked');
    await first.close();
    const second = await open('kept');
    expect((await second.query('select n from kept')).rows).toEqual([{ n: 1 }]);
    await second.close();
    expect((await readdir(root)).sort()).toEqual(['image', 'kept']);
  });

  test('an image of another version is passed over', async () => {
    const version = await readFile(join(image, 'version'), 'utf8');
    await writeFile(join(image, 'version'), '0.0.1');
    const adapter = await open('fresh').finally(() => writeFile(join(image, 'version'), version));
    expect((await adapter.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
    await adapter.close();
  });

  test('a folder that is no database is told with its place, and is not locked for ever', async () => {
    await mkdir(join(root, 'broken'));
    await writeFile(join(root, 'broken', 'PG_VERSION'), '9.6\n');
    const problem = await problemOf(open('broken'));
    expect(problem).toMatchObject({ code: 'database.connect', hint: expect.stringContaining(join(root, 'broken')) });
    expect(await readdir(root)).not.toContain('broken.lock');
  });
});
