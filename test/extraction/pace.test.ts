import { serve, type Answer, type Came, type Site } from '../support/http';
import { extraction, problemsOf, type Extraction } from '../support/extraction';

let site: Site;
let run: Extraction | undefined;

afterEach(async () => {
  await run?.stop();
  run = undefined;
  await site.stop();
});

const users = Array.from({ length: 95 }, (_, index) => ({ id: index + 1 }));
const offset = { type: 'offset', limit: 10, offset_param: 'skip' };

async function pacing(
  client: object,
  answer: (came: Came, nth: number) => Answer | Promise<Answer>,
  resources: readonly string[] = ['users'],
): Promise<Extraction> {
  site = await serve(answer);
  run = extraction({
    client: { base_url: site.url, paginator: offset, ...client },
    resource_defaults: { primary_key: 'id', endpoint: { data_selector: 'users' } },
    resources,
  });
  return run;
}

const skipOf = ({ params }: Came): number => Number(params.get('skip') ?? 0);
const page = (came: Came, size = 10): Answer => ({ json: { users: users.slice(skipOf(came), skipOf(came) + size), total: users.length } });
const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('pages in parallel', () => {
  test('once the total is known, as many as declared, and no more; they land in their order', async () => {
    // the later a page is asked for, the sooner it is answered
    await pacing({}, async (came) => {
      await later(60 - skipOf(came) / 2);
      return page(came);
    });
    expect(await run!.extract('users')).toMatchObject({ pages: 10, records: 95 });
    expect(site.most()).toBe(4);
    expect(site.came).toHaveLength(10);
    expect((await run!.records('users')).map(({ id }) => Number(id))).toEqual(users.map(({ id }) => id));
    expect((await run!.manifest('users')).pages.map(({ key }) => key.slice(-15))).toEqual(
      Array.from({ length: 10 }, (_, index) => `page-${String(index + 1).padStart(5, '0')}.json`),
    );
  });

  test('page numbers as well, by the number of pages or of records', async () => {
    const numbered = async (came: Came): Promise<Answer> => {
      await later(20);
      const at = Number(came.params.get('page')) * 10;
      return { json: { users: users.slice(at, at + 10), total: 95, pages: 10 } };
    };
    for (const total of [{ total_pages_path: 'pages' }, { total_path: 'total' }]) {
      await pacing({ concurrency: 3, paginator: { type: 'page_number', ...total } }, numbered);
      expect(await run!.extract('users')).toMatchObject({ pages: 10, records: 95 });
      expect([site.most(), site.came.length]).toEqual([3, 10]);
      await run!.stop();
      await site.stop();
    }
    run = undefined;
  });

  test('without a total one page comes after the other', async () => {
    await pacing({ paginator: { ...offset, total_path: null } }, async (came) => {
      await later(5);
      return page(came);
    });
    expect(await run!.extract('users')).toMatchObject({ pages: 11, records: 95 });
    expect(site.most()).toBe(1);
  });

  test('a server that caps its pages, and one that filters them, lose nothing', async () => {
    await pacing({}, (came) => page(came, 7));
    expect(await run!.extract('users')).toMatchObject({ pages: 14, records: 95 });
    await run!.stop();
    await site.stop();
    // the fourth page is short: what was asked ahead of it is asked anew from where it ended
    await pacing({}, (came) => page(came, skipOf(came) === 30 ? 4 : 10));
    expect(await run!.extract('users')).toMatchObject({ pages: 11, records: 95 });
    expect((await run!.records('users')).map(({ id }) => Number(id))).toEqual(users.map(({ id }) => id));
  });

  test('the first page in order that is wrong is told, and the others are given up', async () => {
    await pacing({}, async (came) => {
      if (skipOf(came) === 20) return { json: { message: 'no' }, status: 403 };
      if (skipOf(came) === 30) return { json: { message: 'not told' }, status: 404 };
      await later(skipOf(came) === 10 ? 50 : 0);
      return page(came);
    });
    expect(await problemsOf(run!.extract('users'))).toEqual([expect.stringContaining('skip=20: answered 403: {"message":"no"}')]);
    expect(site.came.length).toBeLessThanOrEqual(6);
    expect(await run!.lake()).not.toContain('_manifest');
  });

  test('a run that is stopped ends what is under way', async () => {
    const abort = new AbortController();
    let closed = 0;
    await pacing({}, (came) => (skipOf(came) === 0 ? page(came) : (response) => void response.on('close', () => (closed += 1))));
    const running = run!.extract('users', abort.signal);
    while (site.came.length < 5) await later(5);
    abort.abort(new Error('stopped by hand'));
    await expect(running).rejects.toThrow('stopped by hand');
    while (closed < 4) await later(5);
    expect(site.came).toHaveLength(5);
  });

  test('the resources of a host share its slots', async () => {
    await pacing(
      { concurrency: 2 },
      async (came) => {
        await later(5);
        return page(came);
      },
      ['users', 'others', 'more'],
    );
    await Promise.all(['users', 'others', 'more'].map((name) => run!.extract(name)));
    expect(site.most()).toBe(2);
    expect(site.came).toHaveLength(30);
  });

  test('with 5 % of the answers failing the records are the same', async () => {
    await pacing({ retry: { max_attempts: 6 } }, (came, nth) =>
      nth % 20 === 7 ? { json: {}, status: 503 } : nth % 20 === 13 ? (response) => response.destroy() : page(came, 1),
    );
    expect(await run!.extract('users')).toMatchObject({ pages: 95, records: 95 });
    expect((await run!.records('users')).map(({ id }) => Number(id))).toEqual(users.map(({ id }) => id));
  });
});

