import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { etlx, type Ran, type Where } from '../support/etlx';
import { project, type Files } from '../support/project';

/** Where faults are injected: a project of one table on a server, whose old content is version 1 and whose new content is version 2. */
export const ROWS = 1000;

const SETTINGS = `name: shop
targets:
  prod:
    type: postgres
    url: {env: DATABASE_URL}
    sslmode: disable
    threads: 2
lake: .etlx/lake
retries: {max: 1, delay: 0}
`;

const USERS = `select n as id, {{ var('version') }} as version from generate_series(1, ${ROWS}) n`;

/** A project in a folder of its own; `target` are more lines of its target. */
export const fieldProject = (files: Files = {}, target = ''): string =>
  project({
    'project.yaml': SETTINGS.replace('    threads: 2\n', `    threads: 2\n${target}`),
    'models/users.sql': USERS,
    'models/users.yaml': 'models:\n  - {name: users, columns: [{name: id}], constraints: [{type: primary_key, columns: [id]}]}\n',
    ...files,
  });

/** Builds version `version` over `url`. */
export const run = (root: string, url: string, version: number, args: readonly string[] = [], where: Where = {}): Promise<Ran> =>
  etlx(root, ['run', '--vars', `{version: ${version}}`, ...args], { ...where, env: { DATABASE_URL: url, ...where.env } });

/** The same server behind another port. */
export function through(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}

/** A session of somebody else. */
export async function session(url: string, application = 'somebody'): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: application });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** The rows of one query over a connection of its own, as lists of values. */
export async function ask(url: string, sql: string): Promise<readonly unknown[][]> {
  const client = await session(url, 'asking');
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

/** The version of `shop.users`, which has to be there whole. */
export async function versionOf(url: string): Promise<number> {
  const [[rows, low, high] = []] = await ask(url, 'select count(*)::int, min(version), max(version) from shop.users');
  expect([rows, low]).toEqual([ROWS, high]);
  return Number(low);
}

/** Whatever happened: no helper is left, and within three seconds nobody but those who ask holds a lock or a connection (a pooler keeps idle ones). */
export async function expectClean(url: string, { pooled = false } = {}): Promise<void> {
  const left = `select coalesce(string_agg(format('%s: %s', pid, query), E'\\n'), '') from pg_stat_activity
    where datname = current_database() and application_name = 'etlx'${pooled ? ` and state <> 'idle'` : ''}`;
  for (let waited = 0; waited < 3000 && (await ask(url, left))[0]?.[0] !== ''; waited += 100) await sleep(100);
  expect(await ask(url, left)).toEqual([['']]);
  expect(await ask(url, `select relname from pg_class where relname like 'etlx%' and relname not like 'etlx_state%'`)).toEqual([]);
  expect(
    await ask(
      url,
      `select l.mode from pg_locks l where l.pid <> pg_backend_pid() and l.locktype in ('relation', 'advisory') and l.database = (select oid from pg_database where datname = current_database())`,
    ),
  ).toEqual([]);
}

/** The next run, without any fault, builds version 3. */
export async function expectNextRunWell(root: string, url: string): Promise<void> {
  const next = await run(root, url, 3);
  expect(next).toMatchObject({ code: 0 });
  expect(await versionOf(url)).toBe(3);
}
