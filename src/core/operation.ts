import type { Location } from './diagnostic';
import type { NodeId } from './node';

/** When an operation of the project's own is run: before the first step of a run, or behind its last one. */
export type OperationEvent = 'on-run-start' | 'on-run-end';

/** SQL that `project.yaml` has run once per run. */
export interface Operation {
  /** `operation.shop-on-run-start-0`, as dbt counts them. */
  readonly id: NodeId;
  readonly name: string;
  readonly event: OperationEvent;
  /** Its place among those of its event, from 0. */
  readonly index: number;
  /** As it is written: a template. */
  readonly text: string;
  readonly at: Location;
}
