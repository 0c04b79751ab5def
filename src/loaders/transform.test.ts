import { rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transform, TransformInput } from '../core/loader';
import { at, datasetNode, keysOf, testPorts, textOf, type TestPorts } from '../../test/support/loaders';
import { landingOf } from './land';
import { resourcePrefix } from './lakeManifest';
import { transform } from './transform';

const never = new AbortController().signal;
let ports: TestPorts;

beforeEach(() => {
  ports = testPorts();
});
afterEach(async () => {
  await ports.client.close();
  rmSync(ports.root, { recursive: true, force: true });
});

/** Lands pages of records (JSON texts) as an extract would. */
async function land(name: string, ...pages: readonly (readonly string[])[]): Promise<string> {
  const loadId = ports.nextLoadId();
  const landing = landingOf(ports.store, resourcePrefix('raw', 'shop', name), loadId);
  const landed = [];
  for (const records of pages) {
    landed.push({ ...(await landing.page(Buffer.from(`{"${name}": [${records.join(', ')}]}`))), records: records.length });
  }
  const records = pages.flat().length;
  const common = {
    version: 1,
    source: 'shop',
    resource: name,
    load_id: loadId,
    started_at: '',
    ended_at: '',
    request: '',
    status: 'complete',
  } as const;
  await landing.complete({ ...common, data_selector: name, pages: landed, records, total: records });
  return loadId;
}

const input = (from: string, columns: TransformInput['columns'], over: Partial<TransformInput> = {}): TransformInput => ({
  from,
  at,
  includeFromParent: {},
  columns,
  ...over,
});
const DISCARD_ROW: Transform['contract'] = { dataType: { columns: {}, otherwise: 'discard_row' } };
const path = (text: string) => ({ path: text });
const expr = (text: string) => ({ expr: { text, at } });

async function made(columns: readonly string[], key: readonly string[], declared: Partial<Transform>) {
  const { counts, drift, loadId, inputs } = await transform(datasetNode('t', columns, key, declared), ports, never);
  const load = `datasets/shop/t/load_id=${loadId}`;
  return { counts, drift, inputs, load, csv: await textOf(ports.store, `${load}/data.csv`) };
}

const CART = (id: number, total: string, ...lines: string[]) =>
  `{"id":${id},"userId":${id * 10},"total":${total},"products":[${lines.join(',')}]}`;
const LINE = (id: number, quantity: number, price: string) =>
  `{"id":${id},"quantity":${quantity},"price":${price},"title":"t${id}","thumbnail":"https://cdn/images/cat-${id}/1.webp"}`;

const cartLines = input(
  'carts',
  {
    cart_id: path('cart_id'),
    product_id: path('id'),
    user_id: path('user_id'),
    quantity: path('quantity'),
    price: path('price'),
    total: path('total'),
  },
  { explode: 'products', includeFromParent: { cart_id: 'id', user_id: 'userId', total: 'total' } },
);
const CART_COLUMNS = ['cart_id INT', 'product_id INT', 'user_id INT', 'quantity INT', 'price DECIMAL(10,2)', 'total DECIMAL(10,2)'];

