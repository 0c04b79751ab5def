import type { Ask } from './control';

/** A connection in use. */
export interface Watched {
  /** Its process on the server; undefined behind a pooler, which does not say. */
  readonly pid: number | undefined;
  /** Whether an answer of the server is awaited. */
  awaits(): boolean;
  /** Bytes that came from the server so far. */
  received(): number;
  /** Breaks it off, so that whatever waits for it fails with `error`. */
  destroy(error: Error): void;
}

export interface Watchdog {
  /** Watches `connection` until the answered function is called. */
  watch(connection: Watched): () => void;
  close(): void;
}

interface State {
  received: number;
  /** When something was last heard. */
  since: number;
  misses: number;
}

/** One bad moment is no proof. */
const MISSES = 2;

/**
 * Finds connections that are gone without anybody having said so: a network that drops packets sends no FIN, and the driver waits for ever. When a server has
 * been silent for `silence` milliseconds, it is asked over another connection whether the process still works. It does not, or cannot be
 * asked, twice in a row: the connection is broken off. A server that refuses the question gives no verdict.
 */
export function watchdog({ ask, silence }: { readonly ask: Ask; readonly silence: number }): Watchdog {
  const states = new Map<Watched, State>();
  let timer: NodeJS.Timeout | undefined;
  let asking = false;

  const look = async (): Promise<void> => {
    const now = Date.now();
    const silent: Watched[] = [];
    for (const [connection, state] of states) {
      const received = connection.received();
      if (!connection.awaits() || received !== state.received) Object.assign(state, { received, since: now, misses: 0 });
      else if (now - state.since >= silence) silent.push(connection);
    }
    if (silent.length === 0 || asking) return;
    asking = true;
    const working = await workingOf(silent, ask).finally(() => (asking = false));
    if (working === undefined) return;
    for (const connection of silent) {
      const state = states.get(connection);
      if (state === undefined || !connection.awaits() || connection.received() !== state.received) continue;
      state.misses = working.has(connection) ? 0 : state.misses + 1;
      if (state.misses < MISSES) continue;
      connection.destroy(lost(Date.now() - state.since));
      release(connection, ask);
    }
  };

  return {
    watch: (connection) => {
      states.set(connection, { received: connection.received(), since: Date.now(), misses: 0 });
      timer ??= setInterval(() => void look(), silence / 2).unref();
      return () => {
        states.delete(connection);
        if (states.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    close: () => clearInterval(timer),
  };
}

/** Ends the process of a lost connection, which would hold its locks until its own patience ends; a server that cannot be reached does so then. */
function release({ pid }: Watched, ask: Ask): void {
  if (pid !== undefined) ask(`select pg_catalog.pg_terminate_backend(${pid})`).catch(() => undefined);
}

/** Those of `connections` whose process does something other than wait for its client; undefined when the server would not say. */
async function workingOf(connections: readonly Watched[], ask: Ask): Promise<ReadonlySet<Watched> | undefined> {
  const pids = connections.flatMap(({ pid }) => pid ?? []);
  try {
    const answer = await ask(`select pg_catalog.string_agg(a.pid::text, ',') as pids from pg_catalog.pg_stat_activity a
where a.pid = any (array[${pids.join(', ')}]::int[]) and a.state = 'active' and a.wait_event_type is distinct from 'Client'`);
    const working = new Set((answer?.['pids'] ?? '').split(','));
    return new Set(connections.filter(({ pid }) => pid === undefined || working.has(String(pid))));
  } catch (error) {
    return refused(error) ? undefined : new Set();
  }
}

/** Whether the server answered, if only to say no: its errors have a SQLSTATE, those of the network a word. */
function refused(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

const lost = (silence: number): Error =>
  Object.assign(
    new Error(`the connection was lost: the server has been silent for ${Math.round(silence / 1000)} s and no longer works on it`),
    {
      code: 'ETIMEDOUT',
    },
  );
