import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/adapters/connect';
import type { Node } from '../../src/core/node';
import type { ModelStep, Plan } from '../../src/core/plan';
import type { Adapter, DatabaseError } from '../../src/core/ports';
import { graphOf } from '../../src/graph/graph';
import { manifest } from '../../src/plan/nodes.fixture';
import { planOf } from '../../src/plan/plan';
import { startPostgres } from '../support/postgres';

/** What a test may need that not every engine has. */
export type Ability = 'concurrent sessions' | 'cancelling' | 'losing the connection';

export interface Engine {
  readonly name: string;
  /** What it cannot do, and why. */
  readonly skips: Readonly<Partial<Record<Ability, string>>>;
  open(): Promise<Opened>;
}

export interface Opened {
  readonly adapter: Adapter;
  close(): Promise<void>;
}

/** Made by `npm install`; without it each PGlite starts by initdb, seconds later. */
const image = join(__dirname, '../../dist/pglite-image');

/** Every implementation of the Adapter port. */
export const engines: readonly Engine[] = [
  {
    name: 'pglite',
    skips: {
      'concurrent sessions': 'it has one session',
      cancelling: 'it runs on the thread that would cancel',
      'losing the connection': 'there is no connection to lose',
    },
    open: async () => {
      const root = await mkdtemp(join(tmpdir(), 'etlx-pglite-'));
      const adapter = await connect({ type: 'pglite', name: 'dev', path: 'db', schema: 'shop', threads: 1 }, { root, env: {}, image });
      return {
        adapter,
        close: async () => {
          await adapter.close();
          await rm(root, { recursive: true, force: true });
        },
      };
    },
  },
  {
    name: 'postgres',
    skips: {},
    open: async () => {
      const server = await startPostgres();
      const adapter = await connect(
        { type: 'postgres', name: 'prod', url: { env: 'TEST_URL' }, schema: 'shop', threads: 6 },
        { root: '/', env: { TEST_URL: server.url } },
      );
      return {
        adapter,
        close: async () => {
          await adapter.close();
          await server.stop();
        },
      };
    },
  },
];

/** `test` for an engine with the ability; else a skipped test whose name says why. */
export function testWith(engine: Engine, ability: Ability): (name: string, work: () => Promise<void>) => void {
  const reason = engine.skips[ability];
  return (name, work) => (reason === undefined ? test(name, work) : test.skip(`${name} (skipped: ${reason})`, work));
}

/** The plan of `nodes` against what stands in the database now. */
export async function planNow(adapter: Adapter, nodes: readonly Node[]): Promise<Plan> {
  return planOf({
    manifest: manifest(nodes),
    graph: graphOf(nodes),
    chosen: new Set(nodes.map((node) => node.id)),
    catalog: await adapter.catalog(['shop']),
    dialect: adapter.dialect,
    mode: { load: true, models: true, tests: true, audits: true },
  });
}

/** Builds and publishes `nodes` as a run does, each model in one transaction; an audit that finds anything throws. */
export async function build(adapter: Adapter, nodes: readonly Node[], signal?: AbortSignal): Promise<void> {
  const { prepare, steps } = await planNow(adapter, nodes);
  await adapter.transaction((session) => session.execute(prepare.map((each) => each.sql)));
  for (const step of steps.filter((each): each is ModelStep => each.kind === 'model')) {
    await adapter.transaction(async (session) => {
      await session.execute(step.build.map((each) => each.sql));
      for (const audit of step.audits) {
        const { rows } = await session.query(audit.statement.sql);
        if (rows[0]?.['should_error'] !== false) throw new Error(`${audit.name} failed`);
      }
      await session.execute(step.publish.map((each) => each.sql));
    }, signal);
  }
}

/** The rows of a query, as lists of values. */
export async function valuesOf(adapter: Adapter, sql: string): Promise<readonly unknown[][]> {
  return (await adapter.query(sql)).rows.map((row) => Object.values(row));
}

/** What `work` fails with. */
export async function failureOf(work: Promise<unknown>): Promise<DatabaseError> {
  return await work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: DatabaseError) => error,
  );
}
