import { diagnose, EtlxError, failure } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import { readRun, type PastRun } from '../state/pastRun';
import { unfinished } from '../state/unfinished';
import { directoryOf } from './invocation';
import type { Flags } from './flags';
import { openProject, type OnRead, type Opened } from './opened';
import { reporterFor } from './reporting';
import { isRunCommand, runChosen, type RunCommand } from './run';
import { flagsOfRetry } from './runJournal';
import type { Shell } from './shell';

/** What is left to do of a run. */
export interface Rest {
  readonly run: string;
  readonly command: RunCommand;
  readonly flags: Flags;
  readonly chosen: ReadonlySet<NodeId>;
}

/** `etlx retry [run]`: the same command on what did not succeed, with the files as they are now. Answers the exit code. */
export async function retry(name: string | undefined, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const rest = restOf(name, flags, shell);
  if (rest.chosen.size === 0) {
    const reporter = await reporterFor(flags, shell, { textOf: () => undefined, placeOf: () => undefined });
    reporter.emit({ type: 'notice', level: 'info', message: `nothing is left of the run \`${rest.run}\`: all of it succeeded` });
    reporter.close();
    return 0;
  }
  return runChosen(rest.command, await openRest(rest, shell, onRead), {
    flags: rest.flags,
    shell,
    chosen: () => rest.chosen,
    retryOf: rest.run,
  });
}

/** Reads what is left of the run `name`, or of the latest one. Throws EtlxError `run.unknown`, `run.unreadable`, or `usage` for another target than the run's. */
export function restOf(name: string | undefined, flags: Flags, shell: Shell): Rest {
  const past: PastRun = readRun(directoryOf(flags, shell), name);
  const { run, command, target } = past.head;
  if (!isRunCommand(command))
    throw failure('run.unreadable', { path: `target/runs/${run}`, problem: `it was written by a command \`${command}\`` });
  if (flags.target !== undefined && flags.target !== target) {
    throw failure('usage', {
      problem: `the run \`${run}\` works on the target \`${target}\`, not on \`${flags.target}\``,
      hint: 'a retry stays on the target of its run',
    });
  }
  return { run, command, flags: flagsOfRetry(past.head, flags), chosen: unfinished(past) };
}

/** Compiles the project as it is now. Throws EtlxError `run.gone` with everything that was left and is not there any more. */
export async function openRest({ run, flags, chosen }: Rest, shell: Shell, onRead: OnRead): Promise<Opened> {
  const opened = await openProject(flags, shell, onRead);
  const gone = [...chosen].filter((id) => !opened.manifest.nodes.has(id));
  if (gone.length > 0) throw new EtlxError(gone.map((node) => diagnose('run.gone', { node, run })));
  return opened;
}
