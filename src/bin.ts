import { join } from 'node:path';
import type * as Etlx from './commands/main';
import type { Shell } from './commands/shell';
import { loadProgram } from './program';

const version = process.env.ETLX_BUILD_VERSION ?? '0.0.0';

/** The process as a shell; the first Ctrl-C (or SIGTERM) asks the command to end well, the second ends it at once. */
function shellOf(): Shell {
  const interrupted = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    if (interrupted.signal.aborted) process.exit(signal === 'SIGTERM' ? 143 : 130);
    interrupted.abort(signal);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // a reader that has seen enough (`| head`) is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: {
      now: () => new Date(),
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, milliseconds);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          }, { once: true });
        }),
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
