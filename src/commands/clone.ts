import { failure } from '../core/diagnostic';
import type { Flags } from './flags';
import type { OnRead } from './opened';
import { run } from './run';
import type { Shell } from './shell';

/** `etlx clone --from <target>`: builds the chosen models as copies of another target's. Answers the exit code. */
export function clone(flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  if (flags.from !== undefined) return run('clone', flags, shell, onRead);
  throw failure('usage', { problem: '`etlx clone` takes the target to copy from', hint: 'for example: `etlx clone --from prod`' });
}
