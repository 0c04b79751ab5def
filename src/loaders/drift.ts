import type { Drift, FoundColumn } from '../core/loader';

/** Counts values that a dataset leaves out. */
export interface DriftCounter {
  /** By the contract: a value of this field or column. */
  discarded(name: string): void;
  /** Of a field that no contract speaks of. */
  undeclared(name: string): void;
  /** What was counted, with the columns that are new; undefined when there is nothing to tell. */
  drift(added: readonly FoundColumn[]): Drift | undefined;
}

/** Fields told by name. An API that uses data as names has any number of them. */
const MOST_NAMES = 1000;
const OTHERS = '(others)';

export function driftCounter(): DriftCounter {
  const discarded = new Map<string, number>();
  const undeclared = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string): void => {
    const under = counts.size < MOST_NAMES || counts.has(name) ? name : OTHERS;
    counts.set(under, (counts.get(under) ?? 0) + 1);
  };
  return {
    discarded: (name) => count(discarded, name),
    undeclared: (name) => count(undeclared, name),
    drift: (added) =>
      added.length + discarded.size + undeclared.size === 0
        ? undefined
        : { added, discarded: Object.fromEntries(discarded), undeclared: Object.fromEntries(undeclared) },
  };
}
