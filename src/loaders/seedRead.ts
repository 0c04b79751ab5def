import type { SeedNode } from '../core/node';
import { seedColumns, type SeedColumns } from './seedColumns';
import { csvBatches, type SeedOrigin } from './seedCsv';
import { jsonBatches } from './seedJson';
import type { SeedRow } from './seedRow';
import { decoded } from './seedText';

/** A seed as it is read: `columns` holds the names that were met so far. */
export interface SeedReading {
  readonly columns: SeedColumns;
  readonly batches: AsyncIterable<readonly SeedRow[]>;
}

/** Reads the rows of a seed from the bytes of its file, once, piece by piece. */
export function seedReading(seed: SeedNode, bytes: AsyncIterable<Uint8Array>, report: SeedOrigin['report']): SeedReading {
  const origin = { file: seed.path, report };
  const columns = seedColumns(seed.quoteColumns, report);
  const texts = decoded(bytes, seed.path);
  const batches =
    seed.format === 'csv' ? csvBatches(texts, seed.delimiter, columns, origin) : jsonBatches(texts, seed.format, columns, origin);
  return { columns, batches };
}
