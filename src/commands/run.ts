import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Emit } from '../core/event';
import type { Manifest } from '../core/manifest';
import type { NodeId } from '../core/node';
import type { Plan } from '../core/plan';
import { succeeded, type RunResult } from '../core/run';
import { connect } from '../adapters/connect';
import { scratchDatabase } from '../adapters/scratch';
import { compiledPath } from '../disk/compiledPath';
import { secretFile } from '../disk/secretFile';
import { priorities } from '../graph/priorities';
import { loadIds } from '../loaders/loadId';
import type { PlanMode } from '../plan/plan';
import { planText } from '../report/plan';
import { execute } from '../run/execute';
import { persist } from '../run/persist';
import { writeCompiled, writeManifest, writeRun } from './artifacts';
import { deferring } from './defer';
import type { Flags } from './flags';
import { foundIn } from './foundIn';
import { loaderWorkers } from './loading';
import { chosenOf, numberFlag, openProject, type OnRead, type Opened } from './opened';
import { reporterFor } from './reporting';
import { lockRuleOf, openedInLine } from './runConnect';
import { journaled } from './runJournal';
import { nothingToDo } from './nothing';
import { planFor, type ToPlan } from './planFor';
import { commentOf } from './queryComment';
import { seeding } from './seeding';
import { interruptedCode, type Shell } from './shell';
import { unitTesting } from './unitTesting';

export type RunCommand = 'build' | 'run' | 'seed' | 'snapshot' | 'load' | 'test' | 'clone';

/** Which kinds of steps each command takes; only a build tests what it builds. */
const MODES: Readonly<Record<RunCommand, PlanMode>> = {
  build: { load: true, seeds: true, snapshots: true, models: true, tests: true, audits: true },
  run: { load: false, seeds: false, snapshots: false, models: true, tests: false, audits: false },
  seed: { load: false, seeds: true, snapshots: false, models: false, tests: false, audits: false },
  snapshot: { load: false, seeds: false, snapshots: true, models: false, tests: false, audits: false },
  load: { load: true, seeds: false, snapshots: false, models: false, tests: false, audits: false },
  test: { load: false, seeds: false, snapshots: false, models: false, tests: true, audits: false },
  clone: { load: false, seeds: false, snapshots: false, models: true, tests: false, audits: false },
};

const kindOf = (command: RunCommand): Pick<ToPlan, 'mode' | 'records'> => ({ mode: MODES[command], records: command !== 'test' });

export const isRunCommand = (name: string): name is RunCommand => name in MODES;

/** `etlx build`, `run`, `seed`, `snapshot`, `load` and `test`: one function with different kinds of steps. Answers the exit code. */
export async function run(command: RunCommand, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const compiled = await openProject(flags, shell, onRead);
  const opened = await deferring(flags, compiled, shell, onRead, (each) => chosenFor(flags, each));
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
    shell.stdout.write(planText(await planOfStanding(command, opened, nodes, shell, flags)));
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
export const chosenFor = (flags: Flags, opened: Opened): ReadonlySet<NodeId> => withoutLoads(chosenOf(flags, opened), flags);

/**
 * Without what is not loaded: nothing is extracted from the lake's responses, and models that read no rows need no new ones. A snapshot of a part of the
 * rows would write down for ever that the others are gone.
 */
function withoutLoads(chosen: ReadonlySet<NodeId>, { fromLake, empty, sample }: Flags): ReadonlySet<NodeId> {
  const left = empty
    ? /^(?:extract|dataset|source|snapshot)\./
    : sample !== undefined
      ? /^snapshot\./
      : fromLake
        ? /^extract\./
        : undefined;
  return left === undefined ? chosen : new Set([...chosen].filter((id) => !left.test(id)));
}

/** The plan for what stands in the target's database, which a dry run does not create. */
export async function planOfStanding(
  command: RunCommand,
  opened: Opened,
  chosen: ReadonlySet<NodeId>,
  shell: Shell,
  flags: Flags,
): Promise<Plan> {
  const { manifest, project } = opened;
  const { target } = manifest;
  const toPlan = { ...kindOf(command), opened, chosen, flags, shell, seeds: seeding(opened, flags.fullRefresh === true) };
  if (target.type !== 'postgres' && !existsSync(join(project.root, target.path))) return planFor(toPlan, { catalog: new Map() });
  const adapter = await connect(target, { root: project.root, env: shell.env, image: shell.image, secretFile: secretFile(project.root) });
  try {
    return await planFor(toPlan, { catalog: await adapter.catalog(schemasOf(manifest)), query: (sql) => adapter.query(sql) });
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
  const apart = onlyUnitTests(command, chosen, manifest);
  const adapter = await openedInLine(() => (apart ? scratchDatabase : connect)(manifest.target, surroundings), {
    patience: folderPatience,
    clock,
    signal,
    emit: setting.emit,
  });
  try {
    const persistence = { retry: manifest.retries, clock, random, signal, emit: setting.emit };
    const seeds = seeding(opened, flags.fullRefresh === true);
    const planned = async (): Promise<Plan> =>
      planFor(
        { ...kindOf(command), opened, chosen, flags, seeds, shell, run, retryOf },
        { catalog: await adapter.catalog(schemasOf(manifest)), query: (sql) => adapter.query(sql, signal) },
      );
    const plan = await persist(planned, persistence);
    const ids = stepIds(plan);
    writeManifest(opened, { invocation: run, run, shell });
    writeCompiled(opened, ids);
    const { emit, close } = journaled({ run, command, retryOf }, plan, { ...setting, opened });
    try {
      emit({ type: 'run.started', run, command, target: manifest.target.name, threads, found: foundIn(manifest), total: ids.size });
      const prepare = plan.prepare.map((each) => each.sql);
      if (prepare.length > 0)
        await persist(() => adapter.transaction((session) => session.execute(prepare), signal), { ...persistence, emit });
      const after = new Map(plan.steps.map((step) => [step.id, step.after]));
      const priority = priorities([...after.keys()], (step) => after.get(step)!);
      const loaders = await loaderWorkers(opened, shell, emit);
      const units = unitTesting(manifest.target, plan.scratch ?? [], { ...surroundings, ...(apart && { adapter }) });
      const result = await execute(plan, {
        run,
        command,
        commentOf: commentOf(opened, run, shell),
        workers: { adapter, ...loaders, seed: seeds.load, unitTest: units.unitTest },
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
      writeRun(result, opened, flags, shell);
      await loaders.close();
      await units.close();
      return result;
    } finally {
      await close();
    }
  } finally {
    await adapter.close();
  }
}

/** Unit tests need no database but one in this process. */
const onlyUnitTests = (command: RunCommand, chosen: ReadonlySet<NodeId>, { nodes }: Manifest): boolean =>
  command === 'test' && [...chosen].every((id) => nodes.get(id)?.kind !== 'test');

/** Every step, audit and operation of a plan. */
const stepIds = ({ steps, first = [], last = [] }: Plan): ReadonlySet<NodeId> =>
  new Set(
    [...first, ...steps, ...last.map(({ step }) => step([]))].flatMap((step) => [
      step.id,
      ...('audits' in step ? step.audits.map((check) => check.id) : []),
    ]),
  );

/** Every schema that the project's nodes are in. */
export function schemasOf(manifest: Manifest): readonly string[] {
  return [
    ...new Set([
      // where the state is kept
      manifest.target.schema,
      ...[...manifest.nodes.values()].flatMap((node) =>
        'relation' in node ? [node.relation.schema] : node.kind === 'test' && node.stored ? [node.stored.relation.schema] : [],
      ),
    ]),
  ].sort();
}
