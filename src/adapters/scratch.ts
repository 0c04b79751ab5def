import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../core/manifest';
import type { Adapter } from '../core/ports';
import { connect, type Surroundings } from './connect';

/**
 * An empty database in this process, of the kind that `target` is (for a server: PostgreSQL all the same), which nobody else sees and nothing is left of
 * when it is closed. Throws EtlxError `database.connect`.
 */
export async function scratchDatabase({ name, schema, type }: Target, surroundings: Surroundings): Promise<Adapter> {
  const common = { name, schema, threads: 1 };
  if (type === 'duckdb') return connect({ ...common, type, path: ':memory:' }, surroundings);
  const folder = await mkdtemp(join(tmpdir(), 'etlx-scratch-'));
  const gone = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const adapter = await connect({ ...common, type: 'pglite', path: join(folder, 'data') }, surroundings);
    return { ...adapter, close: () => adapter.close().finally(gone) };
  } catch (error) {
    await gone();
    throw error;
  }
}
