import type { Interval } from './interval';
import type { Batches, ModelStep } from './plan';

/** The transactions of a step that is built in batches, each as a step of its own. */
export interface BatchedStep {
  /** Makes the table where there is none. */
  readonly first: ModelStep;
  readonly of: (batch: Interval) => ModelStep;
  /** Behind all batches; absent where nothing is left to do. */
  readonly last?: ModelStep;
}

export function batchedStep(step: ModelStep, batches: Batches): BatchedStep {
  const { ahead, opening, closing, remarks, describe, auditing, audits, batches: _, ...plain } = step;
  const bare = { ...plain, audits: [] };
  return {
    first: { ...bare, ...(ahead && { ahead }), ...(opening && { opening }), ...(describe && { describe }) },
    // that a test passes on a batch does not say that it passes, so it is not written down
    of: (batch) => ({
      ...plain,
      ...batches.of(batch),
      audits: audits.map(({ record: _none, ...check }) => check),
      ...(auditing && { auditing }),
    }),
    ...((closing ?? remarks) && { last: { ...bare, build: [], publish: [], ...(closing && { closing }), ...(remarks && { remarks }) } }),
  };
}
