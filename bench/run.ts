import { join } from 'node:path';
import { startPostgres } from '../test/support/postgres';
import { benchCompile } from './compile';
import { benchStart } from './start';
import { benchTables } from './tables';

/** `npm run bench [rounds]`: every figure with the limit that was measured in the same run; medians, with the least and the most. */
async function main(): Promise<void> {
  const rounds = Number(process.argv[2] ?? 5);
  const repository = join(__dirname, '..');
  const say = (title: string, lines: readonly string[]): void => console.log([`\n# ${title}`, ...lines].join('\n'));
  say('start', benchStart(repository, rounds));
  say('compile', benchCompile(repository, rounds));
  const server = await startPostgres();
  try {
    say('tables', benchTables(repository, server.url, rounds));
  } finally {
    await server.stop();
  }
}

void main();
