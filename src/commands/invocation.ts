import { resolve } from 'node:path';
import type { Flags } from './flags';
import type { Shell } from './shell';
import { varsOf } from './vars';
import type { Invocation } from '../core/project';

/** What the flags and the environment add to the project. Throws EtlxError `usage` for values that cannot be. */
export function invocationOf(flags: Flags, shell: Shell): Invocation {
  return {
    ...(flags.target !== undefined && { target: flags.target }),
    vars: varsOf(flags.vars),
    env: shell.env,
    fullRefresh: flags.fullRefresh === true,
    today: shell.clock.now().toISOString().slice(0, 10),
  };
}

/** The project folder that the flags name. */
export const directoryOf = (flags: Flags, shell: Shell): string => resolve(shell.cwd, flags.projectDir ?? '.');
