import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type * as Etlx from './commands/main';
import type { Shell } from './commands/shell';
import { loadProgram } from './program';

/** An interrupted command has this long to end well; what then still waits, such as a server that does not answer, is left behind. In milliseconds. */
const LAST_GRACE = 4500;

const version = process.env.ETLX_BUILD_VERSION ?? '0.0.0';

/** The process as a shell; the first Ctrl-C (or SIGTERM) asks the command to end well, the second ends it at once. */
function shellOf(): Shell {
  const interrupted = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    const end = (): never => process.exit(signal === 'SIGTERM' ? 143 : 130);
    if (interrupted.signal.aborted) end();
    interrupted.abort(signal);
    void setTimeout(LAST_GRACE, undefined, { ref: false }).then(end);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // a reader that has seen enough (`| head`) is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  // nor is a reader of reports that is gone: the work goes on, and the exit code tells
  process.stderr.on('error', () => undefined);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: {
      now: () => new Date(),
      sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    },
    random: Math.random,
    signal: interrupted.signal,
    version,
    image: join(__dirname, 'pglite-image'),
  };
}

async function start(): Promise<void> {
  const argv = process.argv.slice(2);
  // the one call that editors and scripts make all the time loads nothing
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) return void process.stdout.write(`${version}\n`);
  const { main } = loadProgram<typeof Etlx>(join(__dirname, 'program.cjs')).exports;
  process.exitCode = await main(argv, shellOf());
}

void start();
