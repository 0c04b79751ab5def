import type { Node, NodeId } from './node';
import type { Secret } from './secret';

/** A compiled project: every node in one list, by id. Plain data; nothing in it needs a database. */
export interface Manifest {
  readonly project: string;
  readonly target: Target;
  readonly lake: Secret;
  readonly retries: NodeRetry;
  readonly nodes: ReadonlyMap<NodeId, Node>;
}

/** Where relations are built. */
export type Target = PGliteTarget | PostgresTarget;

interface TargetBase {
  readonly name: string;
  /** The schema of models without one of their own. */
  readonly schema: string;
  readonly threads: number;
}

/** PostgreSQL in the process, kept in the folder `path` (relative to the project). */
export interface PGliteTarget extends TargetBase {
  readonly type: 'pglite';
  readonly path: string;
}

export interface PostgresTarget extends TargetBase {
  readonly type: 'postgres';
  /** `postgres://user:password@host:port/database` */
  readonly url: Secret;
}

/** How often a node that failed for a passing cause is tried again, and after how many seconds. */
export interface NodeRetry {
  readonly max: number;
  readonly delay: number;
}
