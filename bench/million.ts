import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { resultOf } from '../test/support/artifacts';
import { flakyProject } from '../test/support/flakyApi';
import { curveOf, medianOf, watched } from './memory';
import { againstLimit } from './measure';

const RECORDS = 1_000_000;
const PAGE_SIZE = 100;
const SEED = 'a million';
const TABLES = ['events', 'orders'];

/**
 * A million records through 10,000 pages to PostgreSQL, by `etlx build` as a process of its own: from an API that always answers, and from one
 * whose answers fail by one in twenty. Shows time and memory, whether the rows add up, and whether both leave the same tables.
 */
export async function benchMillion(repository: string, url: string): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), 'etlx-bench-'));
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const whole = await loaded(repository, join(root, 'whole'), url, 'million_whole', 0);
    const failing = await loaded(repository, join(root, 'failing'), url, 'million_failing', 0.05);
    const differences: string[] = [];
    for (const table of TABLES) differences.push(await differenceOf(client, `million_whole.${table}`, `million_failing.${table}`));
    return [...whole, ...failing, ...differences];
  } finally {
    await client.query('set client_min_messages = warning; drop schema if exists million_whole, million_failing cascade');
    await client.end();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Builds the project from an API of its own; answers what there is to tell. */
async function loaded(repository: string, root: string, url: string, schema: string, failing: number): Promise<readonly string[]> {
  const words = [RECORDS, PAGE_SIZE, failing, SEED].map(String);
  const jiti = join(repository, 'node_modules/jiti/lib/jiti-cli.mjs');
  const api = spawn(process.execPath, [jiti, join(repository, 'bench/flakyApi.ts'), ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: api.stdout });
    const [address] = (await once(lines, 'line')) as [string];
    for (const [path, text] of Object.entries(flakyProject(address, schema))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const argv: readonly [string, ...string[]] = [process.execPath, join(repository, 'dist/etlx.cjs'), 'build', '--quiet'];
    const { seconds, megabytes } = await watched(argv, root, { DATABASE_URL: url });
    api.stdin.end();
    const [answers] = (await once(lines, 'line')) as [string];
    return [
      `${schema}: ${seconds.toFixed(1)} s, ${Math.round(RECORDS / seconds)} records a second; answers ${answers}`,
      `  memory, the highest of each tenth: ${curveOf(megabytes).map(Math.round).join(' ')} MB; in all ${Math.round(Math.max(...megabytes))} MB`,
      `  last quarter over the median after the start: ${againstLimit(growthOf(megabytes), '×', 1.3)}`,
      ...TABLES.map((table) => `  ${table}: ${countsOf(root, table)}`),
    ];
  } finally {
    api.kill();
  }
}

/** How much higher the last quarter goes than the middle of everything after the first tenth, in which the process starts. */
function growthOf(megabytes: readonly number[]): number {
  const warm = megabytes.slice(Math.ceil(megabytes.length / 10));
  return Math.max(...warm.slice(-Math.ceil(megabytes.length / 4))) / medianOf(warm);
}

/** The rows of a load, in words. Throws when they do not add up to what the API has. */
function countsOf(root: string, table: string): string {
  const counts = resultOf(root, `source.api.${table}`).row_counts;
  if (counts === undefined) throw new Error(`the run says nothing of the rows of \`${table}\``);
  const { received, loaded: inTable, merged, filtered, rejected } = counts;
  const sum = inTable + merged + filtered + rejected;
  if (received !== RECORDS || sum !== received) throw new Error(`the rows of \`${table}\` do not add up: ${JSON.stringify(counts)}`);
  return `received ${received} = loaded ${inTable} + merged ${merged} + filtered ${filtered} + rejected ${rejected}`;
}

/** Throws when a row is in one of the tables and not, or not as often, in the other. */
async function differenceOf(client: Client, one: string, other: string): Promise<string> {
  const { rows } = await client.query<{ readonly rows: string; readonly different: string }>(`
    select (select count(*) from ${one}) as rows, (select count(*) from
      ((table ${one} except all table ${other}) union all (table ${other} except all table ${one})) as differences) as different`);
  const [{ rows: count, different } = { rows: '0', different: 'all' }] = rows;
  if (different !== '0') throw new Error(`${one} and ${other} differ in ${different} rows`);
  return `${one} and ${other}: the same ${count} rows (except all, both ways: 0)`;
}
