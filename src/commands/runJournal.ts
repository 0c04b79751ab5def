import type { Emit } from '../core/event';
import type { Plan } from '../core/plan';
import { openJournal } from '../state/journal';
import { pruneRuns } from '../state/prune';
import type { RunHead } from '../state/runHead';
import type { Flags } from './flags';
import { numberFlag, type Opened } from './opened';
import type { Shell } from './shell';

/** How many runs are remembered. */
const KEPT_RUNS = 20;

/** The flags that say what a run does; how it is reported is up to each call. */
const KEPT_FLAGS = [
  'select',
  'exclude',
  'resourceType',
  'empty',
  'from',
  'sample',
  'indirectSelection',
  'vars',
  'threads',
  'failFast',
  'warnError',
  'fullRefresh',
  'eventTimeStart',
  'eventTimeEnd',
  'fromLake',
  'lock',
  'lockTimeout',
] as const satisfies readonly (keyof Flags)[];

/** The flags with which `etlx retry` goes on: those of the run, its target, and over them what the call itself says. */
export function flagsOfRetry(head: Pick<RunHead, 'target' | 'flags'>, given: Flags): Flags {
  const kept = Object.fromEntries(KEPT_FLAGS.flatMap((name) => (head.flags[name] === undefined ? [] : [[name, head.flags[name]]])));
  return { ...kept, ...given, target: head.target };
}

export interface Journaling {
  readonly opened: Opened;
  readonly flags: Flags;
  readonly shell: Shell;
  readonly emit: Emit;
}

/** Begins to write down the run `head.run` and forgets the oldest ones; `emit` tells the journal first, then `setting.emit`. Throws EtlxError `artifact.write`. */
export function journaled(
  head: Pick<RunHead, 'run' | 'command' | 'retryOf'>,
  plan: Plan,
  { opened: { project, manifest }, flags, shell, emit }: Journaling,
): { readonly emit: Emit; close(): Promise<void> } {
  const keep = numberFlag('keep-runs', flags.keepRuns, 1) ?? KEPT_RUNS;
  const journal = openJournal(
    {
      ...head,
      target: manifest.target.name,
      flags: Object.fromEntries(KEPT_FLAGS.map((name) => [name, flags[name]])),
      steps: Object.fromEntries(plan.steps.map((step) => [step.id, 'audits' in step ? step.audits.map(({ id }) => id) : []])),
    },
    { root: project.root, clock: shell.clock, onLost: (message) => emit({ type: 'notice', level: 'warn', message }) },
  );
  pruneRuns(project.root, keep);
  return {
    emit: (event) => {
      journal.emit(event);
      emit(event);
    },
    close: () => journal.close(),
  };
}
