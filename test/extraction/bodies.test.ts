import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { serve, type Answer, type Came, type Site } from '../support/http';
import { extraction, problemsOf, resourcesOf, type Extraction } from '../support/extraction';

let site: Site;
let run: Extraction | undefined;

afterEach(async () => {
  await run?.stop();
  run = undefined;
  await site.stop();
});

async function asking(endpoint: object, answer: (came: Came, nth: number) => Answer, client: object = {}): Promise<Extraction> {
  site = await serve(answer);
  run = extraction({ client: { base_url: site.url, retry: { max_attempts: 2 }, ...client }, resources: [{ name: 'users', endpoint }] });
  return run;
}

/** Writes `text` again and again, as long as somebody listens. */
const trickling =
  (text: string): Answer =>
  (response) => {
    const timer = setInterval(() => response.write(text), 5);
    response.on('close', () => clearInterval(timer));
  };

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each)));

describe('POST', () => {
  test('sends its body, with what pages in it', async () => {
    const paginator = { type: 'offset', limit: 2, limit_body_path: 'page.size', offset_body_path: 'page.from' };
    await asking(
      { method: 'POST', path: 'search', json: { query: { active: true, tags: ['a', 1.5] }, page: { sort: 'id' } }, paginator },
      ({ body }) => {
        const { from } = (JSON.parse(body) as { page: { from: number } }).page;
        return { json: { users: [{ id: 1 }, { id: 2 }, { id: 3 }].slice(from, from + 2), total: 3 } };
      },
    );
    expect(await run!.extract('users')).toMatchObject({ pages: 2, records: 3 });
    expect(site.came.map(({ method, url, headers, body }) => [method, url, headers['content-type'], JSON.parse(body)])).toEqual(
      [0, 2].map((from) => [
        'POST',
        '/search',
        'application/json',
        { query: { active: true, tags: ['a', 1.5] }, page: { sort: 'id', size: 2, from } },
      ]),
    );
  });

  test('a cursor in the body, and a body of nothing else', async () => {
    await asking({ method: 'POST', paginator: { type: 'cursor', cursor_path: 'next', cursor_body_path: 'after' } }, (_, nth) => ({
      json: { users: [{ id: nth }], next: nth === 1 ? 'c1' : null },
    }));
    await run!.extract('users');
    expect(site.came.map(({ body }) => body)).toEqual(['{}', '{"after":"c1"}']);
  });

  test('headers that are declared stand over those that etlx sends of itself, in any case', async () => {
    await asking({ method: 'POST', headers: { 'Content-Type': 'application/vnd.x+json', 'User-Agent': 'shop' } }, () => ({
      json: { users: [] },
    }));
    await run!.extract('users');
    expect(site.came[0]!.headers).toMatchObject({ 'content-type': 'application/vnd.x+json', 'user-agent': 'shop' });
  });

  test('`json` is of a POST', () => {
    expect(() => resourcesOf({ client: { base_url: 'http://x' }, resources: [{ name: 'users', endpoint: { json: {} } }] })).toThrow(
      '`json` is the body of a POST (add `method: POST`)',
    );
    return (async () => (site = await serve(() => ({ json: {} }))))();
  });
});

