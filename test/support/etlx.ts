import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../../src/core/ports';
import { connect } from '../../src/adapters/connect';
import { main } from '../../src/commands/main';
import type { Sink } from '../../src/commands/shell';
import { temporaryFolder } from './project';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Where {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Does not wait: retries and back-off come at once. */
  readonly patient?: boolean;
  /** Gets every wait that was asked for, in milliseconds. */
  readonly waits?: number[];
  readonly signal?: AbortSignal;
  /** What time it is; absent: the time that it is. */
  readonly now?: string;
}

const repository = join(__dirname, '../..');

/** The image that `npm install` prepares, so that each test's database starts in a second instead of seven. */
export const IMAGE = join(repository, 'dist', 'pglite-image');

/** Runs `etlx <args>` in `root` inside this process, as the shell would: exit code, standard output, standard error. */
export async function etlx(root: string, args: readonly string[], where: Where = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (texts: string[]): Sink => ({ write: (text) => void texts.push(text), isTTY: false });
  const code = await main(args, {
    stdout: sink(out),
    stderr: sink(err),
    env: { NO_COLOR: '1', ...where.env },
    cwd: root,
    clock: {
      now: () => (where.now === undefined ? new Date() : new Date(where.now)),
      sleep: (milliseconds) => {
        where.waits?.push(milliseconds);
        return new Promise((done) => setTimeout(done, where.patient ? milliseconds : 0));
      },
    },
    random: Math.random,
    signal: where.signal ?? new AbortController().signal,
    version: 'test',
    image: existsSync(IMAGE) ? IMAGE : undefined,
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

/** Asks the embedded database of the project in `root`. */
export async function queryDev(root: string, sql: string, path = '.etlx/dev'): Promise<readonly Row[]> {
  const adapter = await connect({ name: 'dev', type: 'pglite', path, schema: 'public', threads: 1 }, { root, env: {} });
  try {
    return (await adapter.query(sql)).rows;
  } finally {
    await adapter.close();
  }
}

/** A copy of the repository's own project, the shop, in a folder of its own. */
export function copyOfShop(): string {
  const root = temporaryFolder('etlx-shop-');
  for (const part of ['project.yaml', 'sources', 'models', 'macros', 'tests', 'recordings'])
    cpSync(join(repository, part), join(root, part), { recursive: true });
  return root;
}

/** Builds the shop from its recorded responses; `query` asks its database. */
export async function buildShop(): Promise<{ readonly built: Ran; query(sql: string): Promise<readonly Row[]>; close(): Promise<void> }> {
  const root = copyOfShop();
  const built = await etlx(root, ['build']);
  const adapter = await connect({ name: 'dev', type: 'pglite', path: '.etlx/dev', schema: 'shop', threads: 1 }, { root, env: {} });
  return { built, query: async (sql) => (await adapter.query(sql)).rows, close: () => adapter.close() };
}
