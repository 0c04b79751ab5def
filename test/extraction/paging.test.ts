import { serve, type Answer, type Came, type Site } from '../support/http';
import { extraction, problemsOf, type Extraction } from '../support/extraction';

const users = Array.from({ length: 25 }, (_, index) => ({ id: index + 1 }));

let site: Site;
let run: Extraction | undefined;

afterEach(async () => {
  await run?.stop();
  run = undefined;
  await site.stop();
});

async function paging(paginator: unknown, answer: (came: Came, nth: number) => Answer, over: object = {}): Promise<Extraction> {
  site = await serve(answer);
  run = extraction({
    client: { base_url: site.url, concurrency: 1, paginator },
    resource_defaults: { primary_key: 'id' },
    resources: [{ name: 'users', ...over }],
  });
  return run;
}

const asked = (): readonly string[] => site.came.map(({ url }) => url);
const ids = async (): Promise<readonly number[]> => (await run!.records('users')).map(({ id }) => Number(id));
const all = users.map(({ id }) => id);
const of = (page: number, size = 10): readonly object[] => users.slice(page * size, page * size + size);

test('single_page asks once, and compares with a total where there is one', async () => {
  await (await paging('single_page', () => ({ json: { users } }))).extract('users');
  expect([asked(), await ids()]).toEqual([['/users'], all]);
  await run!.stop();
  await site.stop();
  await paging({ type: 'single_page', total_path: 'meta.count' }, () => ({ json: { users, meta: { count: 26 } } }));
  expect(await problemsOf(run!.extract('users'))).toEqual([
    expect.stringContaining('extract.total: `users`: 25 distinct records received, but the API announced 26'),
  ]);
});

describe('page_number', () => {
  const numbered =
    (base: number, more: object) =>
    ({ params }: Came): Answer => ({ json: { users: of(Number(params.get('page')) - base), ...more } });

  test('ends at an empty page when nothing is announced', async () => {
    await (await paging({ type: 'page_number', base_page: 1 }, numbered(1, {}))).extract('users');
    expect([asked(), await ids()]).toEqual([[1, 2, 3, 4].map((page) => `/users?page=${page}`), all]);
  });

  test('ends with the records that are announced, or with the pages', async () => {
    await (await paging({ type: 'page_number', page_param: 'page', total_path: 'total' }, numbered(0, { total: 25 }))).extract('users');
    expect(asked()).toHaveLength(3);
    expect(await run!.manifest('users')).toMatchObject({ total: 25, records: 25 });
    await run!.stop();
    await site.stop();
    await (
      await paging({ type: 'page_number', base_page: 5, total_pages_path: 'meta.pages' }, numbered(5, { meta: { pages: 3 } }))
    ).extract('users');
    expect([asked(), await ids()]).toEqual([[5, 6, 7].map((page) => `/users?page=${page}`), all]);
  });

  test('an API that counts from one and is asked from zero does not lose its first page', async () => {
    await paging('page_number', ({ params }) => ({ json: { users: of(Math.max(0, Number(params.get('page')) - 1)) } }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('extract.repeated-page: GET')]);
  });

  test('a number of pages that is no number', async () => {
    await paging({ type: 'page_number', total_pages_path: 'pages' }, numbered(0, { pages: '3' }));
    expect(await problemsOf(run!.extract('users'))).toEqual([
      expect.stringContaining('expected the number of pages at `pages`, found a text'),
    ]);
  });
});

