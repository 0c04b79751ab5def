import type { Socket } from 'node:net';
import { knex, type Knex } from 'knex';
import type { Client, ClientConfig } from 'pg';
import type { Timeouts } from '../core/manifest';
import type { Adapter } from '../core/ports';
import { cancelRequest } from './cancelRequest';
import type { ConnectionOptions } from './connectionOptions';
import { askApart, type Ask } from './control';
import { copyIn } from './copyIn';
import { fateOf } from './fate';
import { knexAdapter } from './knexAdapter';
import { settingsOf, setupScript, transactionSettings } from './serverSession';
import type { Wire } from './session';
import { watchdog } from './watchdog';

/** A transaction may hold its connection for hours while others wait in line; knex's own limit is a minute. */
const NEVER = 2 ** 31 - 1;
const RECONNECT_SECONDS = 60;
const SILENCE_SECONDS = 20;

export interface Server {
  readonly options: ConnectionOptions;
  /** The one of `options.tls` to use. */
  readonly tls: ConnectionOptions['tls'][number];
  readonly threads: number;
  readonly timeouts?: Timeouts;
  readonly session?: Readonly<Record<string, string>>;
}

/** What pg keeps in a Client besides what its types say. */
type Wired = Client & { readonly processID: number; readonly secretKey: number; readonly readyForQuery: boolean };

/** A PostgreSQL server, over at most `threads` connections. No connection is made before the first query. */
export function postgres({ options, tls, threads, timeouts, session }: Server): Adapter {
  const { connectTimeout } = options;
  const config = clientConfig(options, tls);
  const ask: Ask = (sql) => askApart(config, sql, connectTimeout);
  const settings = settingsOf(timeouts, session);
  const patience = 1000 * (timeouts?.reconnect ?? RECONNECT_SECONDS);
  const watch = watchdog({ ask, silence: 1000 * (timeouts?.silence ?? SILENCE_SECONDS) });
  /** The processes of the server's sessions; those behind a pooler are not here. */
  const pids = new WeakMap<Client, number>();
  /** Connections whose COPY waits for rows, not for the server. */
  const starving = new WeakSet<Client>();
  const opening = [transactionSettings(settings)];

  const wireOf = (client: Client): Wire => {
    const pid = pids.get(client);
    return {
      copy: copyIn(starving),
      opening: pid === undefined ? opening : [],
      fateOf: (id) => fateOf({ id, ...(pid !== undefined && { pid }) }, ask, patience),
    };
  };

  return knexAdapter({
    knex: knex({
      client: 'pg',
      // Named here, because knex asks the server for it otherwise; etlx writes its SQL itself.
      version: '14',
      connection: config as Knex.PgConnectionConfig,
      pool: { min: 0, max: threads, afterCreate: setup },
      acquireConnectionTimeout: NEVER,
      log: silent,
    }),
    maxConcurrency: threads,
    wire: wireOf,
    patience,
    watch: (client) => {
      const wired = client as Wired;
      return watch.watch({
        pid: pids.get(client),
        awaits: () => !wired.readyForQuery && !starving.has(client),
        received: () => socketOf(client).bytesRead,
        destroy: (error) => socketOf(client).destroy(error),
      });
    },
    cancel: async (client) => {
      const pid = pids.get(client);
      const { processID, secretKey } = client as Wired;
      const asked = pid !== undefined && (await ask(`select pg_catalog.pg_cancel_backend(${pid})`).catch(() => undefined)) !== undefined;
      if (!asked) await cancelRequest({ host: options.host, port: options.port, pid: processID, key: secretKey }, connectTimeout);
    },
    closed: () => Promise.resolve(watch.close()),
  });

  /** Sets up a session in one round trip. A connection that cannot be set up is closed, because knex forgets it. */
  function setup(client: Client, done: (error: Error | null) => void): void {
    const { processID } = client as Wired;
    client.query<{ pid: string }>({ text: setupScript(settings, processID), ...{ query_timeout: connectTimeout } }).then(
      (answers) => {
        const pid = Number((answers as unknown as readonly { rows: readonly { pid: string }[] }[])[1]?.rows[0]?.pid);
        if (pid === processID) pids.set(client, pid);
        done(null);
      },
      (error: Error) => {
        socketOf(client).destroy();
        done(error);
      },
    );
  }
}

const socketOf = (client: Client): Socket => client.connection.stream as Socket;

function clientConfig(options: ConnectionOptions, tls: Server['tls']): ClientConfig {
  const { host, port, user, password, database, applicationName, connectTimeout } = options;
  return {
    host,
    port,
    user,
    // Nothing but a text keeps pg from looking for a password of its own.
    password: password ?? '',
    database,
    ssl: tls,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    ...(options.options !== undefined && { options: options.options }),
  };
}

/** What knex has to say of broken connections reaches the user as the error of the query. */
const silent = { warn: () => undefined, error: () => undefined, debug: () => undefined, deprecate: () => undefined };
