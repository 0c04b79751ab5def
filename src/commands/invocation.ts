import { resolve } from 'node:path';
import { failure } from '../core/diagnostic';
import type { Project } from '../core/project';
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
  };
}

/** The project folder that the flags name. */
export const directoryOf = (flags: Flags, shell: Shell): string => resolve(shell.cwd, flags.projectDir ?? '.');

/** A whole number from a flag, at least `least`. */
export function numberFlag(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least) {
    throw failure('usage', { problem: `\`--${name}\` takes a whole number from ${least}, found \`${value}\`` });
  }
  return number;
}

/** Looks project files up by path: for code frames and for placing errors. */
export function textsOf(project: Project): (file: string) => string | undefined {
  const texts = new Map([project.settings, ...project.files].map(({ path, text }) => [path, text]));
  return (file) => texts.get(file);
}
