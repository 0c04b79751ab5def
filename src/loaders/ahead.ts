/** Asks early for what will probably be wanted next. */
export interface Ahead<R, T> {
  /**
   * The answer to `request`, and the asking of the first of `probable` begun. Requests that were begun and turn out not to be wanted are aborted.
   * Throws what the asking throws.
   */
  take(request: R, probable: Iterable<R>): Promise<T>;
  /** Aborts what is still under way, and waits until it has ended. */
  end(): Promise<void>;
}

/**
 * At most `most` requests are begun and not taken, so that no more answers than that are held in memory. Answers are taken in the order in
 * which they are wanted, whichever comes first.
 */
export function aheadOf<R, T>(
  ask: (request: R, signal: AbortSignal) => Promise<T>,
  keyOf: (request: R) => string,
  most: number,
  signal: AbortSignal,
): Ahead<R, T> {
  const begun = new Map<string, { readonly answer: Promise<T>; readonly abort: AbortController }>();
  const unwanted = new Set<Promise<unknown>>();
  // one listener for all: signals warn of many
  const stop = (): void => begun.forEach(({ abort }) => abort.abort(signal.reason));
  signal.addEventListener('abort', stop, { once: true });

  const begin = (key: string, request: R) => {
    const abort = new AbortController();
    if (signal.aborted) abort.abort(signal.reason);
    const answer = ask(request, abort.signal);
    // it is told to whoever takes it
    answer.catch(() => undefined);
    const entry = { answer, abort };
    begun.set(key, entry);
    return entry;
  };

  const drop = (key: string): void => {
    const entry = begun.get(key)!;
    begun.delete(key);
    entry.abort.abort(new Error('no longer wanted'));
    const ended: Promise<unknown> = entry.answer.catch(() => undefined).finally(() => unwanted.delete(ended));
    unwanted.add(ended);
  };

  return {
    async take(request, probable) {
      const key = keyOf(request);
      const wanted = begun.get(key) ?? begin(key, request);
      const next = new Map([[key, request]]);
      for (const each of probable) {
        if (next.size >= most) break;
        next.set(keyOf(each), each);
      }
      for (const each of [...begun.keys()]) if (!next.has(each)) drop(each);
      for (const [each, probably] of next) if (!begun.has(each)) begin(each, probably);
      try {
        return await wanted.answer;
      } finally {
        begun.delete(key);
      }
    },
    async end() {
      signal.removeEventListener('abort', stop);
      for (const key of [...begun.keys()]) drop(key);
      await Promise.allSettled(unwanted);
    },
  };
}
