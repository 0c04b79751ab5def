import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { quote, relationName } from '../core/relation';
import { batches } from './csv';
import { databaseErrorOf } from './databaseError';
import type { Copy } from './session';

const COPY_BATCH = 256 * 1024;

/** COPY FROM STDIN, no faster than the server takes it. While it waits for rows its client is in `starving`. */
export function copyIn(starving: WeakSet<Client>): Copy {
  return async (client, relation, columns, csv, signal) => {
    const stream = client.query(copyFrom(`copy ${relationName(relation)} (${columns.map(quote).join(', ')}) from stdin (format csv)`));
    const failed: { source?: unknown } = {};
    async function* rows(): AsyncIterable<Uint8Array> {
      starving.add(client);
      try {
        for await (const batch of batches(csv, COPY_BATCH)) {
          starving.delete(client);
          yield batch;
          starving.add(client);
        }
      } catch (error) {
        failed.source = error;
        throw error;
      } finally {
        starving.delete(client);
      }
    }
    try {
      await pipeline(Readable.from(rows()), stream, { signal });
      return stream.rowCount;
    } catch (error) {
      // What the rows' own source says keeps its words, and so does an abort.
      throw error === failed.source || signal?.aborted ? error : databaseErrorOf(error);
    }
  };
}
