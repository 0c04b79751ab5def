import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './support/project';
import { startServer, type Server } from './support/server';

/** A folder beside every project, which nothing in a project may reach. */
const outside = temporaryFolder('etlx-outside-');
let server: Server;
beforeAll(async () => {
  server = await startServer();
  writeFileSync(join(outside, 'users.json'), '{"users":[{"id":666}]}');
  writeFileSync(join(outside, 'loader.ts'), 'export default async function* () { yield { users: [{ id: 666 }] }; }\n');
  writeFileSync(join(outside, 'model.sql'), 'select 666 as id\n');
});
afterAll(() => server.stop());
afterEach(() => expect(readdirSync(outside).sort()).toEqual(['loader.ts', 'model.sql', 'users.json']));

const SOURCE = (baseUrl: string, resource: string, land = 'raw'): string => `sources:
  - name: shop
    extract:
      client: { base_url: '${baseUrl}' }
      resources: [${resource}]
    land: { path: '${land}' }
    tables:
      - name: users
        transform: { from: users, columns: { id: id } }
        columns: [{ name: id, data_type: INT }]
`;

/** A project whose folders `linked`, `rec` and `models` hold links out of it. */
function linkedProject(source: string): string {
  const root = server.project('paths', { 'sources/shop.yaml': source, 'rec/users.json': '{"users":[{"id":1}]}' });
  symlinkSync(outside, join(root, 'linked'));
  symlinkSync(join(outside, 'users.json'), join(root, 'rec/linked.json'));
  symlinkSync(join(outside, 'loader.ts'), join(root, 'sources/loader.ts'));
  return root;
}

test('a recording inside the project is read', async () => {
  const { code } = await server.etlx(linkedProject(SOURCE('recorded:rec', 'users')), ['load', '--select', 'extract.shop.users']);
  expect(code).toBe(0);
});

test.each([
  ['a path with ..', `recorded:../${outside.split('/').at(-1)!}`, 'users'],
  ['an absolute path', `recorded:${outside}`, 'users'],
  ['a link to a folder', 'recorded:linked', 'users'],
  ['a link to a file', 'recorded:rec', '{ name: users, endpoint: { path: linked } }'],
  [
    'a path of an endpoint with %2e',
    'recorded:rec',
    `{ name: users, endpoint: { path: '%2e%2e/%2e%2e/${outside.split('/').at(-1)!}/users' } }`,
  ],
  ['a path of an endpoint with ..', 'recorded:rec', `{ name: users, endpoint: { path: '../../${outside.split('/').at(-1)!}/users' } }`],
])('F46: recordings outside are not read: %s', async (_, baseUrl, resource) => {
  const { code, stderr } = await server.etlx(linkedProject(SOURCE(baseUrl, resource)), ['load', '--select', 'extract.shop.users']);
  expect(code).toBe(1);
  expect(stderr).toContain('answered 404');
});

test.each(['../loader.ts', 'sources/loader.ts', 'linked/loader.ts', join(outside, 'loader.ts')])(
  'F46: the loader `%s` outside is not run',
  async (path) => {
    const root = linkedProject(SOURCE('recorded:rec', `{ name: users, module: '${path}' }`));
    writeFileSync(join(dirname(root), 'loader.ts'), 'export default async function* () { yield { users: [{ id: 666 }] }; }\n');
    const { code, stderr } = await server.etlx(root, ['load', '--select', 'extract.shop.users']);
    expect(code).toBe(1);
    expect(stderr).toContain('it lies outside the project');
  },
);

test('F46: models, macros and sources that links lead to outside are not read', async () => {
  const root = server.project('paths', { 'models/inside.sql': 'select 1 as id\n' });
  mkdirSync(join(root, 'macros'));
  symlinkSync(join(outside, 'model.sql'), join(root, 'models/leaked.sql'));
  symlinkSync(outside, join(root, 'models/folder'));
  symlinkSync(join(outside, 'loader.ts'), join(root, 'macros/loader.ts'));
  expect(await server.etlx(root, ['ls'])).toMatchObject({ code: 0, stdout: 'demo.inside\n' });
});

test.each(['..', '../raw', '/raw', 'raw/../../raw', 'datasets', 'raw//x', '.', 'a\\b'])(
  'F46: responses cannot land in `%s`',
  async (land) => {
    const { code, stderr } = await server.etlx(linkedProject(SOURCE('recorded:rec', 'users', land)), ['compile']);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be where responses land');
  },
);

test.each(['../up', 'a/b', '..', '.hidden', 'a\\b', '-x', 'a.b'])(
  'F46: nothing of the graph can be called `%s`, for its name becomes a path',
  async (name) => {
    const files = {
      'sources/shop.yaml': SOURCE('recorded:rec', 'users').replace('name: shop', `name: '${name}'`),
      'sources/table.yaml': `sources:\n  - name: other\n    tables: [{ name: '${name}' }]\n`,
      'sources/resource.yaml': SOURCE('recorded:rec', `users, { name: '${name}' }`).replace('name: shop', 'name: third'),
      'models/m.sql': 'select 1 as id\n',
      'models/m.yaml': `models:\n  - name: m\n    columns: [{ name: id, data_tests: [{ unique: { config: { name: '${name}' } } }] }]\n`,
    };
    const { code, stderr } = await server.etlx(server.project('paths', files), ['compile']);
    expect(code).toBe(2);
    expect(stderr.match(/cannot be a name/g)).toHaveLength(4);
  },
);

test('columns and values may hold paths: they stay in the names of tests as letters', async () => {
  const root = server.project('paths', {
    'models/m.sql': 'select 1 as "../x"\n',
    'models/m.yaml': `models:\n  - name: m\n    columns: [{ name: '../x', data_tests: [unique, { accepted_values: { values: ['../../../../x', '/etc/x'] } }] }]\n`,
  });
  expect(await server.etlx(root, ['compile', '--select', 'm'])).toMatchObject({ code: 0 });
  const compiled = readdirSync(join(root, 'target/compiled'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.sql'),
  );
  expect(compiled.sort()).toEqual([
    'demo/models/m.sql',
    expect.stringMatching(/^demo\/models\/m\.yaml\/accepted_values_m_\w+\.sql$/),
    expect.stringMatching(/^demo\/models\/m\.yaml\/unique_m_\w+\.sql$/),
  ]);
});
