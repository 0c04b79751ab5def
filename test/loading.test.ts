import { rmSync } from 'node:fs';
import { connect } from '../src/adapters/connect';
import type { LoadStep } from '../src/core/plan';
import type { Adapter } from '../src/core/ports';
import { extract } from '../src/loaders/extract';
import { loadRows } from '../src/loaders/load';
import { transform } from '../src/loaders/transform';
import { startApi, type Api } from './support/api';
import { at, datasetNode, extractNode, testPorts, textOf, type TestPorts } from './support/loaders';
import { startPostgres, type TestServer } from './support/postgres';

const never = new AbortController().signal;
const relation = { schema: 'public', name: 'lines' };
const columns = ['cart_id', 'product_id', 'quantity', 'price', 'title'];
const step: LoadStep = {
  kind: 'load',
  id: 'source.shop.lines',
  name: 'lines',
  after: [],
  relation,
  candidate: relation,
  columns,
  build: [],
  finish: [],
  audits: [],
  publish: [],
};
const dataset = datasetNode(
  'lines',
  ['cart_id BIGINT', 'product_id INT', 'quantity INT', 'price DECIMAL(10,2)', 'title TEXT'],
  ['cart_id', 'product_id'],
  {
    inputs: [
      {
        from: 'carts',
        at,
        explode: 'products',
        includeFromParent: { cart_id: 'id' },
        columns: {
          cart_id: { path: 'cart_id' },
          product_id: { path: 'id' },
          quantity: { path: 'quantity' },
          price: { path: 'price' },
          title: { path: 'title' },
        },
      },
    ],
    merge: { key: ['cart_id', 'product_id'], columns: { quantity: 'sum' }, otherwise: 'first' },
  },
);

let server: TestServer;
let adapter: Adapter;
let ports: TestPorts;
let api: Api;

beforeAll(async () => {
  ports = testPorts();
  server = await startPostgres();
  adapter = await connect({ type: 'postgres', name: 'prod', url: server.url, schema: 'shop', threads: 1 }, { root: '/', env: {} });
  const rest = Array.from({ length: 43 }, (_, index) => `{"id":${index + 10},"products":[{"id":1,"quantity":1,"price":1,"title":"x"}]}`);
  const carts = [
    '{"id":9007199254740993,"products":[{"id":1,"quantity":2,"price":19.90,"title":"\\"quoted\\", with a comma"},{"id":1,"quantity":3,"price":19.90}]}',
    '{"id":2,"products":[{"id":7,"quantity":1,"price":0.1,"title":""},{"id":8,"quantity":1,"price":5,"title":"\\\\."},{"id":9,"quantity":1,"price":5,"title":"two\\nlines"}]}',
    ...rest,
  ];
  api = await startApi({ carts }, [{ table: 'carts', at: 1, fault: 'reset' }]);
});
afterAll(async () => {
  await adapter.close();
  await server.stop();
  await api.stop();
  await ports.client.close();
  rmSync(ports.root, { recursive: true });
});

const load = () =>
  adapter.transaction(async (session) => {
    await session.execute([
      'create table lines (cart_id bigint, product_id int, quantity int, price decimal(10,2), title text, primary key (cart_id, product_id))',
    ]);
    return loadRows(session, step, dataset, ports.store);
  });

test('what an API answers stands in the database, digit by digit', async () => {
  expect(await extract(extractNode('carts', { baseUrl: api.url }), ports, never)).toMatchObject({ pages: 2, records: 45 });
  const { counts } = await transform(dataset, ports, never);
  expect(counts).toEqual({ received: 48, loaded: 47, merged: 1, filtered: 0, rejected: 0 });
  expect(await load()).toEqual({ rows: 47, counts });
  const { rows } = await adapter.query(
    "select cart_id::text, product_id, quantity, price::text, title from lines where title <> 'x' order by cart_id, product_id",
  );
  expect(rows).toEqual([
    { cart_id: '2', product_id: 7, quantity: 1, price: '0.10', title: '' },
    { cart_id: '2', product_id: 8, quantity: 1, price: '5.00', title: '\\.' },
    { cart_id: '2', product_id: 9, quantity: 1, price: '5.00', title: 'two\nlines' },
    { cart_id: '9007199254740993', product_id: 1, quantity: 5, price: '19.90', title: '"quoted", with a comma' },
  ]);
});

test('a dataset that is not what its manifest says is rolled back', async () => {
  await adapter.transaction((session) => session.execute(['drop table lines']));
  const { loadId } = await transform(dataset, ports, never);
  const at = `datasets/shop/lines/load_id=${loadId}`;
  const data = await textOf(ports.store, `${at}/data.csv`);
  const manifest = await textOf(ports.store, `${at}/_manifest.json`);

  await ports.store.put(`${at}/data.csv`, Buffer.from(data.replace('19.90', '19.91')));
  await expect(load()).rejects.toMatchObject({ diagnostics: [{ code: 'lake.corrupt' }] });
  await ports.store.put(`${at}/data.csv`, Buffer.from(data));

  await ports.store.put(`${at}/_manifest.json`, Buffer.from(manifest.replace('"loaded": 47', '"loaded": 48')));
  await expect(load()).rejects.toMatchObject({
    diagnostics: [{ code: 'load.count', message: '`lines`: the dataset holds 48 rows, but 47 arrived in the table' }],
  });
  await ports.store.put(`${at}/_manifest.json`, Buffer.from(manifest.replace('"title"', '"heading"')));
  await expect(load()).rejects.toMatchObject({ diagnostics: [{ code: 'load.columns' }] });

  await ports.store.put(`${at}/_manifest.json`, Buffer.from(manifest));
  expect(await load()).toMatchObject({ rows: 47 });
});