describe('rate limits', () => {
  test('a declared one lets no more through in any of its windows', async () => {
    await pacing({ concurrency: 1, rate_limit: { requests: 3, per: 10 } }, (came) => page(came));
    await run!.extract('users');
    // the clock stands still but for the waits: three at once, then ten seconds
    expect(run!.ports.clock.slept).toEqual([10_000, 10_000, 10_000]);
  });

  const headersOn =
    (nth: number, headers: Readonly<Record<string, string>>) =>
    (came: Came, each: number): Answer =>
      ({ ...(page(came) as object), headers: each === nth ? headers : {} }) as Answer;

  test.each<readonly [string, Readonly<Record<string, string>>, readonly number[]]>([
    ['RateLimit of the draft', { ratelimit: '"burst";r=50;t=1, "day";r=0;t=12' }, [12_000]],
    ['RateLimit of the draft before', { ratelimit: 'limit=100, remaining=0, reset=8' }, [8_000]],
    ['RateLimit-Remaining', { 'ratelimit-remaining': '0', 'ratelimit-reset': '9' }, [9_000]],
    ['X-RateLimit with seconds', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' }, [5_000]],
    [
      'X-RateLimit with a time',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.UTC(2026, 10, 22, 23, 1, 9) / 1000) },
      [6_877],
    ],
    ['a time that lies back', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1600000000' }, []],
    ['more than may be waited', { 'ratelimit-remaining': '0', 'ratelimit-reset': '86400' }, [30_000]],
    ['enough left', { 'ratelimit-remaining': '1', 'ratelimit-reset': '9' }, []],
    ['nonsense', { 'ratelimit-remaining': '-1', 'ratelimit-reset': 'soon' }, []],
  ])('learnt: %s', async (_, headers, slept) => {
    await pacing({ concurrency: 1 }, headersOn(2, headers));
    await run!.extract('users');
    expect(run!.ports.clock.slept).toEqual(slept);
  });

  test('who is told to wait waits once, and so do the others of the host', async () => {
    let refusals = 0;
    await pacing(
      { concurrency: 1 },
      (came) => ((refusals += 1) === 2 ? { json: {}, status: 429, headers: { 'retry-after': '7' } } : page(came)),
      ['users', 'others'],
    );
    await run!.extract('users');
    expect(run!.ports.clock.slept).toEqual([7_000]);
    await run!.extract('others');
    expect(run!.ports.clock.slept).toEqual([7_000]);
  });

  test('a 429 that says when, in its allowance', async () => {
    await pacing({ concurrency: 1 }, (came, nth) =>
      nth === 2 ? { json: {}, status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4' } } : page(came),
    );
    await run!.extract('users');
    expect(run!.ports.clock.slept).toEqual([4_000]);
  });
});