describe('an announced end at the end of a full page', () => {
  const offset = { type: 'offset', limit: 10, offset_param: 'skip', total_path: 'total' };
  const announcing =
    (total: number, records: number, past?: Answer) =>
    ({ params }: Came): Answer => {
      const skip = Number(params.get('skip') ?? Number(params.get('page')) * 10);
      const page = users.slice(skip, Math.min(skip + 10, records));
      return page.length === 0 && past !== undefined ? past : { json: { users: page, total } };
    };

  test.each([
    ['offset', offset, 1],
    ['offset in parallel', offset, 4],
    ['page_number', { type: 'page_number', total_path: 'total' }, 1],
  ])('%s: records behind it are not lost', async (_, paginator, concurrency) => {
    site = await serve(announcing(20, 25));
    run = extraction({
      client: { base_url: site.url, concurrency, paginator },
      resource_defaults: { primary_key: 'id' },
      resources: ['users'],
    });
    expect(await problemsOf(run.extract('users'))).toEqual([
      expect.stringMatching(/^extract\.total: `users`: 25 distinct records received, but the API announced 20, and more exist: GET /),
    ]);
    expect(site.came).toHaveLength(3);
  });

  test('pages that are announced hide no others', async () => {
    await paging({ type: 'page_number', total_pages_path: 'pages' }, ({ params }) => ({
      json: { users: of(Number(params.get('page'))), pages: 2 },
    }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('announced fewer pages, and more exist: GET')]);
  });

  test.each<[string, Answer | undefined]>([
    ['an empty page', undefined],
    ['an empty page with another total', { json: { users: [], total: 0 } }],
    ['no list', { json: { users: null } }],
    ['the last page again', { json: { users: of(1), total: 20 } }],
    ...[204, 400, 404, 416].map((status): [string, Answer] => [String(status), { bytes: '', status }]),
  ])('%s is the end, and does not land', async (_, past) => {
    await paging(offset, announcing(20, 20, past));
    expect(await run!.extract('users')).toMatchObject({ pages: 2, records: 20 });
    expect(asked()).toEqual([0, 10, 20].map((skip) => `/users?limit=10&skip=${skip}`));
    expect(await run!.manifest('users')).not.toHaveProperty('ignored');
  });

  test('other refusals fail', async () => {
    await paging(offset, announcing(20, 20, { bytes: '', status: 403 }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('skip=20: answered 403')]);
  });
});

describe('cursor', () => {
  const cursors = ['', 'aGVsbG8=', '9007199254740993'];
  const byCursor =
    (last: unknown, values: readonly unknown[] = cursors) =>
    ({ params }: Came): Answer => {
      const page = params.get('after') === null ? 0 : cursors.indexOf(params.get('after')!);
      return { json: { users: of(page), page: { next: values[page + 1] ?? last } } };
    };
  const paginator = { type: 'cursor', cursor_path: 'page.next', cursor_param: 'after' };

  test.each([[null], [undefined], ['']])('ends where the next one is %p', async (last) => {
    await (await paging(paginator, byCursor(last))).extract('users');
    expect([asked(), await ids()]).toEqual([['/users', '/users?after=aGVsbG8%3D', '/users?after=9007199254740993'], all]);
  });

  test('an empty page with a cursor is not the end', async () => {
    const pages = [of(0), [], of(1)];
    await (
      await paging(paginator, (_, nth) => ({ json: { users: pages[nth - 1], page: { next: ['a', 'b'][nth - 1] } } }))
    ).extract('users');
    expect(await ids()).toEqual(all.slice(0, 20));
  });

  test('the same cursor twice is a loop', async () => {
    await paging(paginator, (_, nth) => ({ json: { users: [{ id: nth }], page: { next: ['a', 'b', 'a', 'b'][nth - 1] } } }));
    expect(await problemsOf(run!.extract('users'))).toEqual([
      `extract.loop: GET ${site.url}/users?after=b gave the cursor \`a\` for a second time (following it would never end; check \`paginator\`)`,
    ]);
  });

  test('a cursor that is a list', async () => {
    await paging(paginator, () => ({ json: { users: of(0), page: { next: ['a'] } } }));
    expect(await problemsOf(run!.extract('users'))).toEqual([
      expect.stringContaining('expected a cursor, or null at `page.next`, found a list'),
    ]);
  });
});

