import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { knex, type Knex } from 'knex';
import { from as copyFrom } from 'pg-copy-streams';
import type { Adapter } from '../core/ports';
import { quote, relationName } from '../core/relation';
import { batches } from './csv';
import { databaseErrorOf } from './databaseError';
import { knexAdapter } from './knexAdapter';
import type { Copy } from './session';

/** A connection that is not there after this long will not come. */
const CONNECT_TIMEOUT = 10_000;
/** A transaction may hold its connection for hours while others wait in line; knex's own limit is a minute. */
const NEVER = 2 ** 31 - 1;
const COPY_BATCH = 256 * 1024;

/** Dates read the same whatever the server is set to; the server stops the query of a client that is gone (where it may be set). */
const settings = ['set datestyle = iso', "set client_connection_check_interval = '2s'"];

/** A PostgreSQL server at `url`, over at most `threads` connections. No connection is made before the first query. */
export function postgres({ url, threads }: { readonly url: string; readonly threads: number }): Adapter {
  const pool = knex({
    client: 'pg',
    // Named here, because knex asks the server for it otherwise; etlx writes its SQL itself.
    version: '14',
    connection: {
      connectionString: url,
      application_name: 'etlx',
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
    } as Knex.PgConnectionConfig,
    pool: { min: 0, max: threads, afterCreate: prepare },
    acquireConnectionTimeout: NEVER,
    log: silent,
  });
  return knexAdapter({
    knex: pool,
    maxConcurrency: threads,
    copy,
    cancel: async (client) => {
      // A server that cannot be reached to cancel has nothing left to cancel.
      await (pool.client as { cancelQuery(connection: unknown): Promise<void> }).cancelQuery(client).catch(() => undefined);
    },
    closed: () => Promise.resolve(),
  });
}

/** What knex has to say of broken connections reaches the user as the error of the query. */
const silent = { warn: () => undefined, error: () => undefined, debug: () => undefined, deprecate: () => undefined };

/** Some hosts and poolers forbid one setting or the other; neither is worth failing for. */
function prepare(connection: { query(sql: string): Promise<unknown> }, done: (error: Error | null) => void): void {
  settings
    .reduce((before, setting) => before.then(() => connection.query(setting)).catch(() => undefined), Promise.resolve<unknown>(undefined))
    .then(() => done(null), done);
}

/** COPY FROM STDIN, no faster than the server takes it. */
const copy: Copy = async (client, relation, columns, csv, signal) => {
  const stream = client.query(copyFrom(`copy ${relationName(relation)} (${columns.map(quote).join(', ')}) from stdin (format csv)`));
  try {
    await pipeline(Readable.from(batches(csv, COPY_BATCH)), stream, { signal });
    return stream.rowCount;
  } catch (error) {
    throw isServerError(error) ? databaseErrorOf(error) : error;
  }
};

/** Whether it comes from the connection rather than from the rows' own source, whose errors keep their words. */
function isServerError(error: unknown): boolean {
  return error instanceof Error && ('severity' in error || 'errno' in error || error.message.startsWith('Connection terminated'));
}
