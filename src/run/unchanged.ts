import type { Step } from '../core/plan';
import type { Adapter } from '../core/ports';
import { placed } from './statements';

/** Why nothing is to be done for `step`, in a sentence; undefined when it has to be done. */
export async function unchanged(step: Step, adapter: Adapter, signal: AbortSignal): Promise<string | undefined> {
  const { unchanged: known, compare } = step;
  if (known !== undefined || compare === undefined) return known;
  const [row = {}] = (await placed([compare], () => adapter.query(compare.sql, signal))).rows;
  return row['before'] !== null && row['before'] === row['now'] ? 'unchanged: what it reads brought nothing new' : undefined;
}
