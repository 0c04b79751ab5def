import { resolve } from 'node:path';
import { EtlxError, failure } from '../core/diagnostic';
import type { PGliteTarget, PostgresTarget, Target } from '../core/manifest';
import { DatabaseError, type Adapter } from '../core/ports';
import type { ReadSecretFile } from '../core/secret';
import { connectDuckDB } from './connectDuckdb';
import { connectionHint } from './connectionHint';
import { connectionOptionsOf, type ConnectionOptions } from './connectionOptions';

export interface Surroundings {
  /** Absolute path of the project folder. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of a prepared PGlite image; without one the first start takes seconds longer. */
  readonly image?: string;
  /** Reads secrets that are kept in files. */
  readonly secretFile?: ReadSecretFile;
}

/** Opens the database of `target`, and makes sure that it answers. Drivers are loaded only here. Throws EtlxError `database.connect` or `database.locked`. */
export async function connect(target: Target, surroundings: Surroundings): Promise<Adapter> {
  switch (target.type) {
    case 'pglite':
      return connectPGlite(target, surroundings);
    case 'postgres':
      return connectPostgres(target, surroundings);
    case 'duckdb':
      return connectDuckDB(target, surroundings);
  }
}

async function connectPGlite(target: PGliteTarget, { root, image }: Surroundings): Promise<Adapter> {
  const { pglite } = await import('./pglite');
  const path = resolve(root, target.path);
  try {
    return await pglite({ path, image });
  } catch (error) {
    if (error instanceof EtlxError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw failure(
      'database.connect',
      { target: target.name, problem, hint: `it lies in \`${path}\`: move that folder away to begin with an empty one` },
      undefined,
      { cause: error },
    );
  }
}

async function connectPostgres(target: PostgresTarget, surroundings: Surroundings): Promise<Adapter> {
  const options = optionsOf(target, surroundings);
  const { postgres } = await import('./postgres');
  const { threads, timeouts, session } = target;
  const [first, second] = options.tls;
  try {
    return await answering(() => postgres({ options, tls: first!, threads, timeouts, session }));
  } catch (error) {
    if (second === undefined || !isAboutTls(error)) throw refusal(target, options, error);
  }
  try {
    return await answering(() => postgres({ options, tls: second, threads, timeouts, session }));
  } catch (error) {
    throw refusal(target, options, error);
  }
}

/** The adapter, once its server has answered. */
async function answering(open: () => Adapter): Promise<Adapter> {
  const adapter = open();
  try {
    await adapter.query('select 1');
    return adapter;
  } catch (error) {
    await adapter.close();
    throw error;
  }
}

/** The server has no TLS, or its `pg_hba.conf` wants the connection the other way. */
function isAboutTls(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '28000' || error.message === 'The server does not support SSL connections');
}

function refusal(target: PostgresTarget, options: ConnectionOptions, error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const facts = { target: target.name, problem: error.message, hint: connectionHint(error, options) };
  return failure('database.connect', facts, undefined, { cause: error });
}

function optionsOf(target: PostgresTarget, { root, env, secretFile }: Surroundings): ConnectionOptions {
  const options = connectionOptionsOf(target, { root, env, ...(secretFile && { secretFile }) });
  if (!('problem' in options)) return options;
  const hint = target.url === undefined ? undefined : 'it has the form `postgres://user:password@host:5432/database`';
  throw failure('database.connect', { target: target.name, problem: options.problem, hint });
}
