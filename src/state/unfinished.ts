import type { NodeId } from '../core/node';
import type { Status } from '../core/run';
import type { PastRun } from './pastRun';

const WELL: ReadonlySet<Status | undefined> = new Set<Status>(['success', 'pass', 'warn']);

/**
 * What is left of a run: the steps that did not succeed, be it that they failed, were skipped or never ended, each with all of its audits,
 * since what is built anew has to pass all of them again. Statuses as in `dbt retry`.
 */
export function unfinished({ head, statuses }: PastRun): ReadonlySet<NodeId> {
  const steps = Object.entries(head.steps) as readonly (readonly [NodeId, readonly NodeId[]])[];
  return new Set(steps.filter(([id]) => !WELL.has(statuses.get(id))).flatMap(([id, audits]) => [id, ...audits]));
}
