import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { build } from '../src/commands/api';
import { startServer, type Server } from './support/server';

/** Planted where secrets go; each with the characters that encodings change. */
const CANARIES = {
  password: 'S3CR3T-db/p@ss+w ord&é',
  API_KEY: 'S3CR3T-header-Zm9v/+=~',
  QUERY_KEY: 'S3CR3T-query=&/+ "ü',
  BYSTANDER: 'S3CR3T-bystander-0001',
} as const;

/** A secret as it stands, and as URLs, forms, JSON, hexadecimal and base64 (at each of the three offsets) write it. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // the first and the last characters mix with whatever stands beside the secret
    return text.slice(offset === 0 ? 0 : 4, -4);
  });
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    String(new URLSearchParams({ s: secret })).slice(2),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

const FORMS = Object.entries(CANARIES).flatMap(([name, secret]) => formsOf(secret).map((form) => ({ name, form })));

/** The names of the canaries that `text` gives away. */
const leaks = (text: string): readonly string[] => [
  ...new Set(FORMS.filter(({ form }) => text.includes(form)).map(({ name, form }) => `${name}: ${form}`)),
];

/** Every file under `root`, by its path; bytes are taken as UTF-8. */
function filesUnder(root: string): ReadonlyMap<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile());
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const SOURCE = (path: string, more = ''): string => `sources:
  - name: shop
    extract:
      client:
        base_url: "{{ env('API_URL') }}"
        headers: { X-Key: { env: API_KEY }, Authorization: { env: API_KEY } }
        params: { key: { env: QUERY_KEY } }
        retry: { max_attempts: 1 }
      resources: [{ name: users, endpoint: { path: ${path}, data_selector: users } }]
    tables:
      - name: users
        transform: { from: users, columns: { id: id } }
        load: { primary_key: [id] }
        columns: [{ name: id, data_type: INT, data_tests: [unique] }]
${more}`;

let server: Server;
let api: HttpServer;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  server = await startServer();
  const literal = `'${CANARIES.password.replaceAll("'", "''")}'`;
  await server.query(`create role canary superuser login password ${literal}`);
  // answers every secret back, in whatever form it came
  api = createServer((request, response) => {
    const echo = `${request.url} ${JSON.stringify(request.headers)} ${CANARIES.API_KEY} ${CANARIES.QUERY_KEY}`;
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/users') return void response.end('{"users":[{"id":1},{"id":2}]}');
    if (path === '/misfit') return void response.end('{"users":[{"id":"one"}]}');
    if (path === '/html') return void response.end(`<html>${echo}</html>`);
    if (path === '/moved') return void response.writeHead(302, { location: `http://127.0.0.1:1/?${echo}`.replaceAll(/[^!-~]/g, '') }).end();
    if (path === '/reset') return void response.socket?.resetAndDestroy();
    response.writeHead(401).end(`no: ${echo}`);
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const url = new URL(server.url);
  url.username = 'canary';
  url.password = encodeURIComponent(CANARIES.password);
  const { password: _, ...secrets } = CANARIES;
  env = { ...secrets, DATABASE_URL: url.href, API_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}` };
});
afterAll(async () => {
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
  // roles belong to the server, which may not be the test's own
  await server.query('drop owned by canary cascade; drop role canary');
  await server.stop();
});

test('the canaries are seen in every form', () => {
  for (const [name, secret] of Object.entries(CANARIES)) {
    const around = [
      secret,
      `postgres://u:${encodeURIComponent(secret)}@h`,
      JSON.stringify({ secret }),
      Buffer.from(`user:${secret}!`).toString('base64'),
    ];
    expect(around.map((text) => leaks(text).some((leak) => leak.startsWith(name)))).toEqual(around.map(() => true));
  }
});

