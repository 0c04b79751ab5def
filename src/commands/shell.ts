import type { Clock } from '../core/ports';

/** Where text goes: a terminal, a pipe, a test. */
export interface Sink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Characters to a line, when it is a terminal. */
  readonly columns?: number;
  readonly rows?: number;
}

/** Everything of the process that a command may touch, given from outside. */
export interface Shell {
  /** Data, and nothing else. */
  readonly stdout: Sink;
  /** Everything for people. */
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** The prepared image that an embedded database starts from, when there is one. */
  readonly image?: string;
}

/** The exit code of what a signal cut short: 128 and the signal's number, as shells have it. */
export const interruptedCode = (signal: AbortSignal): number => (signal.reason === 'SIGTERM' ? 143 : 130);
