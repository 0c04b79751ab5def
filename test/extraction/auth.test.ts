import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretFile } from '../../src/disk/secretFile';
import { serve, type Answer, type Came, type Site } from '../support/http';
import { extraction, problemsOf, resourcesOf, type Extraction } from '../support/extraction';

const env = { TOKEN: 'S3CR3T-Köln', USER: 'emily', PASSWORD: 'S3CR3T-pässword:', CLIENT: 'client-1' };
const items = { items: [{ id: 1 }] };

let site: Site;
let run: Extraction | undefined;

afterEach(async () => {
  await run?.stop();
  run = undefined;
  await site.stop();
});

async function asking(
  auth: object,
  answer: (came: Came, nth: number) => Answer,
  resources: readonly unknown[] = ['items'],
): Promise<Extraction> {
  site = await serve(answer);
  // a token's address is known when the server is up
  const declared = JSON.parse(JSON.stringify(auth).replaceAll('{site}', site.url)) as object;
  run = extraction({ client: { base_url: site.url, auth: declared }, resources }, { env, secretFile: secretFile('/') });
  return run;
}

const authorization = (): readonly (string | undefined)[] => site.came.map(({ headers }) => headers.authorization);

test('bearer', async () => {
  await (await asking({ type: 'bearer', token: { env: 'USER' } }, () => ({ json: items }))).extract('items');
  expect(authorization()).toEqual(['Bearer emily']);
});

test('an API key in a header, and in the query', async () => {
  const header = { type: 'api_key', name: 'X-Key', api_key: { env: 'USER' } };
  const query = { type: 'api_key', name: 'key', api_key: { env: 'TOKEN' }, location: 'query' };
  const both = await asking(header, () => ({ json: items }), [
    'items',
    { name: 'others', endpoint: { data_selector: 'items', auth: query } },
  ]);
  await both.extract('items');
  await both.extract('others');
  expect(site.came[0]!.headers['x-key']).toBe('emily');
  expect(site.came[1]!.params.get('key')).toBe(env.TOKEN);
  expect(await both.lake()).not.toContain('S3CR3T');
});

test('http_basic', async () => {
  await (
    await asking({ type: 'http_basic', username: { env: 'USER' }, password: { env: 'PASSWORD' } }, () => ({ json: items }))
  ).extract('items');
  expect(authorization()).toEqual([`Basic ${Buffer.from(`emily:${env.PASSWORD}`).toString('base64')}`]);
});

test('a secret from a file, without its last line break', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'etlx-secret-')), 'token');
  writeFileSync(file, 'from-a-file\n');
  await (await asking({ type: 'bearer', token: { file } }, () => ({ json: items }))).extract('items');
  expect(authorization()).toEqual(['Bearer from-a-file']);
  const missing = extraction(
    { client: { base_url: site.url, auth: { type: 'bearer', token: { file: '/no/such/file' } } }, resources: ['items'] },
    { secretFile: secretFile('/') },
  );
  expect(await problemsOf(missing.extract('items'))).toEqual([
    'secret.file: the file `/no/such/file`, which holds a secret, cannot be read or is empty (a relative path starts at the project folder)',
  ]);
  await missing.stop();
});

