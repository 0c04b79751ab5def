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
export type Ability =
  | 'concurrent sessions'
  | 'cancelling'
  | 'losing the connection'
  | 'the catalog of PostgreSQL'
  | 'materialized views'
  | 'roles'
  | 'one name space';

export interface Engine {
  readonly name: string;
  /** What it cannot do, and why. */
  readonly skips: Readonly<Partial<Record<Ability, string>>>;
  readonly words: Words;
  open(): Promise<Opened>;
}

/** What engines say in words of their own. */
export interface Words {
  /** The list of 1 and 2. */
  readonly list: string;
  /** A query that fails when it runs, at no particular place, and its code. */
  readonly failing: readonly [sql: string, code: string];
  /** A query that never ends, and whether it is under way. */
  readonly endless: string;
  isUnderWay(adapter: Adapter): Promise<boolean>;
  /** The name of the primary key `id` of a table. */
  primaryKey(table: string): string;
  /** What stands in the schema `shop`: names and kinds (`r` tables, `v` views, `m` materialized views, `i` indexes), by name. */
  readonly standing: string;
  /** What is different in the errors of a publication, by the test's name. */
  readonly errors: Readonly<Record<string, object>>;
}

const postgresWords: Words = {
  list: '{1,2}',
  failing: ['select 1 / 0', '22012'],
  endless: `select pg_sleep(50) as sleeper`,
  isUnderWay: async (adapter) =>
    (await adapter.query(`select 1 from pg_stat_activity where query like '%as sleeper%' and wait_event = 'PgSleep'`)).rows.length > 0,
  primaryKey: (table) => `${table}_pkey`,
  standing: `select c.relname, c.relkind::text from pg_class c where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'v', 'm', 'i') order by 1`,
  errors: {},
};

const duckdbWords: Words = {
  list: '[1, 2]',
  failing: [`select error('enough')`, '22000'],
  endless: 'select count(*) from range(100000000) a, range(100000000) b',
  // nothing lists what runs; whatever was sent before has begun when others sent after it have come back
  isUnderWay: async (adapter) => {
    for (let sent = 0; sent < 5; sent += 1) await adapter.query('select 1');
    return true;
  },
  primaryKey: (table) => `${table}_id_pkey`,
  standing: `select table_name as name, 'r' as kind from duckdb_tables() where schema_name = 'shop'
    union all select view_name, 'v' from duckdb_views() where schema_name = 'shop'
    union all select index_name, 'i' from duckdb_indexes() where schema_name = 'shop'
    union all select constraint_name, 'i' from duckdb_constraints() where schema_name = 'shop' and constraint_type = 'PRIMARY KEY' order by 1`,
  errors: {
    // DuckDB builds the index of a new key when the transaction ends
    'a key that repeats': { statement: 0, detail: undefined, message: 'PRIMARY KEY or UNIQUE constraint violation: duplicate key "7"' },
    'a null in a declared column': { message: expect.stringMatching(/^NOT NULL constraint failed: etlx_users_\w+\.id$/) },
    'a value that does not fit its type': { code: '23514', message: expect.stringContaining('(length(id) <= 2)') },
    'a row that repeats a key': { detail: undefined, message: 'PRIMARY KEY or UNIQUE constraint violation: duplicate key "1"' },
  },
};

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
    words: postgresWords,
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
    words: postgresWords,
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
  {
    name: 'duckdb',
    words: duckdbWords,
    skips: {
      'losing the connection': 'there is no connection to lose',
      'the catalog of PostgreSQL': 'it has a catalog of its own, see test/duckdb.test.ts',
      'materialized views': 'it has none',
      roles: 'it has no roles, and its views find tables by name',
      'one name space': 'a sequence and a table may have one name',
    },
    open: async () => {
      const root = await mkdtemp(join(tmpdir(), 'etlx-duckdb-'));
      const adapter = await connect({ type: 'duckdb', name: 'dev', path: 'db/shop.duckdb', schema: 'shop', threads: 4 }, { root, env: {} });
      return {
        adapter,
        close: async () => {
          await adapter.close();
          await rm(root, { recursive: true, force: true });
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

/** `describe.each` for the engines with the ability; for the others a skipped test whose name says why. */
export function describeWith(ability: Ability, name: string, tests: (engine: Engine) => void): void {
  for (const engine of engines) {
    const reason = engine.skips[ability];
    if (reason === undefined) describe(`${name} on ${engine.name}`, () => tests(engine));
    else test.skip(`${name} on ${engine.name} (skipped: ${reason})`, () => undefined);
  }
}

/** The plan of `nodes` against what stands in the database now. */
export async function planNow(adapter: Adapter, nodes: readonly Node[]): Promise<Plan> {
  return planOf({
    manifest: manifest(nodes),
    graph: graphOf(nodes),
    chosen: new Set(nodes.map((node) => node.id)),
    catalog: await adapter.catalog(['shop']),
    dialect: adapter.dialect,
    mode: { load: true, seeds: true, snapshots: true, models: true, tests: true, audits: true },
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
