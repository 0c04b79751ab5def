import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Ran } from './etlx';

/** What `npm run build` makes: the command line as users run it. */
export const BUNDLE = join(__dirname, '../../dist/etlx.cjs');

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Its exit code (128 and the signal's number when a signal ended it) and what it wrote. */
  readonly ended: Promise<Ran>;
}

const running = new Set<ChildProcess>();

// a test that fails leaves no process behind
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** The environment of the spawned process: no more than a shell needs, and what the test gives. */
const environment = (env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], ...env });

/** Starts `etlx <args>` in `root` as a process of its own, without anything on its standard input. */
export function spawnEtlx(root: string, args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Spawned {
  return started(process.execPath, [BUNDLE, ...args], root, env);
}

/** Runs a line of Bash in `root`, in which `$ETLX` is the command line. */
export function runBash(root: string, line: string, env: Readonly<Record<string, string | undefined>> = {}): Promise<Ran> {
  return started('bash', ['-c', line], root, { ETLX: `${process.execPath} ${BUNDLE}`, ...env }).ended;
}

function started(program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string | undefined>>): Spawned {
  const child = spawn(program, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? 128 + constants.signals[signal!], stdout, stderr });
    });
  });
  return { child, pid: child.pid!, ended };
}

/** Resolves when `holds` does; the test's own time limit ends the waiting. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
