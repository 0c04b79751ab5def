import type { NodeId } from '../core/node';
import { endedWell } from '../core/run';
import type { PastRun } from './pastRun';

/**
 * What is left of a run: the steps that did not succeed, be it that they failed, were skipped or never ended, each with all of its audits,
 * since what is built anew has to pass all of them again. Statuses as in `dbt retry`.
 */
export function unfinished({ head, statuses }: PastRun): ReadonlySet<NodeId> {
  const steps = Object.entries(head.steps) as readonly (readonly [NodeId, readonly NodeId[]])[];
  return new Set(steps.filter(([id]) => !endedWell(statuses.get(id))).flatMap(([id, audits]) => [id, ...audits]));
}