describe('links', () => {
  const linked =
    (link: (page: number) => string | undefined) =>
    (came: Came): Answer => {
      const page = Number(came.params.get('p') ?? 0);
      return {
        json: { users: of(page), next: page < 2 ? link(page + 1) : null },
        headers: page < 2 ? { link: `<${link(0)}>; rel="first", <${link(page + 1)}>; title="a, b"; rel="last next"` } : {},
      };
    };
  const json = { type: 'json_link', next_url_path: 'next' };

  test.each([
    ['whole addresses', (page: number) => `${site.url}/users?p=${page}&x=%2F`],
    ['paths', (page: number) => `/users?p=${page}&x=%2F`],
    ['nothing but a query', (page: number) => `?p=${page}&x=%2F`],
  ])('in the body: %s', async (_, link) => {
    await (await paging(json, linked(link))).extract('users');
    expect([asked(), await ids()]).toEqual([['/users', '/users?p=1&x=%2F', '/users?p=2&x=%2F'], all]);
  });

  test('in the header', async () => {
    await (
      await paging(
        'header_link',
        linked((page) => `/users?p=${page}`),
      )
    ).extract('users');
    expect([asked(), await ids()]).toEqual([['/users', '/users?p=1', '/users?p=2'], all]);
  });

  test('a link back to the beginning, and one that comes twice', async () => {
    await paging(json, (_, nth) => ({ json: { users: [{ id: nth }], next: '/users' } }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('extract.loop: GET')]);
    await run!.stop();
    await site.stop();
    await paging(json, (_, nth) => ({ json: { users: [{ id: nth }], next: '/users?p=1' } }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('?p=1 gave the link `http')]);
    expect(site.came).toHaveLength(2);
  });

  test('a link to another host is not followed', async () => {
    const other = await serve(() => ({ json: { users: [] } }));
    await paging(json, () => ({ json: { users: of(0), next: `${other.url}/users?p=1` } }));
    const [problem] = await problemsOf(run!.extract('users'));
    expect(problem).toBe(
      `extract.link: GET ${other.url}/users?p=1 leads to \`${other.url}\`, away from the declared \`${site.url}\` (write the final address, or allow it by \`allow_hosts: [127.0.0.1:${other.port}]\`; it gets none of the secrets)`,
    );
    expect(other.came).toEqual([]);
    await other.stop();
  });

  test('a host that is allowed gets none of the secrets', async () => {
    const other = await serve(() => ({ json: { users: of(1) } }));
    site = await serve(() => ({ json: { users: of(0), next: `${other.url}/users?p=1` } }));
    run = extraction(
      {
        client: {
          base_url: site.url,
          allow_hosts: [`127.0.0.1:${other.port}`],
          auth: { type: 'bearer', token: { env: 'T' } },
          headers: { 'X-Key': { env: 'T' }, 'X-Plain': 'plain', Accept: 'application/json' },
          params: { key: { env: 'T' } },
          paginator: json,
        },
        resources: ['users'],
      },
      { env: { T: 'S3CR3T' } },
    );
    expect(await run.extract('users')).toMatchObject({ records: 20 });
    expect(site.came[0]!.headers).toMatchObject({ authorization: 'Bearer S3CR3T', 'x-key': 'S3CR3T', 'x-plain': 'plain' });
    expect(JSON.stringify(other.came)).not.toMatch(/S3CR3T|plain|authorization/);
    expect(other.came[0]).toMatchObject({ url: '/users?p=1', headers: { accept: 'application/json' } });
    await other.stop();
  });

  test('a link that is no address', async () => {
    await paging(json, () => ({ json: { users: of(0), next: 'http://' } }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('gave a next link that is no address')]);
  });

  test('secrets in a link are hidden in messages', async () => {
    site = await serve((_, nth) => (nth === 1 ? { json: { users: of(0), next: '/users?p=1&key=S3CR3T' } } : { json: {}, status: 404 }));
    run = extraction(
      { client: { base_url: site.url, params: { key: { env: 'T' } }, paginator: json }, resources: ['users'] },
      { env: { T: 'S3CR3T' } },
    );
    expect(await problemsOf(run.extract('users'))).toEqual([expect.stringContaining('/users?p=1&key=***: answered 404')]);
  });
});
