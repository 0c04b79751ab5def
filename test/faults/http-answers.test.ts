import type { Answer } from '../support/http';
import { freePort } from '../support/postgres';
import { always, goingWrong, NEW, page, startApiField, well, type ApiField } from './apiField';

/** What an API answers, or fails to answer; numbers as in `docs/operations.md`. */
let field: ApiField;
beforeAll(async () => {
  field = await startApiField();
});
afterAll(() => field.stop());

describe('F30: an API that says how long to wait', () => {
  const busy =
    (after: string): (() => Answer) =>
    () => ({ json: { message: 'slow down' }, status: 429, headers: { 'retry-after': after } });
  const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

  test.each<readonly [string, () => string, least: number, most: number]>([
    ['seconds', () => '7', 7000, 7000],
    ['a date', () => inSeconds(20), 17_000, 20_000],
    ['a date that has passed', () => inSeconds(-60), 0, 0],
    ['absurdly many seconds: no longer than `max_delay`', () => '99999999999999999999', 30_000, 30_000],
    ['an absurd date', () => 'Fri, 31 Dec 9999 23:59:59 GMT', 30_000, 30_000],
    ['less than nothing: the wait of etlx itself', () => '-5', 250, 500],
    ['nothing that can be read', () => 'soon', 250, 500],
  ])('%s', async (_, after, least, most) => {
    const root = await field.stand();
    const waits: number[] = [];
    const ran = await field.load(root, goingWrong(busy(after())), { waits });
    await field.expectLoaded(root, ran);
    const longest = Math.max(0, ...waits);
    expect(longest).toBeGreaterThanOrEqual(least);
    expect(longest).toBeLessThanOrEqual(most);
    expect(ran.came).toHaveLength(4);
  });

  test('is waited for by the clock', async () => {
    const root = await field.stand();
    const began = performance.now();
    await field.expectLoaded(root, await field.load(root, goingWrong(busy('1')), { patient: true }));
    expect(performance.now() - began).toBeGreaterThan(990);
  });

  test('for ever: four attempts, and the load fails', async () => {
    const root = await field.stand();
    const waits: number[] = [];
    const ran = await field.load(root, goingWrong(busy('99999999'), always), { waits });
    expect(ran.came).toHaveLength(5);
    // three waits between four attempts, none of them longer than declared
    expect(Math.max(...waits)).toBe(30_000);
    expect(waits.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(2 * 3 * 30_000);
    await field.expectRefused(root, ran, /users\?limit=2&offset=2: answered 429, at the last of 4 attempts: \{"message":"slow down"\}/);
  });
});

describe('F31: an API that breaks', () => {
  const reset: Answer = (response) => void response.socket!.resetAndDestroy();
  const resetHalfWay: Answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"users":[', () => response.socket!.resetAndDestroy());
  };
  const broken: readonly (readonly [string, Answer, RegExp])[] = [
    ...[500, 502, 503, 504].map(
      (status) =>
        [`${status}`, { json: {}, status }, new RegExp(`offset=2: answered ${status}, at the last of 4 attempts: \\{\\}`)] as const,
    ),
    ['a reset', reset, /before the answer was complete, at the last of 4 attempts/],
    ['a reset in the middle of the body', resetHalfWay, /before the answer was complete, at the last of 4 attempts/],
  ];

  test.each(broken)('%s for a moment: asked again, and each page is there once', async (_, answer) => {
    const root = await field.stand();
    const waits: number[] = [];
    const ran = await field.load(
      root,
      goingWrong(() => answer, { times: 3 }),
      { waits },
    );
    await field.expectLoaded(root, ran);
    expect(ran.came.map(({ params }) => params.get('offset'))).toEqual(['0', '2', '2', '2', '2', '4']);
    // twice as long each time, less some jitter
    const [first = 0, second = 0, third = 0] = waits.filter((wait) => wait > 0);
    for (const [wait, full] of [
      [first, 500],
      [second, 1000],
      [third, 2000],
    ] as const) {
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }
  });

  test.each(broken)('%s for ever', async (_, answer, says) => {
    const root = await field.stand();
    const ran = await field.load(
      root,
      goingWrong(() => answer, always),
    );
    expect(ran.came).toHaveLength(5);
    await field.expectRefused(root, ran, says);
  });

  test('nobody listens', async () => {
    const root = await field.stand({ client: { base_url: `http://127.0.0.1:${await freePort()}` } });
    const ran = await field.load(root, well);
    expect(ran).toMatchObject({ code: 1, came: [] });
    expect(ran.extracted).toMatch(/connect ECONNREFUSED 127\.0\.0\.1:\d+, at the last of 4 attempts/);
    expect(ran.stderr).toContain('hint: is `base_url` right, and the API up?');
  });

  test('a name that nobody knows', async () => {
    const root = await field.stand({ client: { base_url: 'http://api.invalid' } });
    const ran = await field.load(root, well);
    expect(ran.code).toBe(1);
    expect(ran.extracted).toMatch(/getaddrinfo (ENOTFOUND|EAI_AGAIN) api\.invalid, at the last of 4 attempts/);
  });
});

describe('F32: a body that is cut', () => {
  const body = JSON.stringify(page({ params: new URLSearchParams('offset=2') } as never).json);
  const cut =
    (headers: Readonly<Record<string, string | number>>, text: string): Answer =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      response.write(text, () => response.destroy());
    };
  const half = body.slice(0, body.length / 2);
  const cuts: readonly (readonly [string, Answer])[] = [
    ['less than its announced length', cut({ 'content-length': body.length }, half)],
    ['one byte less', cut({ 'content-length': body.length }, body.slice(0, -1))],
    ['in the middle of its chunks', cut({}, half)],
    ['before its last chunk, though the JSON is whole', cut({}, body)],
    ['compressed, and less than its announced length', cut({ 'content-length': 500, 'content-encoding': 'gzip' }, '\x1f\x8b\x08')],
  ];

  test.each(cuts)('%s, once: asked again', async (_, answer) => {
    const root = await field.stand();
    const ran = await field.load(
      root,
      goingWrong(() => answer),
    );
    await field.expectLoaded(root, ran);
    expect(ran.came).toHaveLength(4);
  });

  test.each(cuts)('%s, for ever', async (_, answer) => {
    const root = await field.stand();
    const ran = await field.load(
      root,
      goingWrong(() => answer, always),
    );
    await field.expectRefused(root, ran, /before the answer was complete, at the last of 4 attempts/);
  });
});

