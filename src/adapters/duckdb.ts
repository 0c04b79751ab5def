import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { failure } from '../core/diagnostic';
import type { Adapter } from '../core/ports';
import { literal } from '../core/relation';
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

/** DuckDB's words when another process has the file. */
const LOCKED = /Conflicting lock is held in .*\(PID (\d+)\)/s;
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
  const instance = await opened(path);
  const connected = connecting(instance);
  const folder = await connected((connection) => locked(connection, path)).catch((error: unknown) => {
    instance.closeSync();
    throw error;
  });
  const query: Adapter['query'] = (sql, signal) =>
    connected(async (connection) => {
      signal?.throwIfAborted();
      return duckdbRowsOf(await answerOf(connection, sql, 0, signal));
    });
  return {
    dialect: duckdbDialect,
    maxConcurrency: threads,
    query,
    transaction: (work, signal) =>
      connected(async (connection) => {
        signal?.throwIfAborted();
        const session = duckdbSession(connection, folder, signal);
        try {
          const result = await work(session);
          signal?.throwIfAborted();
          await session.commit();
          return result;
        } catch (error) {
          // what cannot be rolled back ends with its connection
          await session.rollback().catch(() => undefined);
          throw error;
        }
      }),
    catalog: async (schemas) => (schemas.length === 0 ? new Map() : duckdbCatalogOf(await query(duckdbCatalogQuery(schemas)))),
    close: async () => {
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Through DuckDB's own cache of instances: two that open one file without it, in one process, would not see each other's lock, and destroy it. */
async function opened(path: string): Promise<DuckDBInstance> {
  if (path === IN_MEMORY) return DuckDBInstance.create(path, { ...OPTIONS });
  await mkdir(dirname(path), { recursive: true });
  return DuckDBInstance.fromCache(path, { ...OPTIONS }).catch((error: unknown) => {
    const pid = LOCKED.exec(error instanceof Error ? error.message : '')?.[1];
    throw pid === undefined ? error : failure('database.locked', { path, pid: Number(pid) }, undefined, { cause: error });
  });
}

/** Runs work on a connection of its own: in the process one costs next to nothing. */
function connecting(instance: DuckDBInstance): <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T> {
  return async (work) => {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  };
}

/** Settles what is set once for all, and shuts the door; answers the folder that stays open. */
async function locked(connection: DuckDBConnection, path: string): Promise<string> {
  const set = (name: string, value: string): Promise<unknown> => answerOf(connection, `set ${name} = ${value}`);
  try {
    await set('TimeZone', `'UTC'`);
  } catch (error) {
    if (!SHARED.test(error instanceof Error ? error.message : '')) throw error;
    throw failure('database.locked', { path, pid: process.pid }, undefined, { cause: error });
  }
  const folder = await emptyFolder(path);
  if (path === IN_MEMORY) await set('temp_directory', literal(join(folder, 'spilled')));
  await set('allowed_directories', `[${literal(`${folder}/`)}]`);
  await set('enable_external_access', 'false');
  await set('lock_configuration', 'true');
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