test('explodes with parent fields, and merges by a declared rule', async () => {
  const loadId = await land(
    'carts',
    [CART(1, '100.10', LINE(5, 1, '19.90'), LINE(6, 2, '3'), LINE(5, 4, '19.90'))],
    [CART(2, '7', LINE(5, 9, '0.5'))],
  );
  const declared: Partial<Transform> = {
    inputs: [cartLines],
    merge: { key: ['cart_id', 'product_id'], columns: { quantity: 'sum' }, otherwise: 'first' },
  };
  const { csv, counts, load, inputs } = await made(CART_COLUMNS, ['cart_id', 'product_id'], declared);
  expect(csv).toBe('cart_id,product_id,user_id,quantity,price,total\n1,5,10,5,19.90,100.10\n1,6,10,2,3,100.10\n2,5,20,9,0.5,7\n');
  expect(counts).toEqual({ received: 4, loaded: 3, merged: 1, filtered: 0, rejected: 0 });
  expect(inputs).toEqual([{ resource: 'carts', loadId }]);
  expect(JSON.parse(await textOf(ports.store, `${load}/_manifest.json`))).toMatchObject({
    version: 1,
    inputs: [{ resource: 'carts', load_id: loadId }],
    columns: ['cart_id', 'product_id', 'user_id', 'quantity', 'price', 'total'],
    types: ['INT', 'INT', 'INT', 'INT', 'DECIMAL(10,2)', 'DECIMAL(10,2)'],
    counts,
    files: [{ key: `${load}/data.csv`, bytes: csv.length, rows: 3 }],
  });
});

test('unites by precedence, computes, and filters merged rows', async () => {
  await land('products', [
    '{"id":1,"title":"P1","price":50}',
    '{"id":2,"title":"P2","price":50.01}',
    '{"id":3,"title":"P3","price":49.99}',
  ]);
  await land('carts', [CART(1, '1', LINE(2, 1, '999'), LINE(4, 1, '60.5'), LINE(5, 1, '10'))]);
  const category = expr("regex_extract(record.thumbnail, '/images/([^/]+)/')");
  const { csv, counts } = await made(['id INT', 'name TEXT', 'category TEXT', 'price DECIMAL(10,2)'], ['id'], {
    inputs: [
      input('products', { id: path('id'), name: path('title'), price: path('price') }),
      input('carts', { id: path('id'), name: path('title'), category, price: path('price') }, { explode: 'products' }),
    ],
    merge: { key: ['id'], columns: {}, otherwise: 'first' },
    filter: { text: 'price > 50', at },
  });
  expect(csv).toBe('id,name,category,price\n2,P2,,50.01\n4,t4,cat-4,60.5\n');
  expect(counts).toEqual({ received: 6, loaded: 2, merged: 1, filtered: 3, rejected: 0 });
});

test('filters records of an input, over a field that some do not have', async () => {
  await land('users', ['{"id":1,"role":"admin"}', '{"id":2}', '{"id":3,"role":null}']);
  const only = input('users', { id: path('id') }, { filter: { text: 'record.role == null', at } });
  const { csv, counts } = await made(['id INT'], ['id'], { inputs: [only] });
  expect(csv).toBe('id\n2\n3\n');
  expect(counts).toEqual({ received: 3, loaded: 2, merged: 0, filtered: 1, rejected: 0 });
});

test('values keep their digits, and null differs from an empty text', async () => {
  await land('users', [
    '{"id":9007199254740993,"n":0.10,"t":"","j":{"b":[1.50]}}',
    '{"id":2,"n":1e2,"t":"a,\\"b\\"\\nc","j":null}',
    '{"id":3.0,"t":"\\\\.","j":"text"}',
  ]);
  const columns = { id: path('id'), n: path('n'), t: path('t'), j: path('j'), first: path('j.b.0') };
  const { csv } = await made(['id BIGINT', 'n NUMERIC', 't TEXT', 'j JSONB', 'first TEXT'], ['id'], { inputs: [input('users', columns)] });
  expect(csv).toBe('id,n,t,j,first\n9007199254740993,0.10,"","{""b"":[1.50]}",1.50\n2,100,"a,""b""\nc",,\n3,,"\\.","""text""",\n');
});

