import type { NodeId } from '../core/node';

/** Where the runs of a project are remembered, relative to its folder; `<run>/journal.ndjson` beside the run's artifacts, and `latest`, which holds the name of one. */
export const RUNS = 'target/runs';
export const JOURNAL = 'journal.ndjson';
export const LATEST = `${RUNS}/latest`;

/** The first line of a journal: everything that is needed to go on with the run, even if it dies before its first step. */
export interface RunHead {
  readonly run: string;
  readonly command: string;
  /** The name of the target that it works on. */
  readonly target: string;
  /** The flags of the call, by name. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Of the process that runs it. */
  readonly pid: number;
  readonly host: string;
  /** The run that this one goes on with. */
  readonly retryOf?: string;
  /** Every step of the plan, with the audits that are part of it. */
  readonly steps: Readonly<Record<NodeId, readonly NodeId[]>>;
}
