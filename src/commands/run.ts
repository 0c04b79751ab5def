import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Emit } from '../core/event';
import type { Manifest } from '../core/manifest';
import type { NodeId } from '../core/node';
import type { Plan } from '../core/plan';
import type { Catalog } from '../core/ports';
import { succeeded, type RunResult } from '../core/run';
import { connect } from '../adapters/connect';
import { dialectOf } from '../adapters/dialects';
import { compiledPath } from '../disk/compiledPath';
import { secretFile } from '../disk/secretFile';
import { priorities } from '../graph/priorities';
import { loadIds } from '../loaders/loadId';
import { planOf, type PlanMode } from '../plan/plan';
import { planText } from '../report/plan';
import { execute } from '../run/execute';
import { persist } from '../run/persist';
import { writeManifest, writeRun } from './artifacts';
import type { Flags } from './flags';
import { loaderWorkers } from './loading';
import { chosenOf, numberFlag, openProject, type OnRead, type Opened } from './opened';
import { reporterFor } from './reporting';
import { lockRuleOf, openedInLine } from './runConnect';
import { journaled } from './runJournal';
import { nothingToDo } from './nothing';
import { interruptedCode, type Shell } from './shell';

export type RunCommand = 'build' | 'run' | 'load' | 'test';

/** Which kinds of steps each command takes; only a build tests what it builds. */
const MODES: Readonly<Record<RunCommand, PlanMode>> = {
  build: { load: true, models: true, tests: true, audits: true },
  run: { load: false, models: true, tests: false, audits: false },
  load: { load: true, models: false, tests: false, audits: false },
  test: { load: false, models: false, tests: true, audits: false },
};

export const isRunCommand = (name: string): name is RunCommand => name in MODES;

/** `etlx build`, `run`, `load` and `test`: one function with different kinds of steps. Answers the exit code. */
export async function run(command: RunCommand, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const opened = await openProject(flags, shell, onRead);
  return runChosen(command, opened, { flags, shell, chosen: () => chosenFor(flags, opened) });
}

interface Chosen extends Omit<Setting, 'emit'> {
  readonly chosen: () => ReadonlySet<NodeId>;
}

/** Runs `chosen`, or prints its plan, as the flags say. Answers the exit code. */
export async function runChosen(command: RunCommand, opened: Opened, setting: Chosen): Promise<number> {
  const { flags, shell, chosen } = setting;
  if (flags.dryRun) {
    const nodes = chosen();
    nothingToDo({ command, mode: MODES[command], flags, nodes: opened.manifest.nodes, chosen: nodes });
    shell.stdout.write(planText(planFor(command, opened, nodes, await standing(opened, shell), flags)));
    return 0;
  }
  const reporter = await reporterFor(flags, shell, { textOf: opened.textOf, placeOf: (node) => opened.manifest.nodes.get(node)?.at });
  try {
    const nodes = chosen();
    const nothing = nothingToDo({ command, mode: MODES[command], flags, nodes: opened.manifest.nodes, chosen: nodes });
    if (nothing !== undefined) reporter.emit({ type: 'notice', level: 'info', message: nothing });
    return codeOf(await perform(command, opened, nodes, { ...setting, emit: reporter.emit }), shell.signal);
  } finally {
    reporter.close();
  }
}

/** A signal counts when it cut something short; one that came after the last step did not. */
function codeOf(result: RunResult, signal: AbortSignal): number {
  if (signal.aborted && result.results.some(({ message }) => message === 'interrupted')) return interruptedCode(signal);
  return succeeded(result) ? 0 : 1;
}

/** The nodes that the flags choose to work on. */
export const chosenFor = (flags: Flags, opened: Opened): ReadonlySet<NodeId> =>
  withoutExtracts(chosenOf(flags, opened), flags.fromLake === true);

const withoutExtracts = (chosen: ReadonlySet<NodeId>, fromLake: boolean): ReadonlySet<NodeId> =>
  fromLake ? new Set([...chosen].filter((id) => !id.startsWith('extract.'))) : chosen;

