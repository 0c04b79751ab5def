import type { Knex } from 'knex';
import type { Client } from 'pg';
import type { Adapter } from '../core/ports';
import { acquired } from './acquire';
import { catalogOf, catalogQuery } from './catalog';
import { committed } from './committed';
import { postgresDialect } from './dialects';
import { rowsOf } from './rows';
import { answersOf, sessionOn, type Wire } from './session';

/** What differs between the databases that speak PostgreSQL's protocol. */
export interface KnexEngine {
  /** Of dialect `pg`; it is the pool, and closed by the adapter. */
  readonly knex: Knex;
  readonly maxConcurrency: number;
  /** How transactions are run over `client`. */
  wire(client: Client): Wire;
  /** Makes the server stop what `client` runs; resolves when nothing more will come of it. */
  cancel(client: Client): Promise<void>;
  /** Milliseconds that a server which restarts or is full is waited for. */
  readonly patience: number;
  /** Called when `client` is taken into use; answers what is called when it is given back. */
  watch(client: Client): () => void;
  /** Called after the pool is closed. */
  closed(): Promise<void>;
}

/** Where knex looks to see whether a pooled connection can still be used. */
type Pooled = Client & { __knex__disposed?: unknown };

/** The Adapter over a pool of knex: each transaction holds one raw connection of it. */
export function knexAdapter(engine: KnexEngine): Adapter {
  const pool = engine.knex.client as Knex.Client;
  const acquire = acquired(() => pool.acquireConnection() as Promise<Pooled>, engine.patience);

  /** Runs `work` on a connection of its own; an abort cancels what runs there, and the connection goes back only when the cancel can no longer hit its next user. */
  const connected = async <T>(work: (client: Pooled) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    signal?.throwIfAborted();
    const client = await acquire(signal);
    let cancelled: Promise<void> | undefined;
    const cancel = (): void => {
      cancelled = engine.cancel(client);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    const unwatch = engine.watch(client);
    try {
      return await work(client);
    } finally {
      unwatch();
      signal?.removeEventListener('abort', cancel);
      await cancelled;
      await pool.releaseConnection(client);
    }
  };

  const query: Adapter['query'] = (sql, signal) =>
    connected(async (client) => {
      const { opening } = engine.wire(client);
      return rowsOf((await answersOf(client, [...opening, sql], opening.length)).at(-1));
    }, signal);

  return {
    dialect: postgresDialect,
    maxConcurrency: engine.maxConcurrency,
    query,
    transaction: (work, signal) =>
      connected(
        (client) =>
          committed(sessionOn(client, engine.wire(client), signal), work, signal, (lost) => {
            // A connection that cannot even roll back is lost, and its server rolls back by itself.
            client.__knex__disposed ??= lost;
          }),
        signal,
      ),
    catalog: async (schemas) => (schemas.length === 0 ? new Map() : catalogOf(await query(catalogQuery(schemas)))),
    close: async () => {
      await engine.knex.destroy();
      await engine.closed();
    },
  };
}
