import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { literal, quote, relationName, type Relation } from '../core/relation';
import { batches } from './csv';

/** The longest row that is read, in bytes: DuckDB keeps twice as much in memory for each thread. */
const MAX_ROW = 16 * 1024 * 1024;
const WRITE_BATCH = 1024 * 1024;

/** How DuckDB has to read CSV so that every value comes out as PostgreSQL's COPY would have it; nothing is guessed from the data. */
const FORMAT = [
  'format csv',
  'auto_detect false',
  'header false',
  // the file's first line; without it a byte order mark that belongs to the first value would be taken off
  'skip 1',
  `delimiter ','`,
  `quote '"'`,
  `escape '"'`,
  `nullstr ''`,
  'allow_quoted_nulls false',
  `comment ''`,
  String.raw`new_line '\n'`,
  'strict_mode true',
  `max_line_size ${MAX_ROW}`,
  `buffer_size ${2 * MAX_ROW}`,
].join(', ');

/** The statement that fills `relation` from a CSV file whose first line it passes over. */
export function copyStatement(relation: Relation, columns: readonly string[], file: string): string {
  return `copy ${relationName(relation)} (${columns.map(quote).join(', ')}) from ${literal(file)} (${FORMAT})`;
}

/**
 * Puts `csv` into a file in `folder`, with a first line to be passed over, runs `work` on its path and takes it away again. DuckDB reads files
 * by itself and on several threads; handing it rows from JavaScript is many times slower.
 */
export async function withFile<T>(
  folder: string,
  csv: AsyncIterable<Uint8Array>,
  work: (path: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const path = join(folder, `${randomUUID()}.csv`);
  try {
    await write(path, csv, signal);
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

async function write(path: string, csv: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile('\n');
    for await (const batch of batches(csv, WRITE_BATCH)) {
      signal?.throwIfAborted();
      await file.writeFile(batch);
    }
  } finally {
    await file.close();
  }
}
