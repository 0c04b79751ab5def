import type { Adapter, Session } from '../core/ports';

/** What a transaction is ended with when nothing of it shall stay. */
class Done extends Error {}

/** Runs `work` in a transaction of which nothing stays, and answers what it answers. Throws what it throws. */
export async function rolledBack<T>(adapter: Adapter, signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
  const state: { answer?: { readonly value: T } } = {};
  try {
    await adapter.transaction(async (session) => {
      state.answer = { value: await work(session) };
      throw new Done();
    }, signal);
  } catch (error) {
    if (!(error instanceof Done)) throw error;
  }
  return state.answer!.value;
}
