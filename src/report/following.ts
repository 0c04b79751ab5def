import type { Event, StepHead } from '../core/event';
import type { NodeId } from '../core/node';

/** A step that is at work, as far as its events told. */
export interface RunningStep {
  readonly step: StepHead;
  readonly index: number;
  readonly total: number;
  readonly startedAt: Date;
  readonly phase?: 'extract' | 'transform' | 'load';
  readonly rows?: number;
  readonly pages?: number;
  /** Waits for its next attempt, this many seconds in all. */
  readonly waits?: number;
}

/** What the events so far add up to. It holds the steps that are at work, never those that ended. */
export interface Following {
  note(event: Event): void;
  stepOf(id: NodeId): RunningStep | undefined;
  /** In the order in which they began. */
  running(): readonly RunningStep[];
  readonly finished: number;
  readonly failed: number;
  readonly total: number;
  /** Notices that were warnings: they are told again at the end. */
  readonly warnings: readonly string[];
}

/** Follows one run; `now` says when its steps begin. */
export function following(now: () => Date): Following {
  const steps = new Map<NodeId, RunningStep>();
  const warnings: string[] = [];
  let [finished, failed, total] = [0, 0, 0];
  const change = (id: NodeId, news: Partial<RunningStep>): void => {
    const step = steps.get(id);
    if (step) steps.set(id, { ...step, waits: undefined, ...news });
  };
  return {
    note(event) {
      switch (event.type) {
        case 'run.started':
          total = event.total;
          break;
        case 'step.started':
          steps.set(event.step.id, { step: event.step, index: event.index, total: event.total, startedAt: now() });
          break;
        case 'step.progress':
          change(event.id, { phase: event.phase, rows: event.rows, pages: event.pages });
          break;
        case 'step.retried':
          change(event.id, { phase: undefined, rows: undefined, pages: undefined, waits: event.delay });
          break;
        case 'step.finished':
          steps.delete(event.result.id);
          finished += 1;
          total = event.total;
          if (event.result.status === 'error' || event.result.status === 'fail') failed += 1;
          break;
        case 'notice':
          if (event.level === 'warn') warnings.push(event.message);
          break;
        case 'run.finished':
          break;
      }
    },
    stepOf: (id) => steps.get(id),
    running: () => [...steps.values()],
    get finished() {
      return finished;
    },
    get failed() {
      return failed;
    },
    get total() {
      return total;
    },
    warnings,
  };
}
