import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/adapters/connect';
import type { EtlxError } from '../../src/core/diagnostic';
import type { PostgresTarget } from '../../src/core/manifest';
import { startOwnPostgres, type OwnServer } from '../support/postgres';
import { temporaryFolder } from '../support/project';

/** TLS to a real server, whose certificate is for 127.0.0.1 and signed by an authority of the test's own. */
const openssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
})();

(openssl ? describe : describe.skip)(`sslmode${openssl ? '' : ' (skipped: there is no openssl to make certificates)'}`, () => {
  let server: OwnServer;
  let folder: string;

  beforeAll(async () => {
    folder = temporaryFolder('etlx-tls-');
    chmodSync(folder, 0o755);
    const make = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
    make(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=etlx test authority',
    );
    make('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=server');
    writeFileSync(join(folder, 'names'), 'subjectAltName = IP:127.0.0.1\n');
    make(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      'server.pem',
      '-days',
      '2',
      '-extfile',
      'names',
    );
    if (userInfo().uid === 0) chownSync(join(folder, 'server.key'), 65534, 65534);
    chmodSync(join(folder, 'server.key'), 0o600);
    server = await startOwnPostgres({ ssl: 'on', ssl_cert_file: join(folder, 'server.pem'), ssl_key_file: join(folder, 'server.key') });
  }, 60_000);
  afterAll(() => server?.stop());

  const target = (more: Partial<PostgresTarget>): PostgresTarget => ({
    type: 'postgres',
    name: 'prod',
    url: server.url,
    schema: 'shop',
    threads: 1,
    ...more,
  });

  async function isEncrypted(more: Partial<PostgresTarget>, env: Record<string, string> = {}): Promise<unknown> {
    const adapter = await connect(target(more), { root: folder, env });
    try {
      return (await adapter.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).rows[0]?.['ssl'];
    } finally {
      await adapter.close();
    }
  }
  const problemOf = (more: Partial<PostgresTarget>) =>
    isEncrypted(more).then(
      () => Promise.reject(new Error('it connected')),
      (error: EtlxError) => error.diagnostics[0],
    );

  test.each([
    [undefined, true],
    ['disable', false],
    ['allow', false],
    ['prefer', true],
    ['require', true],
  ] as const)('%s', async (sslmode, encrypted) => {
    expect(await isEncrypted(sslmode === undefined ? {} : { sslmode })).toBe(encrypted);
  });

  test('the environment is asked last', async () => {
    expect(await isEncrypted({}, { PGSSLMODE: 'disable' })).toBe(false);
    expect(await isEncrypted({ sslmode: 'require' }, { PGSSLMODE: 'disable' })).toBe(true);
  });

  test('verify-ca and verify-full believe the authority that is named, by a path in the project', async () => {
    for (const sslmode of ['require', 'verify-ca', 'verify-full']) expect(await isEncrypted({ sslmode, sslrootcert: 'ca.pem' })).toBe(true);
  });

  test('an authority that is not known is refused', async () => {
    for (const sslmode of ['verify-ca', 'verify-full']) {
      expect(await problemOf({ sslmode })).toMatchObject({
        code: 'database.connect',
        hint: 'name the authority that signed its certificate by `sslrootcert`',
      });
    }
    expect(await problemOf({ sslmode: 'require', sslrootcert: 'server.pem' })).toMatchObject({ code: 'database.connect' });
  });

  test('verify-full wants the host’s own name, verify-ca does not', async () => {
    const url = new URL(server.url);
    url.hostname = 'localhost';
    expect(await problemOf({ url: url.href, sslmode: 'verify-full', sslrootcert: 'ca.pem' })).toMatchObject({
      hint: 'its certificate is for another host than `localhost`: `sslmode: verify-ca` accepts that',
    });
    expect(await isEncrypted({ url: url.href, sslmode: 'verify-ca', sslrootcert: 'ca.pem' })).toBe(true);
  });

  test('a certificate that is not there is named', async () => {
    expect(await problemOf({ sslmode: 'verify-full', sslrootcert: 'none.pem' })).toMatchObject({
      message: expect.stringContaining('the certificate file `none.pem` cannot be read'),
    });
  });
});