test('a value that does not fit fails the load, or is set aside with the reason', async () => {
  await land(
    'users',
    ['{"id":1,"age":30}', '{"id":2,"age":"old"}', '{"id":null,"age":4}', '{"id":4,"age":2147483648}'],
    ['{"id":5,"age":"\\u0000"}'],
  );
  const inputs = [input('users', { id: path('id'), age: path('age') })];
  await expect(made(['id INT', 'age INT'], ['id'], { inputs })).rejects.toMatchObject({
    diagnostics: [
      { code: 'load.type', message: expect.stringMatching(/the value "old" of `age` does not fit INT: .* \(users, page 1, record 2\)/) },
    ],
  });
  expect((await keysOf(ports.store, 'datasets/')).filter((key) => key.endsWith('_manifest.json'))).toEqual([]);
  const { csv, counts, load } = await made(['id INT', 'age INT'], ['id'], { inputs, contract: DISCARD_ROW });
  expect(csv).toBe('id,age\n1,30\n');
  expect(counts).toEqual({ received: 5, loaded: 1, merged: 0, filtered: 0, rejected: 4 });
  const rejected = (await textOf(ports.store, `${load}/rejected.ndjson`))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rejected.map(({ from }) => from)).toEqual(
    [2, 3, 4].map((record) => ({ resource: 'users', page: 1, record })).concat({ resource: 'users', page: 2, record: 1 }),
  );
  expect(rejected[0]).toMatchObject({ reason: expect.stringContaining('`age` (INT): '), row: { id: '2', age: 'old' } });
});

test('rows without a merge key are set aside like any that do not fit', async () => {
  await land('users', ['{"id":1}', '{"id":null}']);
  const declared: Partial<Transform> = {
    inputs: [input('users', { id: path('id') })],
    merge: { key: ['id'], columns: {}, otherwise: 'first' },
  };
  await expect(made(['id INT'], ['id'], declared)).rejects.toMatchObject({ diagnostics: [{ code: 'load.type' }] });
  expect((await made(['id INT'], ['id'], { ...declared, contract: DISCARD_ROW })).counts).toMatchObject({ loaded: 1, rejected: 1 });
});

test('without a merge a key that repeats is an error that names both records', async () => {
  await land('users', ['{"id":1}', '{"id":2}'], ['{"id":3}', '{"id":2.0}']);
  await expect(made(['id INT'], ['id'], { inputs: [input('users', { id: path('id') })] })).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'transform.row',
        message: expect.stringContaining('the key (id) = 2 of users, page 2, record 2 stands already in users, page 1, record 2'),
      },
    ],
  });
});

test('what fails on a record names it', async () => {
  await land('carts', [CART(1, '1', LINE(1, 2, '3'), '{"id":7,"quantity":"many"}')]);
  const failing = (column: TransformInput['columns'], over: Partial<TransformInput> = {}) =>
    made(['q INT'], [], { inputs: [input('carts', column, { explode: 'products', ...over })] });
  await expect(failing({ q: expr('record.quantity + 1') })).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'transform.row',
        message: '`t`: carts, page 1, record 1, element 2: no such overload: dyn<string> + int; the record: {"id":7,"quantity":"many"}',
      },
    ],
  });
  await expect(failing({ q: expr('recrd.quantity') })).rejects.toMatchObject({ diagnostics: [{ code: 'expression.invalid' }] });
  await expect(failing({ q: path('id') }, { explode: 'total' })).rejects.toMatchObject({
    diagnostics: [{ message: expect.stringContaining('`explode` needs a list at `total`, and found the number 1') }],
  });
});

test('a function in TypeScript makes rows of a record', async () => {
  await land('users', [
    '{"id":1,"tags":["a","b"],"price":19.90}',
    '{"id":9007199254740993,"tags":[],"price":0.5}',
    '{"id":3,"tags":["c"],"price":null}',
  ]);
  const rows = (record: { id: number; tags: string[]; price: number | null }) =>
    record.tags.map((tag) => ({ id: record.id, tag, price: record.price }));
  ports = { ...ports, module: async () => ({ rows }) };
  const { csv, counts } = await made(['id BIGINT', 'tag TEXT', 'price NUMERIC'], ['id', 'tag'], {
    inputs: [input('users', {}, { module: 'sources/tags.ts#rows' })],
  });
  expect(csv).toBe('id,tag,price\n1,a,19.9\n1,b,19.9\n3,c,\n');
  expect(counts).toEqual({ received: 4, loaded: 3, merged: 0, filtered: 1, rejected: 0 });
});