describe('oauth2_client_credentials', () => {
  const auth = {
    type: 'oauth2_client_credentials',
    access_token_url: '{site}/token',
    client_id: { env: 'CLIENT' },
    client_secret: { env: 'PASSWORD' },
    access_token_request_data: { scope: 'read' },
  };

  test('a token is asked for once, and shared by the resources of a client', async () => {
    const answers = (came: Came): Answer => ({ json: came.path === '/token' ? { access_token: 'T1', expires_in: 3600 } : items });
    const both = await asking(auth, answers, ['items', { name: 'others', endpoint: { data_selector: 'items' } }]);
    await Promise.all([both.extract('items'), both.extract('others')]);
    const [token, ...others] = site.came;
    expect(Object.fromEntries(new URLSearchParams(token!.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: env.PASSWORD,
      scope: 'read',
    });
    expect(others.map(({ headers }) => headers.authorization)).toEqual(['Bearer T1', 'Bearer T1']);
    expect(await both.lake()).not.toMatch(/T1|S3CR3T|client-1/);
  });

  test('it is renewed when it ends', async () => {
    let tokens = 0;
    const answers = (came: Came): Answer => ({
      json: came.path === '/token' ? { access_token: `T${(tokens += 1)}`, expires_in: 100 } : items,
    });
    const twice = await asking(auth, answers);
    await twice.extract('items');
    await twice.ports.clock.sleep(89_000);
    await twice.extract('items');
    await twice.ports.clock.sleep(2_000);
    await twice.extract('items');
    expect(authorization().filter(Boolean)).toEqual(['Bearer T1', 'Bearer T1', 'Bearer T2']);
  });

  test('it is renewed once when the API refuses it, and that is all', async () => {
    let tokens = 0;
    const answers =
      (good: string) =>
      (came: Came): Answer => {
        if (came.path === '/token') return { json: { access_token: `T${(tokens += 1)}` } };
        return came.headers.authorization === good ? { json: items } : { json: { message: 'expired' }, status: 401 };
      };
    await (await asking(auth, answers('Bearer T2'))).extract('items');
    expect(authorization()).toEqual([undefined, 'Bearer T1', undefined, 'Bearer T2']);
    await run!.stop();
    await site.stop();
    const never = await asking(auth, answers('nobody'));
    expect(await problemsOf(never.extract('items'))).toEqual([
      `extract.http: GET ${site.url}/items: answered 401: {"message":"expired"} (check the credentials under \`auth\`)`,
    ]);
    expect(site.came).toHaveLength(4);
  });

  test('a token that others wait for does not end with the extraction that asked for it', async () => {
    const come: (() => void)[] = [];
    const answers = (came: Came): Answer => {
      if (came.path !== '/token') return { json: items };
      return (response) =>
        void come.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"T1"}'));
    };
    const two = await asking(auth, answers, ['items', { name: 'others', endpoint: { path: 'items', data_selector: 'missing' } }]);
    const failing = problemsOf(two.extract('others'));
    while (come.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const good = two.extract('items');
    come.forEach((go) => go());
    expect(await failing).toEqual([expect.stringContaining('expected a list at `missing`')]);
    expect(await good).toMatchObject({ records: 1 });
    expect(site.came.filter(({ path }) => path === '/token')).toHaveLength(1);
  });

  test('a refusal is told without the secrets', async () => {
    const refusing = await asking(auth, (came) => ({
      json: { error: 'invalid_client', error_description: `not ${new URLSearchParams(came.body).get('client_secret')}` },
      status: 400,
    }));
    expect(await problemsOf(refusing.extract('items'))).toEqual([
      `extract.auth: POST ${site.url}/token: no token: answered 400: invalid_client: not *** (check the credentials under \`auth\`)`,
    ]);
    await run!.stop();
    await site.stop();
    const empty = await asking(auth, () => ({ json: { token: 'T-LEAK' } }));
    expect(await problemsOf(empty.extract('items'))).toEqual([
      `extract.auth: POST ${site.url}/token: no token: the answer has no text at \`access_token\` (check the credentials under \`auth\`)`,
    ]);
  });
});

describe('session', () => {
  const auth = {
    type: 'session',
    path: 'auth/login',
    json: { username: { env: 'USER' }, password: { env: 'PASSWORD' } },
    token_path: 'user.accessToken',
  };

  test('logs in, and shows the token; neither of them lands', async () => {
    const answers = (came: Came): Answer => ({ json: came.path === '/auth/login' ? { user: { accessToken: 'SESSION-1' } } : items });
    const session = await asking(auth, answers);
    expect(await session.extract('items')).toMatchObject({ records: 1 });
    expect(JSON.parse(site.came[0]!.body)).toEqual({ username: 'emily', password: env.PASSWORD });
    expect(site.came[0]).toMatchObject({ method: 'POST', path: '/auth/login' });
    expect(authorization()).toEqual([undefined, 'Bearer SESSION-1']);
    expect(await session.lake()).not.toMatch(/SESSION|S3CR3T|emily|login/);
  });

  test('a login is asked for again when the API is busy', async () => {
    const answers = (came: Came, nth: number): Answer =>
      nth === 1 ? { json: {}, status: 503 } : { json: came.path === '/auth/login' ? { user: { accessToken: 'S' } } : items };
    expect(await (await asking(auth, answers)).extract('items')).toMatchObject({ records: 1 });
  });

  test('an error of the API that repeats the token does not show it', async () => {
    const answers = (came: Came): Answer =>
      came.path === '/auth/login'
        ? { json: { user: { accessToken: 'SESSION-1' } } }
        : { json: { message: `SESSION-1 may not, ${Buffer.from(env.PASSWORD).toString('base64')}` }, status: 403 };
    const [problem] = await problemsOf((await asking(auth, answers)).extract('items'));
    expect(problem).toContain('answered 403: {"message":"*** may not, ***"}');
  });
});

test('secrets of the auth are references, never texts', async () => {
  site = await serve(() => ({ json: items }));
  for (const auth of [
    { type: 'bearer', token: 'T' },
    { type: 'api_key', api_key: 'T' },
    { type: 'http_basic', username: 'u', password: 'T' },
  ]) {
    expect(() => resourcesOf({ client: { base_url: site.url, auth }, resources: ['items'] })).toThrow(
      'must be a reference to a secret, not the secret itself',
    );
  }
  expect(() => resourcesOf({ client: { base_url: site.url, auth: { type: 'bearr' } }, resources: ['items'] })).toThrow(
    'did you mean `bearer`',
  );
});
