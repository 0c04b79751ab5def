import type { MacroFunction } from './macro';
import type { NodeId } from './node';

/** A file of the project: its path relative to the project folder (with `/`), and its text. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** A project as it stands on disk, read once; nothing in it is understood yet. */
export interface Project {
  /** Absolute path of the project folder: for messages and for connecting, never for reading. */
  readonly root: string;
  readonly settings: TextFile;
  /** `selectors.yaml`, where there is one. */
  readonly selectors?: TextFile;
  /** Every file of `models/`, `sources/`, `seeds/`, `snapshots/`, `macros/`, `tests/` that etlx reads as text, in a stable order. */
  readonly files: readonly TextFile[];
  /** Paths of the data under `seeds/`, in a stable order; what is in them is read by the runs that load them. */
  readonly seeds: readonly string[];
  /** The functions that `macros/*.ts` export, by name, with the file they come from. */
  readonly functions: ReadonlyMap<string, { readonly file: string; readonly call: MacroFunction }>;
}

/** What one call of etlx adds to the project. */
export interface Invocation {
  /** The target's name; absent: the project's default. */
  readonly target?: string;
  /** `--vars`, over the project's and the target's. */
  readonly vars: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fullRefresh: boolean;
  /** Nodes that are read somewhere else than where the project builds them, each with the quoted name of its relation. */
  readonly elsewhere?: ReadonlyMap<NodeId, string>;
  /** The day, `2026-12-31`; absent: nobody asks what is out of date. */
  readonly today?: string;
}
