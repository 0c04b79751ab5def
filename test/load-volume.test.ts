import { resultOf } from './support/artifacts';
import { flakyProject, startFlakyApi } from './support/flakyApi';
import { startServer, type Server } from './support/server';

const RECORDS = 10_000;
const PAGE_SIZE = 50;
const TABLES = ['events', 'orders'];

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Builds from an API of which this share of the answers fails; answers how many of each kind it gave, and the rows of the loads. */
async function build(schema: string, failing: number) {
  const api = await startFlakyApi({ records: RECORDS, pageSize: PAGE_SIZE, failing, seed: 'volume 16' });
  try {
    const root = server.project(schema, flakyProject(api.url, schema));
    await server.ran(root, 'build');
    return { answers: Object.fromEntries(api.answers), counts: TABLES.map((table) => resultOf(root, `source.api.${table}`).row_counts) };
  } finally {
    await api.stop();
  }
}

test('200 pages, of which one answer in twenty fails in some way, leave the same tables as when none does, and every record is accounted for', async () => {
  const whole = await build('whole', 0);
  const failing = await build('failing', 0.05);

  expect(Object.keys(whole.answers)).toEqual(['whole']);
  expect(Object.keys(failing.answers).sort()).toEqual(['500', '503', 'cut', 'reset', 'reset in the body', 'stalled', 'whole']);

  expect(whole.counts).toEqual([
    { received: RECORDS, loaded: RECORDS, merged: 0, filtered: 0, rejected: 0 },
    { received: RECORDS, loaded: 9600, merged: 200, filtered: 100, rejected: 100 },
  ]);
  expect(failing.counts).toEqual(whole.counts);

  for (const table of TABLES) {
    const [one, other] = [`whole.${table}`, `failing.${table}`];
    expect(await server.query(`table ${one} except all table ${other}`)).toEqual([]);
    expect(await server.query(`table ${other} except all table ${one}`)).toEqual([]);
  }
  expect(await server.values('select count(*)::int from whole.events')).toEqual([RECORDS]);
  expect(await server.values('select count(*)::int from whole.orders')).toEqual([9600]);
}, 120_000);