function planFor(command: RunCommand, { manifest, graph }: Opened, chosen: ReadonlySet<NodeId>, catalog: Catalog, flags: Flags): Plan {
  // nobody else can be in an embedded database
  const lockWait = manifest.target.type === 'postgres' ? lockRuleOf(flags).lockWait : undefined;
  return planOf({
    manifest,
    graph,
    chosen,
    catalog,
    dialect: dialectOf(manifest.target),
    mode: MODES[command],
    lockWait,
    fullRefresh: flags.fullRefresh === true,
  });
}

/** What stands in the target's database, which a dry run does not create. */
async function standing({ manifest, project }: Opened, shell: Shell): Promise<Catalog> {
  const { target } = manifest;
  if (target.type !== 'postgres' && !existsSync(join(project.root, target.path))) return new Map();
  const adapter = await connect(target, { root: project.root, env: shell.env, image: shell.image, secretFile: secretFile(project.root) });
  try {
    return await adapter.catalog(schemasOf(manifest));
  } finally {
    await adapter.close();
  }
}

export interface Setting {
  readonly flags: Flags;
  readonly shell: Shell;
  readonly emit: Emit;
  /** The run that this one goes on with. */
  readonly retryOf?: string;
}

/** Runs the nodes `chosen` of a project that compiled, and writes the artifacts. Throws EtlxError when the run cannot begin. */
export async function perform(command: RunCommand, opened: Opened, chosen: ReadonlySet<NodeId>, setting: Setting): Promise<RunResult> {
  const { project, manifest, textOf } = opened;
  const { flags, shell, retryOf } = setting;
  const { clock, random, signal } = shell;
  const run = loadIds(clock, random)();
  const threads = numberFlag('threads', flags.threads, 1) ?? manifest.target.threads;
  const { patience, folderPatience } = lockRuleOf(flags);
  const surroundings = { root: project.root, env: shell.env, image: shell.image };
  const adapter = await openedInLine(() => connect(manifest.target, surroundings), {
    patience: folderPatience,
    clock,
    signal,
    emit: setting.emit,
  });
  try {
    const persistence = { retry: manifest.retries, clock, random, signal, emit: setting.emit };
    const planned = async (): Promise<Plan> => planFor(command, opened, chosen, await adapter.catalog(schemasOf(manifest)), flags);
    const plan = await persist(planned, persistence);
    const ids = stepIds(plan);
    writeManifest(opened, run, shell, ids);
    const { emit, close } = journaled({ run, command, retryOf }, plan, { ...setting, opened });
    try {
      emit({ type: 'run.started', run, command, target: manifest.target.name, threads, found: foundIn(manifest), total: ids.size });
      const prepare = plan.prepare.map((each) => each.sql);
      if (prepare.length > 0)
        await persist(() => adapter.transaction((session) => session.execute(prepare), signal), { ...persistence, emit });
      const after = new Map(plan.steps.map((step) => [step.id, step.after]));
      const priority = priorities([...after.keys()], (step) => after.get(step)!);
      const loaders = await loaderWorkers(opened, shell, emit);
      const result = await execute(plan, {
        run,
        command,
        workers: { adapter, ...loaders },
        emit,
        clock,
        random,
        signal,
        threads,
        failFast: flags.failFast === true,
        retriesOf: (node) => ({ ...manifest.retries, ...(manifest.nodes.get(node)?.config['retries'] ?? {}) }),
        lockPatience: patience,
        replan: async (id) => (await planned()).steps.find((step) => step.id === id),
        priorityOf: (node) => priority.get(node) ?? 0,
        textOf,
        compiledPathOf: (node) => {
          const found = manifest.nodes.get(node);
          return found && compiledPath(found);
        },
      });
      writeRun(result, opened, run, shell);
      await loaders.close();
      return result;
    } finally {
      await close();
    }
  } finally {
    await adapter.close();
  }
}

/** Every step and every audit of a plan. */
const stepIds = (plan: Plan): ReadonlySet<NodeId> =>
  new Set(plan.steps.flatMap((step) => [step.id, ...('audits' in step ? step.audits.map((check) => check.id) : [])]));

function schemasOf(manifest: Manifest): readonly string[] {
  return [...new Set([...manifest.nodes.values()].flatMap((node) => ('relation' in node ? [node.relation.schema] : [])))].sort();
}

/** How many nodes of each kind the project has. */
function foundIn(manifest: Manifest): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { kind } of manifest.nodes.values()) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}
