import { basename, dirname, join, resolve } from 'node:path';
import { connect } from '../adapters/connect';
import { failure } from '../core/diagnostic';
import { succeeded } from '../core/run';
import { replaceFile } from '../disk/write';
import { secretFile } from '../disk/secretFile';
import { dbtIds } from '../disk/dbtIds';
import { sourcesJson } from '../disk/sourcesJson';
import { loadIds } from '../loaders/loadId';
import { freshnessPlan, watched } from '../plan/freshness';
import { execute } from '../run/execute';
import { metadataOf } from './artifacts';
import type { Flags } from './flags';
import { chosenOf, numberFlag, openProject, type OnRead } from './opened';
import { reporterFor } from './reporting';
import { schemasOf } from './run';
import type { Shell } from './shell';

/** `etlx freshness`: asks how old the data of the chosen nodes are, and writes `target/sources.json`. Answers the exit code: 1 when some are too old. */
export async function freshness(flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const opened = await openProject(flags, shell, onRead);
  const { manifest, project, textOf } = opened;
  const { clock, random, signal } = shell;
  const nodes = watched(manifest.nodes, chosenOf(flags, opened));
  const run = loadIds(clock, random)();
  const threads = numberFlag('threads', flags.threads, 1) ?? manifest.target.threads;
  const reporter = await reporterFor(flags, shell, { textOf, placeOf: (node) => manifest.nodes.get(node)?.at });
  const surroundings = { root: project.root, env: shell.env, image: shell.image, secretFile: secretFile(project.root) };
  try {
    if (nodes.length === 0) reporter.emit({ type: 'notice', level: 'info', message: nothingWatched(flags) });
    const adapter = await connect(manifest.target, surroundings);
    try {
      const plan = freshnessPlan(nodes, await adapter.catalog(schemasOf(manifest)));
      const found = { 'watched table': nodes.length };
      reporter.emit({ type: 'run.started', run, command: 'freshness', target: manifest.target.name, threads, found, total: nodes.length });
      const result = await execute(plan, {
        run,
        command: 'freshness',
        workers: { adapter, extract: idle, dataset: idle, load: idle, seed: idle, unitTest: idle },
        emit: reporter.emit,
        clock,
        random,
        signal,
        threads,
        failFast: false,
        retriesOf: () => manifest.retries,
        lockPatience: 0,
        priorityOf: () => 0,
        textOf,
        compiledPathOf: () => undefined,
      });
      const rules = new Map(nodes.map((node) => [node.id, node.freshness]));
      const ids = dbtIds(nodes);
      const file = flags.output === undefined ? join(project.root, 'target/sources.json') : resolve(shell.cwd, flags.output);
      replaceFile(
        dirname(file),
        basename(file),
        sourcesJson(result, (id) => ({ rule: rules.get(id)!, dbtId: ids.get(id)! }), metadataOf(run, shell)),
      );
      return succeeded(result) ? 0 : 1;
    } finally {
      await adapter.close();
    }
  } finally {
    reporter.close();
  }
}

/** What is asked does none of the work of nodes. */
const idle = (): Promise<never> => Promise.reject(new Error('freshness builds nothing'));

/** Why there is nothing to ask, in a sentence. Throws EtlxError `run.nothing` when it was the flags that left nothing. */
function nothingWatched({ select, exclude }: Flags): string {
  const problem = 'no node declares `freshness`';
  if (select === undefined && exclude === undefined) return `nothing to do: ${problem}`;
  throw failure('run.nothing', { problem: `${problem} among those that were chosen` });
}
