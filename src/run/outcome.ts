import type { StepResult } from '../core/run';

/** What one attempt at a step came to, when it did not throw. */
export interface Outcome extends Partial<
  Pick<
    StepResult,
    'rows' | 'counts' | 'batches' | 'diagnostics' | 'drift' | 'failures' | 'failingRows' | 'freshness' | 'differences' | 'message'
  >
> {
  readonly status: 'success' | 'pass' | 'warn' | 'fail' | 'unchanged' | 'error';
}
