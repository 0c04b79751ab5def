import type { Session } from '../core/ports';
import type { OpenSession } from './session';

/** Commits when `work` resolves, rolls back when it throws or `signal` aborts; a rollback that fails is told to `lost`, and the first error stays the one thrown. */
export async function committed<T>(
  session: OpenSession,
  work: (session: Session) => Promise<T>,
  signal: AbortSignal | undefined,
  lost: (error: unknown) => void,
): Promise<T> {
  try {
    const result = await work(session);
    signal?.throwIfAborted();
    await session.commit();
    return result;
  } catch (error) {
    await session.rollback().catch(lost);
    throw error;
  }
}
