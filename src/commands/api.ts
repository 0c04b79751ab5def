import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Emit } from '../core/event';
import type { Manifest } from '../core/manifest';
import type { RunResult } from '../core/run';
import type { Flags } from './flags';
import { openProject } from './opened';
import { openRest, restOf } from './retry';
import { chosenFor, perform, type RunCommand } from './run';
import type { Shell, Sink } from './shell';

/** What a call of the API may say; the rest is as on the command line. */
export interface Options extends Pick<
  Flags,
  'select' | 'exclude' | 'resourceType' | 'indirectSelection' | 'target' | 'failFast' | 'fullRefresh' | 'fromLake'
> {
  readonly threads?: number;
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Told everything that happens, as it happens. */
  readonly onEvent?: Emit;
}

/** Compiles the project in `directory`. Throws EtlxError with everything that is wrong with it. */
export async function compile(directory: string, options: Options = {}): Promise<Manifest> {
  return (await openProject(flagsFor(options), shellFor(directory, options), () => undefined)).manifest;
}

/**
 * Runs the project in `directory` as `etlx build` (or `run`, `seed`, `load`, `test`) does, and answers one result per step; a step that failed is a
 * result, not an error. Throws EtlxError when the project is broken or its database cannot be reached.
 */
export async function build(directory: string, options: Options & { readonly command?: RunCommand } = {}): Promise<RunResult> {
  const flags = flagsFor(options);
  const shell = shellFor(directory, options);
  const opened = await openProject(flags, shell, () => undefined);
  return perform(options.command ?? 'build', opened, chosenFor(flags, opened), {
    flags,
    shell,
    emit: options.onEvent ?? (() => undefined),
  });
}

/**
 * Goes on with the run `options.run`, or the latest one, of the project in `directory`, as `etlx retry` does. Answers undefined when nothing
 * is left of it. Throws EtlxError as `build` does, and when there is no such run.
 */
export async function retry(
  directory: string,
  options: Pick<Options, 'threads' | 'vars' | 'env' | 'signal' | 'onEvent'> & { readonly run?: string } = {},
): Promise<RunResult | undefined> {
  const shell = shellFor(directory, options);
  const rest = restOf(options.run, flagsFor({ threads: options.threads, vars: options.vars }), shell);
  if (rest.chosen.size === 0) return undefined;
  const opened = await openRest(rest, shell, () => undefined);
  const emit = options.onEvent ?? (() => undefined);
  return perform(rest.command, opened, rest.chosen, { flags: rest.flags, shell, emit, retryOf: rest.run });
}

const flagsFor = ({ threads, vars, ...options }: Options): Flags => ({
  ...options,
  ...(threads !== undefined && { threads: String(threads) }),
  // every JSON text is YAML
  ...(vars !== undefined && { vars: JSON.stringify(vars) }),
});

const silent: Sink = { write: () => undefined, isTTY: false };

const shellFor = (directory: string, { env, signal }: Options): Shell => ({
  stdout: silent,
  stderr: silent,
  env: env ?? process.env,
  cwd: directory,
  clock: { now: () => new Date(), sleep: (milliseconds, until) => setTimeout(milliseconds, undefined, { signal: until }) },
  random: Math.random,
  signal: signal ?? new AbortController().signal,
  version: process.env.ETLX_BUILD_VERSION ?? '0.0.0',
  // beside the bundle; where there is none, a first start takes seconds longer
  image: join(__dirname, 'pglite-image'),
});
