import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { failure } from '../core/diagnostic';
import type { Adapter } from '../core/ports';
import { literal, quote } from '../core/relation';
import { committed } from './committed';
import { duckdbDialect } from './dialects';
import { duckdbCatalogOf, duckdbCatalogQuery } from './duckdbCatalog';
import { duckdbRowsOf } from './duckdbRows';
import { answerOf, duckdbSession } from './duckdbSession';

export const IN_MEMORY = ':memory:';

/** Where DuckDB has a setting for it, SQL means what it means in PostgreSQL; nothing is fetched from the network; errors say where they are. */
const OPTIONS: Readonly<Record<string, string>> = {
  errors_as_json: 'true',
  integer_division: 'true',
  default_null_order: 'nulls_last_on_asc_first_on_desc',
  allow_community_extensions: 'false',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

/** The database's name in SQL. DuckDB would take the file's, and then could not tell the schema `shop` from the database of `shop.duckdb`. */
const DATABASE = quote('etlx:database');

/** DuckDB's words when another process has the file. */
const HELD = /Conflicting lock is held in .*\(PID (\d+)\)/s;
/** And when this process has it open already: the two share an instance, whose settings are locked. */
const SHARED = /the configuration has been locked/;

/**
 * The DuckDB database in the file `path` (`:memory:` for none), which is made on first use, with up to `threads` transactions at once.
 *
 * SQL of the project reaches no file and no network: `enable_external_access` is off and the configuration locked before the first statement
 * of a caller. Only the folder `<path>.etlx` stays open, through which etlx itself brings CSV in; it is emptied when the database is opened.
 * Throws EtlxError `database.locked` when the file is open already, in this process or another one.
 */
export async function duckdb({ path, threads }: { readonly path: string; readonly threads: number }): Promise<Adapter> {
  if (path !== IN_MEMORY) await mkdir(dirname(path), { recursive: true });
  const instance = await instanceFor(path);
  const folder = await connected(instance, (connection) => locked(connection, path)).catch((error: unknown) => {
    instance.closeSync();
    throw error;
  });
  const inDatabase = <T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> =>
    connected(instance, async (connection) => {
      signal?.throwIfAborted();
      await answerOf(connection, `use ${DATABASE}`);
      return work(connection);
    });
  const query: Adapter['query'] = (sql, signal) =>
    inDatabase(async (connection) => duckdbRowsOf(await answerOf(connection, sql, 0, signal)), signal);
  return {
    dialect: duckdbDialect,
    maxConcurrency: threads,
    query,
    transaction: (work, signal) =>
      // what cannot be rolled back ends with its connection
      inDatabase((connection) => committed(duckdbSession(connection, folder, signal), work, signal, () => undefined), signal),
    catalog: async (schemas) => (schemas.length === 0 ? new Map() : duckdbCatalogOf(await query(duckdbCatalogQuery(schemas)))),
    close: async () => {
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * An instance for one file comes from DuckDB's own cache: two instances with one file in one process would not see each other's lock, which
 * belongs to the process, and would ruin the file.
 */
function instanceFor(path: string): Promise<DuckDBInstance> {
  return path === IN_MEMORY
    ? DuckDBInstance.create(IN_MEMORY, { ...OPTIONS })
    : DuckDBInstance.fromCache(`${IN_MEMORY}${path}`, { ...OPTIONS });
}

/** Runs work on a connection of its own: within the process one costs next to nothing. */
async function connected<T>(instance: DuckDBInstance, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

/** Opens the file, settles what is set once for all, and shuts the door; answers the folder that stays open. */
async function locked(connection: DuckDBConnection, path: string): Promise<string> {
  const run = (sql: string): Promise<unknown> => answerOf(connection, sql);
  try {
    await run(`set TimeZone = 'UTC'`);
    await run(`attach ${literal(path)} as ${DATABASE}`);
  } catch (error) {
    const text = error instanceof Error ? String(error.cause) : '';
    const pid = SHARED.test(text) ? process.pid : HELD.exec(text)?.[1];
    throw pid === undefined ? error : failure('database.locked', { path, pid: Number(pid) }, undefined, { cause: error });
  }
  const folder = await emptyFolder(path);
  await run(`set temp_directory = ${literal(join(folder, 'spilled'))}`);
  await run(`set allowed_directories = [${literal(`${folder}/`)}]`);
  await run('set enable_external_access = false');
  await run('set lock_configuration = true');
  return folder;
}

/** What a killed process left there goes with it; the database's own lock says that no other process is using it. */
async function emptyFolder(path: string): Promise<string> {
  if (path === IN_MEMORY) return realpath(await mkdtemp(join(tmpdir(), 'etlx-duckdb-')));
  const folder = `${path}.etlx`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  return realpath(folder);
}
