import { EtlxError } from '../core/diagnostic';
import type { Emit } from '../core/event';
import type { Adapter, Clock } from '../core/ports';
import { numberFlag } from './opened';
import type { Flags } from './flags';

/** How long a run waits for what another one holds, in seconds. */
const PATIENCE = 600;
/** How long the server keeps a run in line before etlx looks who is in front, in milliseconds; 0 would mean for ever. */
const IN_LINE = { wait: 1000, fail: 1 } as const;
/** How often a folder is looked at that another process has, in milliseconds. */
const LOOK = 200;

/** What `--lock` and `--lock-timeout` say. */
export interface LockRule {
  /** Seconds that are waited for a table of a server; 0 is not to wait at all. */
  readonly patience: number;
  /** Seconds that are waited for an embedded database: only when asked to, since whoever has it may have it for hours. */
  readonly folderPatience: number;
  /** Of a single request to the server, in milliseconds. */
  readonly lockWait: number;
}

/** Throws EtlxError `usage` for a time that is none. */
export function lockRuleOf(flags: Flags): LockRule {
  const patience = numberFlag('lock-timeout', flags.lockTimeout, 1) ?? PATIENCE;
  if (flags.lock === 'fail') return { patience: 0, folderPatience: 0, lockWait: IN_LINE.fail };
  return { patience, folderPatience: flags.lock === 'wait' ? patience : 0, lockWait: IN_LINE.wait };
}

interface Waiting {
  readonly patience: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/** Opens a database, waiting while another process has it to itself. Throws what `open` throws: EtlxError `database.locked` when its patience is at an end. */
export async function openedInLine(open: () => Promise<Adapter>, { patience, clock, signal, emit }: Waiting): Promise<Adapter> {
  const until = clock.now().getTime() + patience * 1000;
  for (let told = false; ; told = true) {
    try {
      return await open();
    } catch (error) {
      if (!isLocked(error) || clock.now().getTime() >= until) throw error;
      if (!told) emit({ type: 'notice', level: 'info', message: `waiting: ${error.message}` });
      await clock.sleep(LOOK, signal);
      signal.throwIfAborted();
    }
  }
}

const isLocked = (error: unknown): error is EtlxError =>
  error instanceof EtlxError && error.diagnostics.some(({ code }) => code === 'database.locked');
