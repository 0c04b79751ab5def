import { compile } from '../../src/compile/compile';
import { serve, type Answer, type Came, type Site } from '../support/http';
import { extraction, problemsOf, resourcesOf, type Extraction } from '../support/extraction';

let site: Site | undefined;
let run: Extraction | undefined;

afterEach(async () => {
  await run?.stop();
  await site?.stop();
  run = undefined;
  site = undefined;
});

const BIG = '9007199254740993';
const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function family(
  carts: object,
  answer: (came: Came) => Answer | Promise<Answer>,
  users = `{"users":[{"id":1,"name":"a/b ?"},{"id":${BIG},"name":"ü"},{"id":1,"name":"a/b ?"},{"id":3,"name":null}],"total":4}`,
): Promise<Extraction> {
  site = await serve(async (came) => (came.path === '/users' ? { bytes: users } : answer(came)));
  run = extraction({ client: { base_url: site.url }, resources: ['users', { name: 'carts', ...carts }] });
  await run.extract('users');
  return run;
}

const cartsAsked = (): readonly string[] => site!.came.map(({ url }) => url).filter((url) => url !== '/users');
const noCarts: Answer = { json: { carts: [] } };

test('a series for each record of the parent; what they have alike is asked for once', async () => {
  const page = ({ path, params }: Came): Answer => {
    const user = path.split('/')[2]!;
    const carts = [1, 2, 3].map((cart) => ({ id: `${user}-${cart}` }));
    const skip = Number(params.get('offset'));
    return { json: { carts: carts.slice(skip, skip + 2), total: 3 } };
  };
  await family(
    {
      primary_key: 'id',
      include_from_parent: ['id', 'address.city'],
      endpoint: { path: 'users/{resources.users.id}/carts', paginator: { type: 'offset', limit: 2 } },
    },
    async (came) => {
      await later(came.path.includes('/1/') ? 30 : 0);
      return page(came);
    },
  );
  expect(await run!.extract('carts')).toMatchObject({ pages: 6, records: 9 });
  expect([...new Set(cartsAsked().map((url) => url.split('?')[0]))].sort()).toEqual([
    '/users/1/carts',
    '/users/3/carts',
    `/users/${BIG}/carts`,
  ]);
  const records = await run!.records('carts');
  expect(records.map(({ id, _users_id }) => [id, _users_id])).toEqual(
    [1n, BigInt(BIG), 3n].flatMap((user) => [1, 2, 3].map((cart) => [`${user}-${cart}`, user])),
  );
  expect(records[0]).toMatchObject({ _users_address_city: null });
  const manifest = await run!.manifest('carts');
  expect(manifest).toMatchObject({ total: 9, records: 9, parent: { resource: 'users', load_id: (await run!.manifest('users')).load_id } });
  expect(manifest.request).toBe(`GET ${site!.url}/users/%7Bid%7D/carts?limit=2&offset=0`);
  expect(site!.most()).toBeLessThanOrEqual(4);
  expect(site!.most()).toBeGreaterThan(1);
});

test('placeholders are encoded in the path, and filled in parameters and bodies', async () => {
  const endpoint = {
    path: 'by/{resources.users.name}',
    method: 'POST',
    params: { who: 'user {resources.users.id}' },
    json: { id: '{resources.users.id}', text: 'no. {resources.users.id}', fixed: [1, null] },
  };
  await family({ endpoint }, () => noCarts, `{"users":[{"id":${BIG},"name":"a/b ?"}]}`);
  await run!.extract('carts');
  const [, came] = site!.came;
  expect(came!.url).toBe(`/by/a%2Fb%20%3F?who=user+${BIG}`);
  expect(came!.body).toBe(`{"id":${BIG},"text":"no. ${BIG}","fixed":[1,null]}`);
});

