import { batchingOf } from '../../src/commands/batching';
import { compile } from '../../src/compile/compile';
import type { Plan } from '../../src/core/plan';
import type { Adapter } from '../../src/core/ports';
import { planOf } from '../../src/plan/plan';
import { planText } from '../../src/report/plan';
import { execute } from '../../src/run/execute';
import type { Files } from './project';

export interface Built {
  /** How each step and audit ended, by its id: `success MERGE 3`, or its status and the message of its problem with the place. */
  readonly [id: string]: string;
}

export interface Call {
  readonly fullRefresh?: boolean;
  readonly type?: 'pglite' | 'duckdb';
  /** For models that are built in batches: what time it is, the times of the batches that are asked for, this run, and the one it goes on with. */
  readonly now?: string;
  readonly asked?: readonly [start: string, end: string];
  readonly run?: string;
  readonly retryOf?: string;
}

const no = (): Promise<never> => Promise.reject(new Error('nothing is loaded in these tests'));

function planned(files: Files, { fullRefresh = false, type = 'pglite' }: Call) {
  const settings = `name: demo\ndefault_target: dev\ntargets:\n  dev: {type: ${type}, path: db, schema: shop, threads: 1}\n`;
  const { manifest, graph } = compile(
    {
      root: '/',
      settings: { path: 'project.yaml', text: settings },
      files: Object.entries(files).map(([path, text]) => ({ path, text })),
      seeds: [],
      functions: new Map(),
    },
    { vars: {}, env: {}, fullRefresh },
  );
  return {
    manifest,
    graph,
    fullRefresh,
    chosen: new Set(manifest.nodes.keys()),
    mode: { load: false, seeds: false, snapshots: true, models: true, tests: true, audits: true },
  };
}

async function planIn(adapter: Adapter, project: ReturnType<typeof planned>, call: Call): Promise<Plan> {
  const { now = '1970-01-01', asked: [eventTimeStart, eventTimeEnd] = [], run = 'run', retryOf } = call;
  const catalog = await adapter.catalog(['shop']);
  const batching = await batchingOf(
    { flags: { eventTimeStart, eventTimeEnd }, chosen: project.chosen, now: new Date(now), run, retryOf },
    project.manifest,
    { catalog, query: (sql) => adapter.query(sql) },
  );
  return planOf({ ...project, dialect: adapter.dialect, catalog, batching });
}

/** Builds the project of `files` in the schema `shop` of an open database, as `etlx build` does. */
export async function building(adapter: Adapter, files: Files, call: Call = {}): Promise<Built> {
  const project = planned(files, call);
  const plan = await planIn(adapter, project, call);
  await adapter.transaction((session) => session.execute(plan.prepare.map(({ sql }) => sql)));
  const { results } = await execute(plan, {
    run: 'run',
    command: 'build',
    workers: { adapter, extract: no, dataset: no, load: no, seed: no, unitTest: no },
    emit: () => undefined,
    clock: { now: () => new Date(0), sleep: () => Promise.resolve() },
    random: () => 0,
    signal: new AbortController().signal,
    threads: 1,
    failFast: false,
    retriesOf: () => ({ max: 0, delay: 0, backoff: 1, max_delay: 0 }),
    lockPatience: 0,
    priorityOf: () => 0,
    textOf: (file) => files[file],
    compiledPathOf: () => undefined,
  });
  return Object.fromEntries(
    results.map(({ id, status, message, diagnostics = [] }) => [
      id,
      [
        status,
        message,
        ...diagnostics.map(({ at, message: problem }) => `${at === undefined ? '' : `${at.file}:${at.line}:${at.column} `}${problem}`),
      ]
        .filter((word) => word !== undefined)
        .join(' '),
    ]),
  );
}

/** The same as `etlx build --dry-run` prints it. */
export const dryBuilding = async (adapter: Adapter, files: Files, call: Call = {}): Promise<string> =>
  planText(await planIn(adapter, planned(files, call), call));