describe('response_actions', () => {
  test('ignore: a response without records, which the manifest counts and the lake does not hold', async () => {
    await asking({ response_actions: [{ status_code: 404, content: 'none', action: 'ignore' }] }, () => ({
      json: { message: 'none here' },
      status: 404,
    }));
    expect(await run!.extract('users')).toMatchObject({ pages: 0, records: 0 });
    expect(await run!.manifest('users')).toMatchObject({ ignored: 1, pages: [] });
  });

  test('both conditions have to hold', async () => {
    await asking({ response_actions: [{ status_code: 404, content: 'none', action: 'ignore' }] }, () => ({
      json: { message: 'gone' },
      status: 404,
    }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('answered 404: {"message":"gone"}')]);
  });

  test('retry: an error that says it is none', async () => {
    await asking({ response_actions: [{ content: '"error":"busy"', action: 'retry' }] }, (_, nth) => ({
      json: nth === 1 ? { error: 'busy' } : { users: [{ id: 1 }] },
    }));
    expect(await run!.extract('users')).toMatchObject({ pages: 1, records: 1 });
    expect(site.came).toHaveLength(2);
  });

  test('retry to the end, and fail at once', async () => {
    const actions = [
      { status_code: 200, content: 'busy', action: 'retry' },
      { status_code: 503, action: 'fail' },
    ];
    await asking({ response_actions: actions }, () => ({ json: { error: 'busy' } }));
    await expect(run!.extract('users')).rejects.toMatchObject({ transient: true });
    expect(await problemsOf(run!.extract('users'))).toEqual([
      expect.stringContaining('answered 200, for which `response_actions` says `retry`, at the last of 2 attempts'),
    ]);
    await run!.stop();
    await site.stop();
    await asking({ response_actions: actions }, () => ({ json: {}, status: 503 }));
    await expect(run!.extract('users')).rejects.toMatchObject({ transient: false });
    expect(site.came).toHaveLength(1);
  });

  test('an action needs a condition', async () => {
    expect(() =>
      resourcesOf({
        client: { base_url: 'http://x' },
        resources: [{ name: 'users', endpoint: { response_actions: [{ action: 'ignore' }] } }],
      }),
    ).toThrow('needs the key `status_code` or `content`');
    site = await serve(() => ({ json: {} }));
  });
});

describe('formats', () => {
  const ndjson = '{"id":9007199254740993}\n\n{"id":2,"name":"ä"}\n';
  const csv = '\uFEFFid,name,note\r\n007,"Müller, ""Bob""\nJr.",\n8,x,""\n';

  test.each<readonly [string, object, string, string, readonly unknown[]]>([
    [
      'NDJSON by its content type',
      {},
      'application/x-ndjson; charset=utf-8',
      ndjson,
      [{ id: '9007199254740993n' }, { id: '2n', name: 'ä' }],
    ],
    ['NDJSON as declared', { format: 'ndjson' }, 'text/plain', ndjson, [{ id: '9007199254740993n' }, { id: '2n', name: 'ä' }]],
    [
      'CSV by its content type',
      {},
      'text/csv',
      csv,
      [
        { id: '007', name: 'Müller, "Bob"\nJr.', note: null },
        { id: '8', name: 'x', note: '' },
      ],
    ],
    [
      'CSV as declared',
      { format: 'csv' },
      'application/octet-stream',
      csv,
      [
        { id: '007', name: 'Müller, "Bob"\nJr.', note: null },
        { id: '8', name: 'x', note: '' },
      ],
    ],
    ['CSV with a header alone', {}, 'text/csv', 'id,name', []],
    ['nothing at all', {}, 'text/csv', '', []],
  ])('%s', async (_, endpoint, type, bytes, records) => {
    await asking(endpoint, () => ({ bytes, headers: { 'content-type': type } }));
    expect(await run!.extract('users')).toMatchObject({ pages: 1, records: records.length });
    expect(plain(await run!.records('users'))).toEqual(records);
    const [page] = (await run!.manifest('users')).pages;
    expect(page!.key).toMatch(type.includes('csv') || (endpoint as { format?: string }).format === 'csv' ? /\.csv$/ : /\.ndjson$/);
    expect(page!.bytes).toBe(Buffer.byteLength(bytes));
  });

  test.each<readonly [string, string, string, string]>([
    ['a line that is no JSON', 'application/x-ndjson', '{"id":1}\n{"id":\n', 'is not NDJSON (line 2: '],
    ['a line that is no object', 'application/x-ndjson', '{"id":1}\n7\n', 'expected an object at `[1]`, found the number 7'],
    ['a row that is too short', 'text/csv', 'a,b\n"1\n2",3\n4\n', 'is not CSV (line 4 has 1 fields, the header 2)'],
    ['a name that stands twice', 'text/csv', 'a,b,a\n1,2,3\n', 'is not CSV (the header names `a` twice)'],
    ['a quote that does not match', 'text/csv', 'a,b\n1,"2\n', 'is not CSV (line 2: a quote that does not match)'],
    ['bytes that are no UTF-8', 'text/csv', 'latin', 'is not CSV ('],
    ['UTF-16', 'application/json', 'utf16', 'is not JSON ('],
  ])('%s', async (_, type, text, says) => {
    const bytes =
      text === 'latin'
        ? Buffer.from('a,b\nM\xfcller,2\n', 'latin1')
        : text === 'utf16'
          ? Buffer.from('\uFEFF{"users":[]}', 'utf16le')
          : text;
    await asking({}, () => ({ bytes, headers: { 'content-type': type } }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining(says)]);
  });

  test('a JSON body may begin with a byte order mark', async () => {
    await asking({}, () => ({ bytes: '\uFEFF{"users":[{"id":1}]}', headers: { 'content-type': 'application/json' } }));
    expect(await run!.extract('users')).toMatchObject({ records: 1 });
  });

  test('lines whose end nobody announced may be cut', async () => {
    await asking({}, () => (response) => {
      response.socket!.end('HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\nconnection: close\r\n\r\na,b\n1,22');
    });
    expect(await problemsOf(run!.extract('users'))).toEqual([
      expect.stringContaining('the answer may be cut: it ends without a line break'),
    ]);
  });
});