test('only the latest complete load is read, and only as it was landed', async () => {
  const inputs = [input('users', { id: path('id') })];
  await expect(made(['id INT'], ['id'], { inputs })).rejects.toMatchObject({
    diagnostics: [{ code: 'lake.missing-load', message: 'the lake holds no complete load of `extract.shop.users`' }],
  });
  await land('users', ['{"id":1}']);
  const second = await land('users', ['{"id":2}']);
  await landingOf(ports.store, 'raw/shop/users', ports.nextLoadId()).page(Buffer.from('{"users":[{"id":3}]}'));
  expect(await made(['id INT'], ['id'], { inputs })).toMatchObject({ csv: 'id\n2\n', inputs: [{ loadId: second }] });

  const page = join(ports.root, `raw/shop/users/load_id=${second}/page-00001.json`);
  const landed = readFileSync(page, 'utf8');
  const damages = [
    [landed.replace('2', '4'), 'its bytes were changed'],
    [`${landed} `, `it has ${landed.length + 1} bytes instead of ${landed.length}`],
  ] as const;
  for (const [body, problem] of damages) {
    writeFileSync(page, body);
    await expect(made(['id INT'], ['id'], { inputs })).rejects.toMatchObject({
      diagnostics: [{ code: 'lake.corrupt', message: expect.stringContaining(problem) }],
    });
  }
  writeFileSync(join(ports.root, `raw/shop/users/load_id=${second}/_manifest.json`), '{"version":2}');
  await expect(made(['id INT'], ['id'], { inputs })).rejects.toMatchObject({ diagnostics: [{ code: 'lake.corrupt' }] });
});

test('a list that is absent is an error unless it is optional; null and an empty one give no rows', async () => {
  await land('carts', ['{"id":1,"products":[{"id":7}]}', '{"id":2,"products":null}', '{"id":3,"products":[]}', '{"id":4}']);
  const lines = (over: Partial<TransformInput>) => ({ inputs: [input('carts', { id: path('id') }, { explode: 'products', ...over })] });
  await expect(made(['id INT'], [], lines({}))).rejects.toMatchObject({
    diagnostics: [{ code: 'transform.row', message: expect.stringContaining('carts, page 1, record 4: no list at `products`') }],
  });
  expect((await made(['id INT'], [], lines({ explodeOptional: true }))).csv).toBe('id\n7\n');
});

test('a path that no record has is an error; one that some lack, or that nobody can judge, is null there', async () => {
  await land('users', ['{"id":1,"address":null,"tags":[]}'], ['{"id":2,"qty":3,"address":null,"tags":[]}']);
  const columns = ['id INT', 'n INT', 'city TEXT', 'tag TEXT'];
  const declared = (n: string, over: Partial<TransformInput> = {}) => ({
    inputs: [input('users', { id: path('id'), n: path(n), city: path('address.city'), tag: path('tags.0') }, over)],
  });
  expect((await made(columns, ['id'], declared('qty'))).csv).toBe('id,n,city,tag\n1,,,\n2,3,,\n');
  const before = await keysOf(ports.store);
  await expect(made(columns, ['id'], declared('quantity'))).rejects.toMatchObject({
    diagnostics: [{ code: 'transform.path', at, message: '`t`: no record of `users` has `quantity`, where the column `n` comes from' }],
  });
  expect((await keysOf(ports.store)).filter((key) => key.endsWith('_manifest.json'))).toEqual(
    before.filter((key) => key.endsWith('_manifest.json')),
  );
  expect((await made(columns, ['id'], declared('quantity', { filter: { text: 'record.id > 9', at } }))).counts.filtered).toBe(2);
});

