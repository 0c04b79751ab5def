import { TransformStream } from 'node:stream/web';
import type { Store, Stored } from '../core/ports';

/** An object that is written while its pieces come; without any there is none. */
export interface DeadLetter {
  /** Resolves when the store has room for more. Throws `lake.error`. */
  write(piece: Uint8Array): Promise<void>;
  /** Resolves when the object stands; undefined when there is none. Throws `lake.error`. */
  end(): Promise<Stored | undefined>;
  /** Leaves nothing behind that readers could see. */
  abandon(): Promise<void>;
}

/** The object at `key`, begun with its first piece. */
export function deadLetter(store: Store, key: string): DeadLetter {
  const opened = once(() => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const stored = store.put(key, readable);
    // it is told by whoever writes next, or ends
    stored.catch(() => undefined);
    return { writer: writable.getWriter(), stored };
  });
  return {
    async write(piece) {
      const { writer, stored } = opened.get();
      // a store that has failed takes no more pieces, and only it can tell why
      const taken = writer.write(piece).catch(() => stored);
      await Promise.race([taken, stored]);
    },
    async end() {
      if (!opened.begun()) return undefined;
      const { writer, stored } = opened.get();
      await Promise.all([writer.close(), stored]).catch(() => undefined);
      return stored;
    },
    async abandon() {
      if (!opened.begun()) return;
      const { writer, stored } = opened.get();
      writer.abort(new Error('it was abandoned')).catch(() => undefined);
      await stored.catch(() => undefined);
    },
  };
}

function once<T>(open: () => T): { get(): T; begun(): boolean } {
  const state: { opened?: T } = {};
  return { get: () => (state.opened ??= open()), begun: () => state.opened !== undefined };
}
