import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { knex, type Knex } from 'knex';
import type { Adapter } from '../core/ports';
import { quote, relationName } from '../core/relation';
import { linesIn, pieces } from './csv';
import { databaseErrorOf } from './databaseError';
import { lockFolder } from './folderLock';
import { knexAdapter } from './knexAdapter';
import { prepareFolder } from './pgliteImage';
import type { Copy, Wire } from './session';

const NEVER = 2 ** 31 - 1;
/** PGlite takes CSV whole, into the memory of its WebAssembly; pieces of this size bound it. */
const COPY_PIECE = 8 * 1024 * 1024;

/**
 * PostgreSQL in this process, kept in the folder `path`, which is made on first use: from the prepared `image` when it fits.
 * Throws EtlxError `database.locked` when another process has the folder.
 */
export async function pglite({ path, image }: { readonly path: string; readonly image?: string }): Promise<Adapter> {
  const unlock = await lockFolder(path);
  try {
    await prepareFolder(path, image);
    const database = await PGlite.create(path);
    const pool = knex({
      client: 'pg',
      version: '18',
      connection: createPgConfig(database) as Knex.PgConnectionConfig,
      // One session, which stays: closing it would close the database's only connection for good.
      pool: { min: 1, max: 1 },
      acquireConnectionTimeout: NEVER,
    });
    const wire: Wire = { copy: copyInto(database), opening: [] };
    return knexAdapter({
      knex: pool,
      maxConcurrency: 1,
      wire: () => wire,
      // It is in this process: it is never away, and never silent.
      patience: 0,
      watch: () => () => undefined,
      // It runs on this thread: by the time an abort is seen, the statement has ended.
      cancel: () => Promise.resolve(),
      closed: async () => {
        await database.close();
        await unlock();
      },
    });
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** COPY FROM STDIN would kill the WebAssembly process, so the rows go through PGlite's own `/dev/blob`; its only session is the one of the open transaction. */
function copyInto(database: PGlite): Copy {
  return async (_client, relation, columns, csv, signal) => {
    const sql = `copy ${relationName(relation)} (${columns.map(quote).join(', ')}) from '/dev/blob' (format csv)`;
    let rows = 0;
    let lines = 0;
    for await (const piece of pieces(csv, COPY_PIECE)) {
      signal?.throwIfAborted();
      try {
        rows +=
          (await database.query(sql, [], { blob: new Blob(piece as readonly Uint8Array<ArrayBuffer>[] as Uint8Array<ArrayBuffer>[]) }))
            .affectedRows ?? 0;
      } catch (error) {
        throw databaseErrorOf(inWholeFile(error, lines));
      }
      lines += linesIn(piece);
    }
    return rows;
  };
}

/** PostgreSQL counts lines from the start of a piece; the user's file starts `before` lines earlier. */
function inWholeFile(error: unknown, before: number): unknown {
  if (!(error instanceof Error) || !('where' in error) || typeof error.where !== 'string') return error;
  return Object.assign(error, { where: error.where.replace(/(?<=\bline )\d+/, (line) => String(Number(line) + before)) });
}
