import { failure } from '../core/diagnostic';
import { limitText, secondsOf, type Freshness, type FreshnessRule } from '../core/freshness';
import type { FreshnessStep } from '../core/plan';
import type { QueryResult } from '../core/ports';
import type { Outcome } from './outcome';

/** Judges how old the data are, by dbt's rules: older than a limit is too old. Throws EtlxError `freshness.unknown` when nothing says how old they are. */
export function judgeFreshness({ name, rule }: FreshnessStep, { rows }: QueryResult): Outcome {
  const { max_loaded_at: loaded, snapshotted_at: asked } = rows[0] ?? {};
  if (loaded === null || loaded === undefined) throw failure('freshness.unknown', { node: name, ...unknownOf(rule) });
  const freshness: Freshness = {
    maxLoadedAt: timeOf(Number(loaded)),
    snapshottedAt: timeOf(Number(asked)),
    age: Number(asked) - Number(loaded),
  };
  const { errorAfter, warnAfter } = rule;
  const passed = [errorAfter, warnAfter].find((limit) => limit !== undefined && freshness.age > secondsOf(limit));
  const age = `last loaded at ${freshness.maxLoadedAt}, ${ageText(freshness.age)} ago`;
  if (passed === undefined) return { status: 'pass', freshness, message: age };
  const status = passed === errorAfter ? 'fail' : 'warn';
  return { status, freshness, message: `${age}, which is more than ${limitText(passed)}` };
}

/** What could not be found, and why. */
function unknownOf({ loadedAtField, loadedAtQuery }: FreshnessRule): { readonly problem: string; readonly hint: string } {
  if (loadedAtQuery !== undefined)
    return { problem: 'its `loaded_at_query` answers no time', hint: 'it has to answer one row with one time' };
  if (loadedAtField !== undefined)
    return {
      problem: `no row has a time in \`${loadedAtField}\``,
      hint: 'the table is empty, or `filter` leaves nothing of it, or all its times are null',
    };
  return { problem: 'it was not loaded since its freshness is watched', hint: 'run `etlx build` or `etlx load`' };
}

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** In the largest unit of which there are two: `90 minutes`. */
function ageText(seconds: number): string {
  const [unit, length] = (
    [
      ['day', 86_400],
      ['hour', 3600],
      ['minute', 60],
      ['second', 1],
    ] as const
  ).find(([, each]) => seconds >= 2 * each) ?? ['second', 1];
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
