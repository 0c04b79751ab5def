import { resolve } from 'node:path';
import { EtlxError, failure } from '../core/diagnostic';
import type { PGliteTarget, PostgresTarget, Target } from '../core/manifest';
import { DatabaseError, type Adapter } from '../core/ports';
import { reveal, type Secret } from '../core/secret';
import { connectionHint, urlProblem } from './connectionHint';

export interface Surroundings {
  /** Absolute path of the project folder. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of a prepared PGlite image; without one the first start takes seconds longer. */
  readonly image?: string;
}

/** Opens the database of `target`, and makes sure that it answers. Drivers are loaded only here. Throws EtlxError `database.connect` or `database.locked`. */
export async function connect(target: Target, surroundings: Surroundings): Promise<Adapter> {
  return target.type === 'pglite' ? await connectPGlite(target, surroundings) : await connectPostgres(target, surroundings);
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

async function connectPostgres(target: PostgresTarget, { env }: Surroundings): Promise<Adapter> {
  const url = urlOf(target, env);
  const { postgres } = await import('./postgres');
  const adapter = postgres({ url, threads: target.threads });
  try {
    await adapter.query('select 1');
    return adapter;
  } catch (error) {
    await adapter.close();
    if (!(error instanceof DatabaseError)) throw error;
    throw failure('database.connect', { target: target.name, problem: error.message, hint: connectionHint(error.code, url) }, undefined, {
      cause: error,
    });
  }
}

function urlOf(target: PostgresTarget, env: Surroundings['env']): string {
  const url = reveal(target.url, env);
  const problem = url === undefined ? `${nameOf(target.url)} is not set` : urlProblem(url);
  if (problem === undefined && url !== undefined) return url;
  throw failure('database.connect', {
    target: target.name,
    problem: problem!,
    hint: 'it has the form `postgres://user:password@host:5432/database`',
  });
}

function nameOf(secret: Secret): string {
  return typeof secret === 'string' ? '`url`' : `the environment variable \`${secret.env}\``;
}
