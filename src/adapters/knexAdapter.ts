import type { Knex } from 'knex';
import type { Client } from 'pg';
import type { Adapter } from '../core/ports';
import { catalogOf, catalogQuery } from './catalog';
import { databaseErrorOf } from './databaseError';
import { postgresDialect } from './dialects';
import { rowsOf } from './rows';
import { answersOf, sessionOn, type Copy } from './session';

/** What differs between the databases that speak PostgreSQL's protocol. */
export interface KnexEngine {
  /** Of dialect `pg`; it is the pool, and closed by the adapter. */
  readonly knex: Knex;
  readonly maxConcurrency: number;
  readonly copy: Copy;
  /** Makes the server stop what `client` runs; resolves when nothing more will come of it. */
  cancel(client: Client): Promise<void>;
  /** Called after the pool is closed. */
  closed(): Promise<void>;
}

/** Where knex looks to see whether a pooled connection can still be used. */
type Pooled = Client & { __knex__disposed?: unknown };

/** The Adapter over a pool of knex: each transaction holds one raw connection of it. */
export function knexAdapter(engine: KnexEngine): Adapter {
  const pool = engine.knex.client as Knex.Client;

  /** Runs `work` on a connection of its own; an abort cancels what runs there, and the connection goes back only when the cancel can no longer hit its next user. */
  const connected = async <T>(work: (client: Pooled) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    signal?.throwIfAborted();
    const client = await acquire(pool);
    let cancelled: Promise<void> | undefined;
    const cancel = (): void => {
      cancelled = engine.cancel(client);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await work(client);
    } finally {
      signal?.removeEventListener('abort', cancel);
      await cancelled;
      await pool.releaseConnection(client);
    }
  };

  const query: Adapter['query'] = (sql, signal) => connected(async (client) => rowsOf((await answersOf(client, [sql], 0)).at(-1)), signal);

  return {
    dialect: postgresDialect,
    maxConcurrency: engine.maxConcurrency,
    query,
    transaction: (work, signal) =>
      connected(async (client) => {
        const session = sessionOn(client, engine.copy, signal);
        try {
          const result = await work(session);
          signal?.throwIfAborted();
          await session.commit();
          return result;
        } catch (error) {
          // A connection that cannot even roll back is lost, and its server rolls back by itself.
          await session.rollback().catch((lost: unknown) => {
            client.__knex__disposed ??= lost;
          });
          throw error;
        }
      }, signal),
    catalog: async (schemas) => (schemas.length === 0 ? new Map() : catalogOf(await query(catalogQuery(schemas)))),
    close: async () => {
      await engine.knex.destroy();
      await engine.closed();
    },
  };
}

async function acquire(pool: Knex.Client): Promise<Pooled> {
  try {
    return (await pool.acquireConnection()) as Pooled;
  } catch (error) {
    throw databaseErrorOf(error);
  }
}
