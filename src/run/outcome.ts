import type { StepResult } from '../core/run';

/** What one attempt at a step came to, when it did not throw. */
export interface Outcome extends Partial<Pick<StepResult, 'rows' | 'counts' | 'failures' | 'message'>> {
  readonly status: 'success' | 'pass' | 'warn' | 'fail';
}
