import { join } from 'node:path';
import { startPostgres } from '../test/support/postgres';
import { benchBuild } from './build';
import { benchCompile } from './compile';
import { benchMillion } from './million';
import { benchStart } from './start';
import { benchTables } from './tables';

/** `npm run bench [-- rounds [names…]]`: every figure with its limit, measured in one run; medians of whole processes, with the least and the most. */
async function main(): Promise<void> {
  const [rounds = '5', ...names] = process.argv.slice(2);
  const repository = join(__dirname, '..');
  const benches: Readonly<Record<string, (rounds: number) => readonly string[] | Promise<readonly string[]>>> = {
    start: (count) => benchStart(repository, count),
    compile: (count) => benchCompile(repository, count),
    tables: (count) => onPostgres((url) => benchTables(repository, url, count)),
    build: (count) => benchBuild(repository, count),
    million: () => onPostgres((url) => benchMillion(repository, url)),
  };
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log([`\n# ${name}`, ...(await bench(Number(rounds)))].join('\n'));
  }
}

async function onPostgres<T>(work: (url: string) => T | Promise<T>): Promise<T> {
  const server = await startPostgres();
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

void main();
