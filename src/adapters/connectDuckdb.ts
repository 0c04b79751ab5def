import { resolve } from 'node:path';
import { EtlxError, failure } from '../core/diagnostic';
import type { DuckDBTarget } from '../core/manifest';
import type { Adapter } from '../core/ports';
import type { Surroundings } from './connect';

/** Opens the DuckDB file of `target`. Throws EtlxError `database.connect` or `database.locked`. */
export async function connectDuckDB(target: DuckDBTarget, { root }: Pick<Surroundings, 'root'>): Promise<Adapter> {
  const { duckdb, IN_MEMORY } = await import('./duckdb');
  const path = target.path === IN_MEMORY ? IN_MEMORY : resolve(root, target.path);
  try {
    return await duckdb({ path, threads: target.threads });
  } catch (error) {
    if (error instanceof EtlxError) throw error;
    const problem = error instanceof Error ? error.message.trim() : String(error);
    const hint = `it lies in \`${path}\`: move that file away to begin with an empty one`;
    throw failure('database.connect', { target: target.name, problem, hint }, undefined, { cause: error });
  }
}
