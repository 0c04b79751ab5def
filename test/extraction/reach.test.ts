import { isPrivateAddress, isPrivateHost } from '../../src/loaders/privateAddress';
import { httpClient } from '../../src/loaders/http';
import { reachOf } from '../../src/loaders/reach';
import { serve, type Answer, type Came, type Site } from '../support/http';
import { extraction, problemsOf, type Extraction } from '../support/extraction';

let site: Site;
let run: Extraction | undefined;

afterEach(async () => {
  await run?.stop();
  run = undefined;
  await site.stop();
});

const users = { json: { users: [{ id: 1 }] } };
const secret = { auth: { type: 'bearer', token: { env: 'T' } }, headers: { 'X-Key': { env: 'T' } } };

async function asking(answer: (came: Came) => Answer, client: object = {}, endpoint: object = {}): Promise<Extraction> {
  site = await serve(answer);
  run = extraction(
    { client: { base_url: site.url, ...secret, ...client }, resources: [{ name: 'users', endpoint }] },
    { env: { T: 'S3CR3T' } },
  );
  return run;
}

const to = (location: string, status = 302): Answer => ({ json: {}, status, headers: { location } });

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%i within the declared server is followed, with the credentials', async (status) => {
    await asking(({ path }) => (path === '/users' ? to('/v2/users?x=1', status) : users));
    expect(await run!.extract('users')).toMatchObject({ records: 1 });
    expect(site.came.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/users', 'Bearer S3CR3T'],
      ['/v2/users?x=1', 'Bearer S3CR3T'],
    ]);
  });

  test('five are followed, a sixth is not', async () => {
    await asking(({ path }) => (path === '/users' ? to('/5') : path === '/1' ? users : to(`/${Number(path.slice(1)) - 1}`)));
    expect(await run!.extract('users')).toMatchObject({ records: 1 });
    await run!.stop();
    await site.stop();
    await asking(({ path }) => to(`${path}x`));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('answered 302: {} (it was redirected too often')]);
    expect(site.came).toHaveLength(6);
  });

  test('another host is not asked, and sees nothing', async () => {
    const other = await serve(() => users);
    await asking(() => to(`${other.url}/users`));
    expect(await problemsOf(run!.extract('users'))).toEqual([
      `extract.http: GET ${site.url}/users: answered 302: {} (the redirect leads to \`${other.url}\`, away from the declared \`${site.url}\`: write the final address, or allow it by \`allow_hosts: [127.0.0.1:${other.port}]\`; it gets none of the secrets)`,
    ]);
    expect(other.came).toEqual([]);
    await other.stop();
  });

  test('a host that is allowed is asked without the secrets', async () => {
    const other = await serve(() => users);
    await asking(() => to(`${other.url}/users`), { allow_hosts: [`127.0.0.1:${other.port}`] });
    expect(await run!.extract('users')).toMatchObject({ records: 1 });
    expect(JSON.stringify(other.came)).not.toMatch(/S3CR3T|authorization/i);
    await other.stop();
  });

  test('a POST stays a POST, or is not followed', async () => {
    const post = { method: 'POST', json: { a: 1 } };
    await asking(({ path }) => (path === '/users' ? to('/v2', 308) : users), {}, post);
    await run!.extract('users');
    expect(site.came[1]).toMatchObject({ method: 'POST', path: '/v2', body: '{"a":1}' });
    await run!.stop();
    await site.stop();
    await asking(() => to('/v2', 302), {}, post);
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('answered 302')]);
    expect(site.came).toHaveLength(1);
  });
});

test.each<readonly [string, string, 'own' | 'allowed' | 'refused']>([
  ['https://api.example.com', 'https://api.example.com/x', 'own'],
  ['https://api.example.com/v1', 'https://api.example.com:443/x', 'own'],
  ['https://api.example.com', 'https://api.example.com:8443/x', 'refused'],
  ['https://api.example.com', 'http://api.example.com/x', 'refused'],
  ['http://api.example.com', 'https://api.example.com/x', 'refused'],
  ['https://api.example.com', 'https://cdn.example.com/x', 'allowed'],
  ['https://api.example.com', 'http://cdn.example.com/x', 'refused'],
  ['https://api.example.com', 'https://cdn.example.com.evil.net/x', 'refused'],
  ['https://api.example.com', 'https://api.example.com@evil.net/x', 'refused'],
  ['https://api.example.com', 'file:///etc/passwd', 'refused'],
  ['https://api.example.com', 'nonsense', 'refused'],
])('from %s to %s: %s', async (baseUrl, target, expected) => {
  site = await serve(() => users);
  const reach = reachOf(target, { baseUrl, allowHosts: ['cdn.example.com'] });
  expect(typeof reach === 'object' ? 'refused' : reach).toBe(expected);
});

describe('addresses that are not public', () => {
  const inside = [
    '127.0.0.1',
    '127.9.9.9',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'ff02::1',
  ];
  const outside = ['1.1.1.1', '172.32.0.1', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'];

  test('are known', async () => {
    site = await serve(() => users);
    expect(inside.filter((address) => !isPrivateAddress(address))).toEqual([]);
    expect(outside.filter(isPrivateAddress)).toEqual([]);
    const hosts = [
      'localhost',
      'api',
      'db.internal',
      'printer.local',
      'x.localhost',
      'router.home.arpa',
      '[::1]',
      new URL('http://0x7f000001').hostname,
      new URL('http://2130706433').hostname,
      new URL('http://127.1').hostname,
    ];
    expect(hosts.filter((host) => !isPrivateHost(host))).toEqual([]);
    expect(['dummyjson.com', '8.8.8.8', 'internal.example.com'].filter(isPrivateHost)).toEqual([]);
  });

  // `localhost` is a name that leads to a private address, and stands here for one of the public internet that does so
  test.each(['127.0.0.1', 'localhost', '[::1]', '0x7f000001', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254'])(
    '%s is refused when it is connected to',
    async (host) => {
      site = await serve(() => users);
      const client = httpClient();
      const timeout = { connect: 1, firstByte: 1, idle: 1, total: 1 };
      const request = {
        method: 'GET',
        url: `http://${host}:${site.port}/`,
        headers: {},
        timeout,
        maxBytes: 1000,
        publicOnly: true,
        manners: { concurrency: 1, maxDelay: 1 },
        attempt: 1,
      } as const;
      await expect(client.fetch(request, new AbortController().signal)).rejects.toMatchObject({
        name: 'NetworkError',
        transient: false,
        message: expect.stringContaining('is not an address of the public internet') as string,
        hint: expect.stringContaining('allow_private: true') as string,
      });
      await expect(client.fetch({ ...request, url: site.url, publicOnly: false }, new AbortController().signal)).resolves.toMatchObject({
        status: 200,
      });
      expect(site.came).toHaveLength(1);
      await client.close();
    },
  );
});