test('under `evolve` undeclared fields become columns that stay, as wide as their values', async () => {
  const evolving = (over: Partial<TransformInput> = {}): Partial<Transform> => ({
    inputs: [input('users', { id: path('id') }, over), input('carts', { id: path('userId') })],
    contract: { columns: 'evolve', dataType: { columns: {}, otherwise: 'freeze' } },
    filter: { text: 'id > 0', at },
  });
  await land('users', ['{"id":1,"n":1}', '{"id":2,"a.b":"x","userId":7,"none":null}']);
  await land('carts', ['{"userId":3,"n":2}']);
  const first = await made(['id INT'], ['id'], evolving());
  expect(first.csv).toBe('id,n,a.b,userId\n1,1,,\n2,,x,7\n3,2,,\n');
  expect(first.drift?.added).toEqual([
    { name: 'n', dataType: 'bigint' },
    { name: 'a.b', dataType: 'text' },
    { name: 'userId', dataType: 'bigint' },
  ]);

  await land('users', ['{"id":1,"n":0.5}']);
  const second = await made(['id INT'], ['id'], evolving({ ignore: ['userId'] }));
  expect(second).toMatchObject({ csv: 'id,n,a.b\n1,0.5,\n3,2,\n', drift: undefined });
  expect(JSON.parse(await textOf(ports.store, `${second.load}/_manifest.json`))).toMatchObject({
    columns: ['id', 'n', 'a.b'],
    types: ['INT', 'numeric', 'text'],
    found: ['n', 'a.b'],
  });
});

test.each([
  ['ID', 'there is one of this name already'],
  ['', 'it has no name'],
  ['x'.repeat(64), 'it is 64 bytes long, databases keep 63'],
])('under `evolve` the field `%s` is an error that names its record', async (field, problem) => {
  await land('users', ['{"id":1}', `{"id":2,"${field}":3}`]);
  const contract: Transform['contract'] = { columns: 'evolve', dataType: { columns: {}, otherwise: 'freeze' } };
  await expect(made(['id INT'], ['id'], { inputs: [input('users', { id: path('id') })], contract })).rejects.toMatchObject({
    diagnostics: [
      { code: 'transform.field', message: `\`t\`: the field \`${field}\` (users, page 1, record 2) cannot become a column: ${problem}` },
    ],
  });
});

test('a sum that grows too large is discarded or rejected after the merge, a null that another row fills is not', async () => {
  await land('users', ['{"id":1,"n":2000000000,"name":null}', '{"id":1,"n":2000000000,"name":"a"}', '{"id":2,"n":"x","name":"b"}']);
  const declared = (rule: 'discard_row' | 'discard_value'): Partial<Transform> => ({
    inputs: [input('users', { id: path('id'), n: path('n'), name: path('name') })],
    merge: { key: ['id'], columns: { n: 'sum' }, otherwise: 'max' },
    contract: { dataType: { columns: { n: rule }, otherwise: 'freeze' } },
  });
  const columns = ['id INT', 'n INT', 'name TEXT!'];
  const values = await made(columns, ['id'], declared('discard_value'));
  expect(values).toMatchObject({ csv: 'id,n,name\n1,,a\n2,,b\n', drift: { discarded: { n: 2 }, undeclared: {} } });
  const rows = await made(columns, ['id'], declared('discard_row'));
  expect(rows).toMatchObject({ csv: 'id,n,name\n', counts: { received: 3, loaded: 0, merged: 1, filtered: 0, rejected: 2 } });
});

test('what fails after rows were set aside leaves no dead letter', async () => {
  await land('users', ['{"id":"x"}'], ['{"id":1}', '{"id":1}']);
  await expect(made(['id INT'], ['id'], { inputs: [input('users', { id: path('id') })], contract: DISCARD_ROW })).rejects.toMatchObject({
    diagnostics: [{ code: 'transform.row' }],
  });
  expect(await keysOf(ports.store, 'datasets/')).toEqual([]);
});
