import type { Clock, Store } from '../core/ports';
import type { ReadSecretFile } from '../core/secret';
import type { Fetcher } from './fetcher';
import type { TokenCache } from './token';

/** How far a loader is: records or rows so far, pages where it counts them. */
export interface Progress {
  readonly rows: number;
  readonly pages?: number;
}

/** Everything outside that loading touches. */
export interface LoaderPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file that holds a secret. */
  readonly secretFile?: ReadSecretFile;
  readonly fetcher: Fetcher;
  /** The tokens of this run; in memory only. */
  readonly tokens: TokenCache;
  /** From 0 to 1, for the jitter of waits. */
  readonly random: () => number;
  /** A new load's id; see `loadIds`. */
  readonly nextLoadId: () => string;
  readonly emit: (progress: Progress) => void;
  /** The exports of one of the project's modules; the path is relative to the project folder. */
  readonly module: (path: string) => Promise<unknown>;
}
