import { Client } from 'pg';
import type { Row } from '../../src/core/ports';
import { etlx, type Ran, type Where } from './etlx';
import { startPostgres } from './postgres';
import { project, type Files } from './project';

/** A PostgreSQL server whose projects have a schema each; on it a run costs milliseconds, where an embedded database takes a second to start. */
export interface Server {
  readonly url: string;
  /** A project that builds into `schema`; `settings` is added to its `project.yaml`. Answers the folder. */
  project(schema: string, files: Files, settings?: string): string;
  etlx(root: string, args: readonly string[], where?: Where): Promise<Ran>;
  /** Runs the words of `command`, with `--vars`, and expects that it ends with `code`. */
  ran(root: string, command: string, code?: number, vars?: object): Promise<Ran>;
  query(sql: string): Promise<readonly Row[]>;
  /** The first column of a query's answer. */
  values(sql: string): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const server = await startPostgres();
  const client = new Client({ connectionString: server.url });
  // a test may end every connection of the server, this one included
  client.on('error', () => undefined);
  await client.connect();
  const run: Server['etlx'] = (root, args, where = {}) => etlx(root, args, { ...where, env: { DATABASE_URL: server.url, ...where.env } });
  const query: Server['query'] = async (sql) => (await client.query<Record<string, unknown>>(sql)).rows;
  return {
    url: server.url,
    project: (schema, files, settings = '') => project({ 'project.yaml': settingsOf(schema, settings), ...files }),
    etlx: run,
    async ran(root, command, code = 0, vars = {}) {
      const outcome = await run(root, [...command.split(' '), '--vars', JSON.stringify(vars)]);
      expect(outcome).toMatchObject({ code });
      return outcome;
    },
    query,
    values: async (sql) => (await query(sql)).map((row) => Object.values(row)[0]),
    async stop() {
      await client.end();
      await server.stop();
    },
  };
}

const settingsOf = (schema: string, more: string): string => `name: demo
default_target: prod
targets:
  prod: {type: postgres, url: {env: DATABASE_URL}, schema: ${schema}, threads: 4}
lake: .etlx/lake
${more.includes('retries:') ? '' : 'retries: {max: 0, delay: 0}\n'}${more}`;
