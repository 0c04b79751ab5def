import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve, type Site } from '../support/http';
import { freePort } from '../support/postgres';
import { temporaryFolder } from '../support/project';
import { NEW, page, startApiField, type ApiField, type Answering } from './apiField';

/** Where the pages of an API lead: in circles, to other servers, into the network behind the firewall. */
let field: ApiField;
/** Somebody else's server, who writes down what it is sent. */
let sink: Site;
beforeAll(async () => {
  field = await startApiField();
  sink = await serve((came) => page(came));
});
afterAll(async () => {
  await sink.stop();
  await field.stop();
});
beforeEach(() => void (sink.came as unknown[]).splice(0));

const SECRET = 'S3CR3T-of-the-api';
const secrets = { auth: { type: 'bearer', token: { env: 'TOKEN' } }, headers: { 'X-Key': { env: 'TOKEN' }, 'X-Tenant': 'shop' } };
const env = { TOKEN: SECRET };

describe('F35: pages that lead astray', () => {
  const cursor = { type: 'cursor', cursor_path: 'next' };
  const link = { type: 'json_link', next_url_path: 'next' };
  const half = NEW.slice(0, 2);

  test.each<readonly [string, paginator: object | undefined, Answering, asked: number, RegExp]>([
    [
      'the same page whatever is asked for',
      undefined,
      (came) => page({ ...came, params: new URLSearchParams() }),
      2,
      /offset=2 returned the same page as GET \S+offset=0/,
    ],
    [
      'an empty page before the end',
      undefined,
      (came) => (came.params.get('offset') === '0' ? page(came) : { json: { users: [], total: 5 } }),
      2,
      /2 distinct records received, but the API announced 5/,
    ],
    [
      'empty pages without end',
      cursor,
      (_, nth) => ({ json: { users: [], next: 'more' + '!'.repeat(nth % 2) } }),
      3,
      /gave the cursor `more!` for a second time/,
    ],
    [
      'the same cursor twice',
      cursor,
      (_, nth) => ({ json: { users: [NEW[nth - 1]], next: 'c1' } }),
      2,
      /gave the cursor `c1` for a second time/,
    ],
    [
      'two cursors that name each other',
      cursor,
      (_, nth) => ({ json: { users: [NEW[nth - 1]], next: nth % 2 === 1 ? 'a' : 'b' } }),
      3,
      /gave the cursor `a` for a second time/,
    ],
    [
      'a link back to the beginning',
      link,
      () => ({ json: { users: half, next: '/users' } }),
      1,
      /gave the \w+ `http:\S+\/users` for a second time/,
    ],
    [
      'a link to another server',
      link,
      () => ({ json: { users: half, next: `${sink.url}/users` } }),
      1,
      /users leads to `http:\/\/127\.0\.0\.1:\d+`, away from the declared/,
    ],
    [
      'a link to another scheme',
      link,
      () => ({ json: { users: half, next: 'file:///etc/passwd' } }),
      1,
      /GET file:\/\/\/etc\/passwd leads from `http:` to `file:`/,
    ],
    [
      'a link with another name in it',
      link,
      () => ({ json: { users: half, next: `//127.0.0.1:1@localhost:${sink.port}/users` } }),
      1,
      / leads to `http:\/\/localhost:\d+`/,
    ],
  ])('%s', async (_, paginator, answering, asked, says) => {
    const root = await field.stand({ client: { ...secrets, ...(paginator && { paginator }) } });
    const ran = await field.load(root, answering, { env });
    expect(ran.came).toHaveLength(asked);
    expect(sink.came).toEqual([]);
    expect(ran.stderr).not.toContain(SECRET);
    await field.expectRefused(root, ran, says);
  });

  test('a link to a server that is allowed: it sees no credentials', async () => {
    const root = await field.stand({ client: { ...secrets, paginator: link, allow_hosts: [`127.0.0.1:${sink.port}`] } });
    const ran = await field.load(root, () => ({ json: { users: [], next: `${sink.url}/users` } }), { env });
    expect({ code: ran.code, sent: ran.came[0]!.headers.authorization }).toEqual({ code: 0, sent: `Bearer ${SECRET}` });
    expectNothingShown();
  });
});

/** The sink was asked, and was shown nobody's credentials, tenants or cookies. */
function expectNothingShown(): void {
  expect(sink.came.length).toBeGreaterThan(0);
  for (const { headers, url } of sink.came) {
    expect(Object.keys(headers).sort()).toEqual(expect.not.arrayContaining(['authorization', 'x-key', 'x-tenant', 'cookie']));
    expect(`${url} ${JSON.stringify(headers)}`).not.toContain(SECRET);
  }
}

const to =
  (location: string, status = 302): Answering =>
  () => ({ json: {}, status, headers: { location } });

