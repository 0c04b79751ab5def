import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { startApi, type Api } from './support/api';
import { hasResults, statusesOf } from './support/artifacts';
import { copyOfShop } from './support/etlx';
import { problemLines } from './support/problems';
import { project } from './support/project';
import { recordedShop } from './shop/expectedRecords';
import { BUNDLE, runBash, spawnEtlx, until } from './support/spawned';

// What only a process of its own can show: the bundle that users run, its signals, its pipes, its lock.

test('the bundle is there', () => {
  expect(existsSync(BUNDLE)).toBe(true);
});

describe('two processes on one embedded database, and Ctrl-C', () => {
  const root = copyOfShop();
  let api: Api;
  beforeEach(async () => {
    api = await startApi({ ...recordedShop(join(__dirname, '../recordings/shop')) }, [
      { table: 'carts', at: 2, times: 99, fault: 'stalled' },
    ]);
  });
  afterEach(() => api.stop());

  const completeLoads = (resource: string): number => {
    const folder = join(root, '.etlx/lake/raw/shop', resource);
    return existsSync(folder) ? readdirSync(folder).filter((load) => existsSync(join(folder, load, '_manifest.json'))).length : 0;
  };
  const locks = (): readonly string[] => readdirSync(join(root, '.etlx')).filter((name) => name.includes('lock'));

  test.each([
    ['SIGINT', 130, 1],
    ['SIGTERM', 143, 2],
  ] as const)('the second process is told who holds it; %s ends the first one well', async (signal, code, attempt) => {
    const first = spawnEtlx(root, ['build'], { SHOP_API_URL: api.url });
    await until(() => api.requests.filter(({ url }) => url.startsWith('/carts')).length >= 2);
    // the other two have come through, so that the results have something to say
    await until(() => ['users', 'products'].every((resource) => completeLoads(resource) === attempt));
    expect(locks()).toHaveLength(1);

    const second = await spawnEtlx(root, ['build']).ended;
    expect({ code: second.code, stdout: second.stdout, says: problemLines(second.stderr) }).toEqual({
      code: 2,
      stdout: '',
      says: [
        expect.stringMatching(
          new RegExp(
            `^- the database in \`\\S*\\.etlx/dev\` is in use by process ${first.pid} / an embedded database serves one process at a time`,
          ),
        ),
      ],
    });
    expect(await spawnEtlx(root, ['ls', '--select', 'season_sales']).ended).toMatchObject({ code: 0 });

    const sent = Date.now();
    first.child.kill(signal);
    const ended = await first.ended;
    expect(ended.code).toBe(code);
    expect(Date.now() - sent).toBeLessThan(5000);
    expect(ended.stderr).toContain('interrupted');
    expect(ended.stderr).toMatch(/Done\. PASS=2 WARN=0 ERROR=0 SKIP=79 TOTAL=81\n$/);
    expect(locks()).toEqual([]);
    expect(statusesOf(root)).toMatchObject({
      'extract.shop.users': 'success',
      'extract.shop.products': 'success',
      'extract.shop.carts': 'skipped',
      'dataset.shop.carts_table': 'skipped',
      'model.season_sales': 'skipped',
    });
  });

  test('what was interrupted is built by the next run', async () => {
    const { code, stderr } = await spawnEtlx(root, ['build']).ended;
    expect({ code, last: stderr.trimEnd().split('\n').at(-1)!.slice(10) }).toEqual({
      code: 0,
      last: 'Done. PASS=81 WARN=0 ERROR=0 SKIP=0 TOTAL=81',
    });
    const shown = await spawnEtlx(root, ['show', 'season_sales', '--output', 'json']).ended;
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(shown.stdout)).toMatchObject({ node: 'season_sales', show: [{ carts: expect.any(Number) as number }] });
  });
});

describe('pipes and surroundings', () => {
  const root = project({
    ...Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`models/m${index}.sql`, `select ${index} as id\n`])),
  });

  test('a reader that has seen enough is no error', async () => {
    expect(await runBash(root, '$ETLX ls | head -1; echo "${PIPESTATUS[0]}"')).toEqual({ code: 0, stdout: 'demo.m0\n0\n', stderr: '' });
    expect(await runBash(root, '$ETLX ls --output json | true; echo "${PIPESTATUS[0]}"')).toEqual({ code: 0, stdout: '0\n', stderr: '' });
    expect(await runBash(root, '{ $ETLX ls --select $(seq -s " " 1 20) ; echo $? >&3; } 2>&1 >/dev/null 3>code | true; cat code')).toEqual({
      code: 0,
      stdout: '2\n',
      stderr: '',
    });
  });

  test('all of a long output arrives in a pipe', async () => {
    const { stdout } = await runBash(root, '$ETLX ls --output json | wc -l');
    expect(stdout.trim()).toBe('2000');
  });

  test('without a standard input, a home, or any variable', async () => {
    expect(await runBash(root, '$ETLX ls --select m7 <&-', { HOME: undefined })).toEqual({ code: 0, stdout: 'demo.m7\n', stderr: '' });
    expect(await runBash(root, 'env -i $ETLX compile --select m7 <&-')).toEqual({ code: 0, stdout: 'select 7 as id\n', stderr: '' });
  });

  test('the version and the help of the bundle', async () => {
    const { stdout } = await runBash(root, '$ETLX --version');
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await runBash('/', '$ETLX build --help | head -1')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: etlx build /) as string,
    });
  });

  // root writes wherever it likes
  (userInfo().uid === 0 ? test.skip : test)('a project folder that may not be written', async () => {
    const closed = project({ 'models/a.sql': 'select 1\n' });
    chmodSync(closed, 0o555);
    const { code, stderr } = await spawnEtlx(closed, ['compile']).ended;
    chmodSync(closed, 0o755);
    expect({ code, says: problemLines(stderr) }).toEqual({
      code: 2,
      says: [expect.stringMatching(/^- `target\/manifest\.json` cannot be written: EACCES/)],
    });
    expect(hasResults(closed)).toBe(false);
  });
});