describe('F32: a body whose end nobody announced', () => {
  const unannounced =
    (type: string, text: string): Answer =>
    (response) =>
      void response.socket!.end(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n${text}`);
  const lines = NEW.map((each) => `${JSON.stringify(each)}\n`).join('');
  const single = { paginator: 'single_page' };

  test.each<readonly [string, string, string, RegExp]>([
    ['lines without the last line break', 'application/x-ndjson', lines.slice(0, -1), /it ends without a line break/],
    ['lines that end in the middle', 'text/csv', 'id,name\n1,new 1\n2,ne', /it ends without a line break/],
    ['JSON that ends in the middle', 'application/json', '{"users":[{"id":1', /the answer is not JSON \(/],
  ])('%s: never loaded, and the extract is tried again', async (_, type, text, says) => {
    const root = await field.stand({ endpoint: single }, 1);
    const whole = unannounced('application/x-ndjson', lines);
    const ran = await field.load(root, (_came, nth) => (nth === 1 ? unannounced(type, text) : whole));
    await field.expectLoaded(root, ran);
    expect(ran.stderr).toMatch(/attempt 1 failed/);
    const never = await field.load(root, () => unannounced(type, text));
    expect(never.code).toBe(1);
    expect(never.stderr).toMatch(says);
    expect(never.came).toHaveLength(2);
    expect(await field.rows(root)).toEqual(NEW);
  });

  test('lines with it', async () => {
    const root = await field.stand({ endpoint: single });
    await field.expectLoaded(root, await field.load(root, () => unannounced('application/x-ndjson', lines)));
  });
});

describe('F33: an answer that is something else', () => {
  const html = '<!doctype html>\n<html><body>Please sign in</body></html>';
  const whole = JSON.stringify({ users: NEW, total: NEW.length });
  const as = (type: string, bytes: string | Uint8Array): Answer => ({ bytes, headers: { 'content-type': type } });

  test.each<readonly [string, Answer, RegExp]>([
    ['invalid JSON', as('application/json', '{"users":[,]}'), /the answer is not JSON \(.*\); the body begins: \{"users":\[,\]\}/],
    [
      'a login page with 200',
      as('text/html', html),
      /the answer is not JSON \(.*\); the body begins: <!doctype html> <html><body>Please sign in/,
    ],
    ['a login page that says it is JSON', as('application/json', html), /the answer is not JSON \(.*\); the body begins: <!doctype html>/],
    [
      'CSV in the place of JSON',
      as('text/csv', 'no,users\nhere\n'),
      /the answer is not CSV \(line 2 has 1 fields, the header 2\); the body begins: no,users here/,
    ],
    ['JSON that says it is CSV', as('text/csv', whole), /Error in api resource api\.users/],
    [
      'UTF-16',
      as('application/json; charset=utf-16', Buffer.from(`\uFEFF${whole}`, 'utf16le')),
      /the answer is not JSON \(.*\); the body begins: /,
    ],
    ['UTF-16 without a mark', as('application/json', Buffer.from(whole, 'utf16le')), /the answer is not JSON \(/],
    ['Latin-1', as('application/json', Buffer.from(whole.replace('new 1', 'n\xe4u'), 'latin1')), /the answer is not JSON \(/],
    ['nothing', as('application/json', ''), /the answer is not JSON \(.*\); the body begins: \(nothing\)/],
    ['null', as('application/json', 'null'), /expected a list at `users`, found nothing|expected a list at `users`, found null/],
  ])('%s: refused with what it begins with', async (_, answer, says) => {
    const root = await field.stand();
    const ran = await field.load(
      root,
      goingWrong(() => answer, always),
    );
    // what is not JSON will not be JSON the next time either
    expect(ran.came).toHaveLength(2);
    await field.expectRefused(root, ran, says);
  });

  test.each<readonly [string, Answer]>([
    ['a byte order mark', as('application/json', `\uFEFF${whole}`)],
    ['JSON of another type', as('text/plain', whole)],
    ['JSON without a type', { bytes: whole }],
  ])('%s does no harm', async (_, answer) => {
    const root = await field.stand({ endpoint: { paginator: { type: 'single_page', total_path: 'total' } } });
    await field.expectLoaded(root, await field.load(root, () => answer));
  });
});
