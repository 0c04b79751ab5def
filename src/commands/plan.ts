import { reasonsText } from '../report/reasons';
import type { Flags } from './flags';
import { openProject, type OnRead } from './opened';
import { chosenFor, planOfStanding } from './run';
import type { Shell } from './shell';

/** `etlx plan`: what a build of what changed would do, and why. Answers the exit code. */
export async function plan(flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const opened = await openProject(flags, shell, onRead);
  shell.stdout.write(reasonsText(await planOfStanding('build', opened, chosenFor(flags, opened), shell, { ...flags, changed: true })));
  return 0;
}
