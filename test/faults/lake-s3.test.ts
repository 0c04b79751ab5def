import { resultOf } from '../support/artifacts';
import type { Ran } from '../support/etlx';
import { serve, type Site } from '../support/http';
import { project } from '../support/project';
import { startFaultyS3, type FaultyS3 } from '../support/s3Faults';
import { startServer, type Server } from '../support/server';
import { expectWell } from './apiField';

/** A build over an object store that goes wrong; what single requests go through stands in `test/lake-faults.test.ts`. */
let server: Server;
let api: Site;
/** Which the API's records are of. */
let version = 1;
beforeAll(async () => {
  server = await startServer();
  api = await serve(() => ({ json: { users: [1, 2, 3].map((id) => ({ id, version })) } }));
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});

const stores: FaultyS3[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.stop();
});

let schemas = 0;
/** A project whose lake is a store of these faults; `build` loads the next version, `standing` is the one that the table holds. */
async function over(options: Parameters<typeof startFaultyS3>[0]) {
  const s3 = await startFaultyS3(options);
  stores.push(s3);
  const schema = `s3_${(schemas += 1)}`;
  const root = project({
    'project.yaml': `name: demo
default_target: prod
targets: { prod: { type: postgres, url: { env: DATABASE_URL }, sslmode: disable, schema: ${schema}, threads: 1 } }
lake: { url: 's3://lake/p', endpoint: '${s3.options.endpoint}' }
retries: { max: 0, delay: 0 }
`,
    'sources/api.yaml': `sources:
  - name: api
    extract: { client: { base_url: '${api.url}' }, resources: [users] }
    tables:
      - name: users
        transform: { from: users, columns: { id: id, version: version } }
        load: { primary_key: [id] }
        columns: [{ name: id, data_type: INT }, { name: version, data_type: INT }]
`,
  });
  return {
    s3,
    root,
    build: (next: number, args: readonly string[] = ['build']): Promise<Ran> => {
      version = next;
      return server.etlx(root, args, { env: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } });
    },
    standing: () => server.values(`select version from ${schema}.users order by id`),
  };
}

test('F39: a server that is slow, in another time zone of its own, and says SlowDown: the build goes well', async () => {
  const { build, standing } = await over({
    ahead: 3600,
    slow: 300,
    faults: [{ on: 'put', at: 2, times: 3, fault: { status: 503, code: 'SlowDown' } }],
  });
  expectWell(await build(1));
  expect(await standing()).toEqual([1, 1, 1]);
});

test('F39: a server that denies access in the middle: the step fails by name, no dataset exists, the old table stands', async () => {
  // the first build puts a page, its manifest, a dataset and its manifest
  const { s3, root, build, standing } = await over({ faults: [{ on: 'put', at: 7, fault: { status: 403, code: 'AccessDenied' } }] });
  expectWell(await build(1));
  const before = [...s3.objects.keys()].filter((key) => key.includes('datasets'));
  const { code, stderr } = await build(2);
  expect({ code, status: resultOf(root, 'dataset.api.users').status }).toEqual({ code: 1, status: 'error' });
  expect(stderr).toMatch(/access to `datasets\/api\/users\/load_id=\S+` is denied/);
  expect([...s3.objects.keys()].filter((key) => key.includes('datasets'))).toEqual(before);
  expect(await standing()).toEqual([1, 1, 1]);
  expectWell(await build(3));
  expect(await standing()).toEqual([3, 3, 3]);
});

test('F41: a server whose listings never show what is new: each run finds what it wrote itself', async () => {
  const { build, standing } = await over({ staleLists: 1_000_000 });
  for (const next of [1, 2, 3]) {
    expectWell(await build(next));
    expect(await standing()).toEqual([next, next, next]);
  }
});