describe('F36: a redirect to somewhere else', () => {
  test.each([
    'http://127.0.0.1:{port}/users',
    'http://localhost:{port}/users',
    'http://[::1]:{port}/users',
    'http://[::ffff:127.0.0.1]:{port}/users',
    'http://[::ffff:10.0.0.1]:{port}/users',
    'http://0x7f000001:{port}/users',
    'http://2130706433:{port}/users',
    'http://0177.0.0.1:{port}/users',
    'http://127.1:{port}/users',
    'http://10.0.0.1/users',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/computeMetadata/v1/',
    '//127.0.0.1:{port}/users',
    'https://127.0.0.1:{port}/users',
    'ftp://127.0.0.1:{port}/users',
    'file:///etc/passwd',
  ])('%s is refused, and nobody is asked', async (location) => {
    const root = await field.stand({ client: secrets });
    const target = location.replace('{port}', String(sink.port));
    const ran = await field.load(root, to(target), { env });
    expect(ran.came).toHaveLength(1);
    expect(sink.came).toEqual([]);
    await field.expectRefused(root, ran, /answered 302[^]*hint: the redirect leads (to|from) `/);
  });

  test.each([301, 302, 303, 307, 308])('%i to a server that is allowed: it sees no credentials', async (status) => {
    const root = await field.stand({ client: { ...secrets, allow_hosts: [`127.0.0.1:${sink.port}`] } });
    const ran = await field.load(root, (came) => to(`${sink.url}${came.url}`, status)(came, 1), { env });
    await field.expectLoaded(root, ran);
    expectNothingShown();
  });
});

describe('F36: a public name that leads inside', () => {
  const hook = `
    const dns = require('node:dns');
    const real = dns.lookup;
    const answers = JSON.parse(process.env.LOOKUPS);
    let asked = 0;
    dns.lookup = (name, options, found) => {
      if (name !== 'api.example.com') return real(name, options, found);
      const addresses = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      process.nextTick(found, null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    };`;
  let hookFile: string;
  beforeAll(() => {
    hookFile = join(temporaryFolder(), 'lookup.cjs');
    writeFileSync(hookFile, hook);
  });

  test.each<readonly [string, lookups: readonly (readonly string[])[], refused: string]>([
    ['loopback', [['127.0.0.1']], '127.0.0.1'],
    ['loopback in IPv6', [['::1']], '::1'],
    ['a private network', [['10.0.0.1']], '10.0.0.1'],
    ['a private network mapped into IPv6', [['::ffff:10.0.0.1']], '::ffff:10.0.0.1'],
    ['the metadata of the cloud', [['169.254.169.254']], '169.254.169.254'],
    ['a public address and a private one', [['192.88.99.1', '127.0.0.1']], '127.0.0.1'],
    // the first address is nobody's; the second time the name is asked for, it is ours
    ['another address the second time', [['192.88.99.1'], ['127.0.0.1']], '127.0.0.1'],
  ])('%s is refused when it is connected to', async (_, lookups, refused) => {
    const client = {
      ...secrets,
      base_url: `http://api.example.com:${sink.port}`,
      timeout: { connect: 0.3, total: 2 },
      retry: { max_attempts: 3, backoff: 0.05 },
    };
    const root = await field.stand({ client });
    const ran = await field.spawnedLoad(root, (came) => page(came), {
      ...env,
      NODE_OPTIONS: `--require ${hookFile}`,
      LOOKUPS: JSON.stringify(lookups),
    });
    expect(sink.came).toEqual([]);
    expect(ran.stderr).toContain('hint: if the API is in your own network, declare `allow_private: true`');
    await field.expectRefused(
      root,
      ran,
      new RegExp(`\`api\\.example\\.com\` is \`${refused.replaceAll('.', '\\.')}\`, which is not an address of the public internet`),
    );
  });

  test('is meant with `allow_private`', async () => {
    const root = await field.stand({ client: { ...secrets, base_url: `http://api.example.com:${sink.port}`, allow_private: true } });
    await field.expectLoaded(
      root,
      await field.spawnedLoad(root, (came) => page(came), { ...env, NODE_OPTIONS: `--require ${hookFile}`, LOOKUPS: '[["127.0.0.1"]]' }),
    );
    expect(sink.came[0]!.headers.authorization).toBe(`Bearer ${SECRET}`);
  });
});

describe('F36: from https to http', () => {
  let server: TlsServer;
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder('etlx-https-');
    const words = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=api',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    ];
    execFileSync('openssl', [...words, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder, stdio: 'pipe' });
    const tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
    server = createTlsServer(tls, (_, response) => void response.writeHead(302, { location: `${sink.url}/users` }).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const loadOver = async (trusted: boolean) => {
    const base_url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const root = await field.stand({ client: { ...secrets, base_url, allow_hosts: [`127.0.0.1:${sink.port}`] } });
    const ran = await field.spawnedLoad(root, (came) => page(came), {
      ...env,
      ...(trusted && { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') }),
    });
    expect(sink.came).toEqual([]);
    return { root, ran };
  };

  test('is never followed, even to a host that is allowed', async () => {
    const { root, ran } = await loadOver(true);
    await field.expectRefused(root, ran, /answered 302[^]*hint: the redirect leads from `https:` to `http:`/);
  });

  test('nor is a certificate taken that nobody vouches for; it is not asked again', async () => {
    const { root, ran } = await loadOver(false);
    await field.expectRefused(root, ran, /self-signed certificate \(DEPTH_ZERO_SELF_SIGNED_CERT\)(?!, at the last)/);
  });
});

test('F36: a proxy of the environment is not asked to go where etlx may not', async () => {
  const root = await field.stand({ client: secrets });
  const proxy = `http://127.0.0.1:${await freePort()}`;
  await field.expectLoaded(root, await field.spawnedLoad(root, (came) => page(came), { ...env, HTTP_PROXY: proxy, http_proxy: proxy }));
});
