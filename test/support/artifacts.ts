import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One result of `target/etlx_results.json`, as far as tests look at it. */
export interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly message: string | null;
  readonly failures: number | null;
  readonly failing_rows?: readonly Readonly<Record<string, unknown>>[];
  readonly compiled_path: string | null;
  readonly attempts: number;
  readonly row_counts?: Readonly<Record<'received' | 'loaded' | 'merged' | 'filtered' | 'rejected', number>>;
  readonly schema_drift?: object;
  readonly because?: string;
  readonly diagnostics?: readonly { readonly code: string; readonly message: string }[];
}

/** What the last run in `root` wrote, in its order. */
export function resultsOf(root: string): readonly Result[] {
  return (JSON.parse(readFileSync(join(root, 'target/etlx_results.json'), 'utf8')) as { readonly results: readonly Result[] }).results;
}

/** How each node of the last run ended, by its id; each id is there once. */
export function statusesOf(root: string): Readonly<Record<string, string>> {
  const results = resultsOf(root);
  const statuses = Object.fromEntries(results.map(({ unique_id, status }) => [unique_id, status]));
  if (Object.keys(statuses).length !== results.length) throw new Error('a node has two results');
  return statuses;
}

/** The result of one node of the last run. */
export function resultOf(root: string, id: string): Result {
  const result = resultsOf(root).find(({ unique_id }) => unique_id === id);
  if (result === undefined) throw new Error(`the last run has no result of ${id}`);
  return result;
}

export const hasResults = (root: string): boolean => existsSync(join(root, 'target/etlx_results.json'));