describe('compression and size', () => {
  const body = JSON.stringify({ users: Array.from({ length: 500 }, (_, id) => ({ id })) });

  test.each([
    ['gzip', gzipSync(body)],
    ['br', brotliCompressSync(body)],
    ['deflate', deflateSync(body)],
    ['gzip, br', brotliCompressSync(gzipSync(body))],
  ])('%s', async (encoding, bytes) => {
    await asking({}, () => ({ bytes, headers: { 'content-encoding': encoding } }));
    expect(await run!.extract('users')).toMatchObject({ records: 500, bytes: body.length });
  });

  test.each<readonly [string, Answer]>([
    ['a large body', { bytes: Buffer.alloc(2000, ' ') }],
    ['a body that never ends', trickling('     '.repeat(100))],
    ['a small one that becomes large', { bytes: gzipSync(Buffer.alloc(50_000_000)), headers: { 'content-encoding': 'gzip' } }],
    ['the same by br', { bytes: brotliCompressSync(Buffer.alloc(50_000_000)), headers: { 'content-encoding': 'br' } }],
  ])('%s is refused at `max_bytes`', async (_, answer) => {
    const limit = typeof answer === 'object' && 'headers' in answer ? 1_000_000 : 1000;
    await asking({}, () => answer, { max_bytes: limit });
    expect(await problemsOf(run!.extract('users'))).toEqual([
      `extract.http: GET ${site.url}/users: the body is larger than ${limit} bytes (ask for smaller pages, or raise \`max_bytes\`)`,
    ]);
    expect(site.came).toHaveLength(1);
  });

  test.each([
    ['gzip, gzip, gzip, gzip', 'the body is compressed 4 times'],
    ['compress', 'the body is encoded as `compress`, which was not asked for'],
    ['constructor', 'the body is encoded as `constructor`, which was not asked for'],
  ])('%s is refused', async (encoding, says) => {
    await asking({}, () => ({ bytes: '{}', headers: { 'content-encoding': encoding } }));
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining(says)]);
  });
});

describe('timeouts', () => {
  const begin: Answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
  };

  test.each<readonly [string, object, Answer, string]>([
    ['first byte', { first_byte: 0.2 }, () => undefined, 'no answer within 0.2 seconds, at the last of 2 attempts'],
    ['idle', { idle: 0.2 }, begin, 'the answer stopped for 0.2 seconds, at the last of 2 attempts'],
    ['whole', { total: 0.3 }, trickling(' '), 'no complete answer within 0.3 seconds, at the last of 2 attempts'],
  ])('%s', async (_, timeout, answer, says) => {
    await asking({}, () => answer, { timeout: { total: 20, ...timeout } });
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining(says)]);
  });
});
