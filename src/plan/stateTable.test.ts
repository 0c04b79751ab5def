import { duckdb } from '../adapters/duckdb';
import type { Adapter } from '../core/ports';
import { built, changedReads, compared, forgotten, stateTable, type Built } from './stateTable';

const of = { schema: 'main', project: 'shop' };
let adapter: Adapter;
beforeAll(async () => {
  adapter = await duckdb({ path: ':memory:', threads: 1 });
  await adapter.query(stateTable('main').sql);
});
afterAll(() => adapter.close());

const fingerprint = (hash: string, ...reads: Built['fingerprint']['reads']): Built['fingerprint'] => ({ hash, reads });

/** Writes a build down, and answers the version that it has. */
async function version(id: Built['id'], contents: Built['contents'], print = fingerprint('f'), run = 'run-1'): Promise<unknown> {
  await adapter.query(built({ ...of, id, fingerprint: print, facets: '{}', run, contents }).sql);
  const { rows } = await adapter.query(`select version from etlx_state where node = '${id}' order by build desc limit 1`);
  return rows[0]!['version'];
}

test('the same data in the place of others have the version that they had', async () => {
  const first = await version('source.a.replaced', { hash: 'x' });
  expect(await version('source.a.replaced', { hash: 'y' })).not.toBe(first);
  expect(await version('source.a.replaced', { hash: 'x' })).toBe(first);
  expect(await version('source.a.replaced', { hash: 'x' }, fingerprint('other types'))).not.toBe(first);
});

test('the same data added again change nothing, but added behind others they do', async () => {
  const first = await version('source.a.added', { added: 'x' });
  expect(await version('source.a.added', { added: 'x' })).toBe(first);
  const second = await version('source.a.added', { added: 'y' });
  expect(second).not.toBe(first);
  const third = await version('source.a.added', { added: 'x' });
  expect([first, second]).not.toContain(third);
});

test('what reads tables has the version of what it read; what asks for the time is new in every run', async () => {
  const print = fingerprint('f', 'source.a.replaced');
  const first = await version('model.m', 'reads', print);
  expect(await version('model.m', 'reads', print, 'run-2')).toBe(first);
  await version('source.a.replaced', { hash: 'z' });
  expect(await version('model.m', 'reads', print)).not.toBe(first);
  expect(await version('model.n', 'run', print)).not.toBe(await version('model.n', 'run', print, 'run-2'));
});

test('a comparison names what brought new data, and knows nothing of another definition', async () => {
  const print = fingerprint('g', 'source.a.replaced', 'source.a.unknown');
  await version('model.o', 'reads', print);
  await version('source.a.replaced', { hash: 'new' });
  const [row] = (await adapter.query(compared(of, 'model.o', print, 'run-9').sql)).rows;
  expect(changedReads(String(row!['before']), String(row!['now']))).toEqual(['source.a.replaced', 'source.a.unknown']);
  expect((await adapter.query(compared(of, 'model.o', fingerprint('h'), 'run-9').sql)).rows[0]).toMatchObject({ before: null });
});

test('the last twenty builds are remembered', async () => {
  for (let run = 0; run < 25; run += 1) {
    await version('model.p', 'run', fingerprint('f'), `run-${run}`);
    await adapter.query(forgotten(of, 'model.p').sql);
  }
  const { rows } = await adapter.query(`select count(*)::int as builds, max(build) as latest from etlx_state where node = 'model.p'`);
  expect(rows[0]).toMatchObject({ builds: 20, latest: 25 });
});
