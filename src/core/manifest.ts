import type { Group } from './access';
import type { Node, NodeId } from './node';
import type { Operation } from './operation';
import type { Location } from './diagnostic';
import type { Secret } from './secret';

/** A compiled project: every node in one list, by id. Plain data; nothing in it needs a database. */
export interface Manifest {
  readonly project: string;
  readonly target: Target;
  readonly lake: Lake;
  readonly retries: NodeRetry;
  readonly nodes: ReadonlyMap<NodeId, Node>;
  /** By name; absent: none. */
  readonly groups?: ReadonlyMap<string, Group>;
  /** The doc blocks of `models/`; absent: none. */
  readonly docs?: readonly DocBlock[];
  /** What a run does before its first step and behind its last one; absent: nothing. */
  readonly operations?: readonly Operation[];
}

/** A text with a name, for `doc('name')` in descriptions. */
export interface DocBlock {
  readonly name: string;
  readonly text: string;
  readonly at: Location;
}

/** Where relations are built. */
export type Target = PGliteTarget | PostgresTarget | DuckDBTarget;

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

/** DuckDB in the process, kept in the file `path` (relative to the project); `:memory:` is kept nowhere. */
export interface DuckDBTarget extends TargetBase {
  readonly type: 'duckdb';
  readonly path: string;
}

/** What a connection needs to know, in libpq's words. */
export type ConnectionPart = 'host' | 'port' | 'user' | 'password' | 'database' | 'sslmode' | 'sslrootcert' | 'sslcert' | 'sslkey';

/** A server. What neither the URL nor the parts say, libpq's environment variables and defaults do. */
export interface PostgresTarget extends TargetBase, Readonly<Partial<Record<ConnectionPart, Secret>>> {
  readonly type: 'postgres';
  /** `postgres://user:password@host:port/database?sslmode=require`; what it says goes before the parts. */
  readonly url?: Secret;
  readonly timeouts?: Timeouts;
  /** Settings of every session, by name: `work_mem`. */
  readonly session?: Readonly<Record<string, string>>;
}

/** How long a server is waited for, in seconds. Each has a default; `statement` and `lock` are the server's own unless given. */
export interface Timeouts {
  /** One attempt to connect. */
  readonly connect?: number;
  /** A server that restarts, or has no connection to spare, in the middle of a run. */
  readonly reconnect?: number;
  readonly statement?: number;
  /** A lock that a statement needs. */
  readonly lock?: number;
  /** Readers who keep a table from being replaced. */
  readonly publish?: number;
  /** An open transaction in which etlx does nothing, before the server ends it. */
  readonly idle?: number;
  /** A server that says nothing, before it is asked whether it still works. */
  readonly silence?: number;
}

/** Where responses and datasets are kept. */
export interface Lake {
  /** A folder (relative to the project), or `s3://bucket/prefix`; what follows is about S3 alone. */
  readonly url: Secret;
  /** A server that is not AWS. */
  readonly endpoint?: Secret;
  readonly region?: string;
  /** Of `~/.aws/config`. */
  readonly profile?: string;
  /** The bucket in the path of the address instead of its host name; without it: for servers that are not AWS. */
  readonly forcePathStyle?: boolean;
  /** How the server encrypts what it stores; without it: as the bucket says. */
  readonly sse?: 'AES256' | 'aws:kms';
  /** The key of `aws:kms`; without it: the account's own. */
  readonly kmsKey?: string;
  /** Whether requests carry S3's own checksums; without it: to AWS always, to others when S3 requires them. */
  readonly checksum?: 'when_required' | 'when_supported';
}

/** How often a node that failed for a passing cause is tried again, and after how many seconds; keys as the config names them. */
export interface NodeRetry {
  readonly max: number;
  /** Before the second attempt at most: each wait is a random part of its longest, so that what failed together does not come back together. */
  readonly delay: number;
  /** How many times longer each further wait may be than the one before. */
  readonly backoff: number;
  /** No wait is longer. */
  readonly max_delay: number;
}