describe('F47: nothing that etlx writes holds a secret', () => {
  const models = { 'models/m.sql': "select * from {{ ref('users') }}\n", 'models/broken.sql': "select nothing from {{ ref('m') }}\n" };

  test.each([
    ['all goes well', 'users', 0],
    ['the API refuses and repeats them', 'refused', 1],
    ['the API redirects with them', 'moved', 1],
    ['the connection breaks', 'reset', 1],
    ['a record does not fit', 'misfit', 1],
  ])('when %s', async (_, path, code) => {
    const root = server.project(`secrets_${path}`, {
      'sources/shop.yaml': SOURCE(path),
      ...(path === 'users' ? { 'models/m.sql': models['models/m.sql'] } : models),
    });
    const commands = [
      ['build', '--dry-run'],
      ['build'],
      ['build', '--log-format', 'json'],
      ['load', '--from-lake'],
      ['compile'],
      ['ls', '--output', 'json', '--output-keys', 'name', 'resource', 'config'],
      ['show', 'users'],
      ['show', '--inline', "select * from {{ ref('users') }} where nothing = 1"],
      ['test', '--quiet'],
      ['build', '--target', 'nowhere'],
    ];
    const outputs: string[] = [];
    const codes: number[] = [];
    for (const command of commands) {
      const ran = await server.etlx(root, command, { env });
      outputs.push(ran.stdout, ran.stderr);
      codes.push(ran.code);
    }
    expect(codes[1]).toBe(code);
    expect(codes[2]).toBe(code);
    expect(outputs.flatMap(leaks)).toEqual([]);
    const files = filesUnder(root);
    expect([...files.keys()]).toEqual(expect.arrayContaining(['target/manifest.json', 'target/run_results.json']));
    expect([...files].flatMap(([file, text]) => leaks(text).map((leak) => `${file}: ${leak}`))).toEqual([]);
  });

  test('when a page is no JSON and repeats them; what the API answered lies in the lake as it came, and nowhere else', async () => {
    const root = server.project('secrets_html', { 'sources/shop.yaml': SOURCE('html') });
    const { code, stdout, stderr } = await server.etlx(root, ['build'], { env });
    expect(code).toBe(1);
    expect(stderr).toContain('the answer is not JSON');
    expect(leaks(stdout + stderr)).toEqual([]);
    const leaking = [...filesUnder(root)]
      .filter(([, text]) => leaks(text).length > 0)
      .map(([file]) => file.replace(/load_id=[^/]+/, 'load_id=…'));
    expect(leaking).toEqual(['.etlx/lake/raw/shop/users/load_id=…/page-00001.json']);
  });

  test('when the address of the API holds them', async () => {
    const root = server.project('secrets_address', { 'sources/shop.yaml': SOURCE('users') });
    const address = new URL(env['API_URL']!);
    address.username = 'etlx';
    address.password = encodeURIComponent(CANARIES.BYSTANDER);
    const outputs: string[] = [];
    for (const command of [
      ['build'],
      ['compile'],
      ['ls', '--output', 'json', '--output-keys', 'resource'],
      ['build', '--log-format', 'json'],
    ]) {
      const { stdout, stderr } = await server.etlx(root, command, { env: { ...env, API_URL: address.href } });
      outputs.push(stdout, stderr);
    }
    expect([...outputs, ...filesUnder(root).values()].flatMap(leaks)).toEqual([]);
  });

  test.each([
    ['the password is wrong', (url: URL) => void (url.username = 'postgres')],
    ['the database does not exist', (url: URL) => void (url.pathname = '/nowhere')],
    ['nobody listens', (url: URL) => void (url.port = '1')],
    ['the protocol is another', (url: URL) => void (url.href = url.href.replace('postgres:', 'mysql:'))],
    ['the address cannot be read', (url: URL) => void (url.href = `postgres://canary:${encodeURIComponent(CANARIES.password)}@[`)],
  ])('when the database cannot be reached because %s, down to the causes of the error', async (_, change) => {
    const root = server.project('secrets_database', { 'models/a.sql': 'select 1 as id\n' });
    const url = new URL(env['DATABASE_URL']!);
    let href: string;
    try {
      change(url);
      href = url.href;
    } catch {
      href = `postgres://canary:${encodeURIComponent(CANARIES.password)}@[`;
    }
    const at = { ...env, DATABASE_URL: href };
    const error: unknown = await build(root, { env: at }).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ diagnostics: [{ code: 'database.connect' }] });
    expect(leaks(inspect(error, { depth: 12, showHidden: true }))).toEqual([]);
    for (const form of ['text', 'json']) {
      const { stdout, stderr } = await server.etlx(root, ['build', '--log-format', form], { env: at });
      expect(leaks(stdout + stderr)).toEqual([]);
    }
  });

  test('when the project’s own loader throws what it was given', async () => {
    const root = server.project('secrets_module', {
      'sources/shop.yaml': SOURCE('users').replace('{ name: users,', '{ name: users, module: sources/users.ts,'),
      'sources/users.ts': "export default async function* pages({ headers }) {\n  throw new Error('with ' + JSON.stringify(headers));\n}\n",
    });
    const { code, stdout, stderr } = await server.etlx(root, ['build'], { env });
    expect(code).toBe(1);
    expect(stderr).toContain('with');
    expect([stdout, stderr, ...filesUnder(root).values()].flatMap(leaks)).toEqual([]);
  });
});
