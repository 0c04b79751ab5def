import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf } from '../support/artifacts';
import type { Ran, Where } from '../support/etlx';
import { serve, type Answer, type Came } from '../support/http';
import { peakUntil } from '../support/memory';
import { project, writeProject } from '../support/project';
import { startServer, type Server } from '../support/server';
import { spawnEtlx } from '../support/spawned';

/** Where APIs go wrong: a table `users` loaded from an API, whose old content is three records, and whose new content is five on three pages. */
export const OLD = [1, 2, 3].map((id) => ({ id, name: `old ${id}` }));
export const NEW = [1, 2, 3, 4, 5].map((id) => ({ id, name: `new ${id}` }));
const PAGE = 2;

/** What the API answers to its `nth` request (from 1) since the run began. */
export type Answering = (came: Came, nth: number) => Answer | Promise<Answer>;

/** Over what the source declares; values as in YAML. */
export interface Declared {
  readonly client?: object;
  readonly endpoint?: object;
  readonly transform?: object;
  readonly columns?: readonly object[];
}

export interface Loaded extends Ran {
  /** The requests of this run. */
  readonly came: readonly Came[];
  /** What became of the extract: `success`, or its message. */
  readonly extracted: string;
}

export interface Spent {
  readonly peak: number | undefined;
  readonly seconds: number;
}

export interface ApiField {
  readonly url: string;
  readonly server: Server;
  /** A project with a schema of its own, whose table stands with its old content. Answers its folder. */
  stand(declared?: Declared, retries?: number): Promise<string>;
  /** `etlx build` while the API answers so. */
  load(root: string, answering: Answering, where?: Where): Promise<Loaded>;
  /** The same as a process of its own, the most memory that it had, in bytes, and the seconds that it took. */
  spawnedLoad(root: string, answering: Answering, env?: Readonly<Record<string, string>>): Promise<Loaded & Spent>;
  /** The rows of the table of `root`. */
  rows(root: string): Promise<readonly unknown[]>;
  /** The text of an expression in the row whose id is `id`. */
  cell(root: string, expression: string, id?: number): Promise<unknown>;
  /** The run failed with exit code 1 saying `says`; the old table stands, an extract that failed completed no load, no helper is left, and the next run loads the new records. */
  expectRefused(root: string, ran: Ran, says: string | RegExp): Promise<void>;
  /** The run went well, and the table holds the new records. */
  expectLoaded(root: string, ran: Ran): Promise<void>;
  stop(): Promise<void>;
}

/** One page of `records`, as the API sends it when nothing goes wrong. */
export function page(came: Came, records: readonly unknown[] = NEW): { readonly json: object } {
  const skip = Number(came.params.get('offset') ?? 0);
  return { json: { users: records.slice(skip, skip + PAGE), total: records.length } };
}

export const well: Answering = (came) => page(came);

/** Answers `wrong` to the `at`-th request and `times - 1` further ones, and well to the others. */
export const goingWrong =
  (wrong: (came: Came) => Answer, { at = 2, times = 1 } = {}): Answering =>
  (came, nth) =>
    nth >= at && nth < at + times ? wrong(came) : page(came);

/** Every time from the second request on. */
export const always = { times: Infinity } as const;

const source = (url: string, { client, endpoint, transform, columns }: Declared): object => ({
  sources: [
    {
      name: 'api',
      extract: {
        client: {
          base_url: url,
          concurrency: 1,
          timeout: { connect: 1, first_byte: 2, idle: 2, total: 4 },
          retry: { max_attempts: 4, backoff: 0.5, max_delay: 30 },
          paginator: { type: 'offset', limit: PAGE, total_path: 'total' },
          ...client,
        },
        resources: [{ name: 'users', primary_key: 'id', endpoint: { ...endpoint } }],
      },
      tables: [
        {
          name: 'users',
          transform: { from: 'users', columns: { id: 'id', name: 'name' }, ...transform },
          load: { primary_key: ['id'] },
          columns: columns ?? [
            { name: 'id', data_type: 'BIGINT' },
            { name: 'name', data_type: 'TEXT' },
          ],
        },
      ],
    },
  ],
});

/** The loads of the API that a reader would find. */
function completeLoads(root: string): readonly string[] {
  const folder = join(root, '.etlx/lake/raw/api/users');
  return readdirSync(folder).filter((load) => existsSync(join(folder, load, '_manifest.json')));
}

/** Shows what it said when it did not go well. */
export const expectWell = ({ code, stderr }: Ran): void =>
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });

export async function startApiField(): Promise<ApiField> {
  const server = await startServer();
  let answering: Answering = well;
  let begun = 0;
  const site = await serve((came, nth) => answering(came, nth - begun));
  let schemas = 0;
  const schemaOf = new Map<string, string>();
  const begin = (next: Answering): void => {
    answering = next;
    begun = site.came.length;
  };

  const loaded = (root: string, ran: Ran): Loaded => {
    const { status, message } = resultOf(root, 'extract.api.users');
    return { ...ran, came: site.came.slice(begun), extracted: status === 'success' ? status : (message ?? status) };
  };

  const field: ApiField = {
    url: site.url,
    server,
    async stand(declared = {}, retries = 0) {
      const schema = `field_${(schemas += 1)}`;
      const settings = `name: demo
default_target: prod
targets: { prod: { type: postgres, url: { env: DATABASE_URL }, sslmode: disable, schema: ${schema}, threads: 2 } }
lake: .etlx/lake
retries: { max: ${retries}, delay: 0 }
`;
      const root = project({ 'project.yaml': settings, 'sources/api.yaml': JSON.stringify(source(site.url, {})) });
      schemaOf.set(root, schema);
      expectWell(await field.load(root, (came) => page(came, OLD)));
      writeProject(root, { 'sources/api.yaml': JSON.stringify(source(site.url, declared)) });
      return root;
    },
    async load(root, next, where) {
      begin(next);
      return loaded(root, await server.etlx(root, ['build'], where));
    },
    async spawnedLoad(root, next, env) {
      begin(next);
      const began = performance.now();
      const { pid, ended } = spawnEtlx(root, ['build'], { DATABASE_URL: server.url, ...env });
      const peak = await peakUntil(pid, ended);
      return { ...loaded(root, await ended), peak, seconds: (performance.now() - began) / 1000 };
    },
    rows: (root) => server.query(`select id::int, name from ${schemaOf.get(root)!}.users order by id`),
    cell: async (root, expression, id = 1) =>
      (await server.values(`select (${expression})::text from ${schemaOf.get(root)!}.users where id = ${id}`))[0],
    async expectRefused(root, ran, says) {
      expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 1, stdout: '' });
      expect(ran.stderr).toMatch(says);
      expect(await field.rows(root)).toEqual(OLD);
      if (resultOf(root, 'extract.api.users').status === 'error') expect(completeLoads(root)).toHaveLength(1);
      expect(await server.values("select relname from pg_class where relname like 'etlx%' and relname not like 'etlx_state%'")).toEqual([]);
      writeProject(root, { 'sources/api.yaml': JSON.stringify(source(site.url, {})) });
      await field.expectLoaded(root, await field.load(root, well));
    },
    async expectLoaded(root, ran) {
      expectWell(ran);
      expect(await field.rows(root)).toEqual(NEW);
    },
    async stop() {
      await site.stop();
      await server.stop();
    },
  };
  return field;
}