test('fields get the names that are given, and do not cover those of the child', async () => {
  await family({ include_from_parent: { user: 'id' }, endpoint: 'carts/{resources.users.id}' }, ({ path }) => ({
    json: { carts: [{ id: path }] },
  }));
  await run!.extract('carts');
  expect((await run!.records('carts')).map(({ user }) => user)).toEqual([1n, BigInt(BIG), 3n]);
  await run!.stop();
  await site!.stop();
  await family({ include_from_parent: { id: 'id' }, endpoint: 'carts/{resources.users.id}' }, () => ({ json: { carts: [{ id: 7 }] } }));
  expect(await problemsOf(run!.extract('carts'))).toEqual([
    expect.stringContaining('expected nothing, because the parent fills it at `carts[0].id`, found the number 7'),
  ]);
});

test('a parent that the API does not know can be ignored, and nothing else is', async () => {
  const endpoint = { path: 'users/{resources.users.id}/carts', response_actions: [{ status_code: 404, action: 'ignore' }] };
  await family({ endpoint }, ({ path }) => (path.includes('/3/') ? { json: {}, status: 404 } : { json: { carts: [{ of: path }] } }));
  expect(await run!.extract('carts')).toMatchObject({ pages: 2, records: 2 });
  expect(await run!.manifest('carts')).toMatchObject({ ignored: 1 });
});

test('a series that is not whole fails the load', async () => {
  await family(
    { primary_key: 'id', endpoint: { path: 'users/{resources.users.id}/carts', paginator: { type: 'single_page', total_path: 'total' } } },
    ({ path }) => ({
      json: { carts: [{ id: 1 }], total: path.includes('/3/') ? 2 : 1 },
    }),
  );
  expect(await problemsOf(run!.extract('carts'))).toEqual([
    expect.stringContaining('1 distinct records received, but the API announced 2'),
  ]);
  expect(await run!.lake()).not.toContain('raw/shop/carts/load_id=20261122T230102123Z-400001/_manifest');
});

test('a parent without the field that is needed, and a parent that never came', async () => {
  await family({ endpoint: 'by/{resources.users.name}' }, () => noCarts);
  expect(await problemsOf(run!.extract('carts'))).toEqual([
    expect.stringMatching(
      /the record of `users` in `raw.*page-00001.json`: expected a single value for a placeholder at `name`, found null/,
    ),
  ]);
  await run!.stop();
  run = extraction({ client: { base_url: site!.url }, resources: ['users', { name: 'carts', endpoint: 'c/{resources.users.id}' }] });
  expect(await problemsOf(run.extract('carts'))).toEqual([
    expect.stringContaining('lake.missing-load: the lake holds no complete load of `extract.shop.users`'),
  ]);
});

describe('what is declared', () => {
  const declared = (carts: object) => () =>
    resourcesOf({ client: { base_url: 'http://x' }, resources: ['users', 'shops', { name: 'carts', ...carts }] });

  test.each<readonly [string, object, string]>([
    ['a parent that does not exist', { endpoint: 'x/{resources.user.id}' }, '`resources.…` cannot be `user` (did you mean `users`?)'],
    ['itself', { endpoint: 'x/{resources.carts.id}' }, '`resources.…` cannot be `carts`'],
    [
      'two parents',
      { endpoint: 'x/{resources.users.id}/{resources.shops.id}' },
      'the placeholders of `carts` name `users` and `shops`; they have to be of one resource',
    ],
    [
      'fields of no parent',
      { include_from_parent: ['id'] },
      '`carts` includes fields from a parent, but has none (name it in the path: `users/{resources.users.id}/carts`)',
    ],
  ])('%s', (_, carts, says) => {
    expect(declared(carts)).toThrow(says);
  });
});

test('the child comes after its parent in the graph', () => {
  const source = `sources:
  - name: shop
    extract:
      client: { base_url: 'http://x' }
      resources:
        - users
        - name: carts
          endpoint:
            path: users/{resources.users.id}/carts
`;
  const { nodes } = compile(
    {
      root: '/nowhere',
      settings: { path: 'project.yaml', text: 'name: demo\ntargets: { dev: { type: pglite } }\n' },
      files: [{ path: 'sources/shop.yaml', text: source }],
      seeds: [],
      functions: new Map(),
    },
    { vars: {}, env: {}, fullRefresh: false },
  ).manifest;
  expect(nodes.get('extract.shop.carts')?.dependsOn).toEqual(['extract.shop.users']);
  expect(nodes.get('extract.shop.users')?.dependsOn).toEqual([]);
});
