import { scratchDatabase } from '../adapters/scratch';
import type { Surroundings } from '../adapters/connect';
import type { Target } from '../core/manifest';
import type { Scratch } from '../core/plan';
import type { Adapter } from '../core/ports';
import { unitTestsIn, type UnitTester } from '../run/unitTest';

interface Setting extends Surroundings {
  /** Where they run; without it in a database that is opened when the first one does. */
  readonly adapter?: Adapter;
}

/** Runs unit tests in a database of their own. */
export function unitTesting(
  target: Target,
  scratch: readonly Scratch[],
  { adapter: given, ...surroundings }: Setting,
): { readonly unitTest: UnitTester; close(): Promise<void> } {
  const state: { opening?: Promise<{ readonly adapter: Adapter; readonly tester: UnitTester }> } = {};
  const open = async () => {
    const adapter = given ?? (await scratchDatabase(target, surroundings));
    return { adapter, tester: unitTestsIn(adapter, scratch).test };
  };
  return {
    unitTest: async (step, signal) => (await (state.opening ??= open())).tester(step, signal),
    close: async () => (given === undefined ? (await state.opening?.catch(() => undefined))?.adapter.close() : undefined),
  };
}
