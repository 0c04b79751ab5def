import { failure } from '../core/diagnostic';
import { secretFile } from '../disk/secretFile';
import { openLake } from '../lake/open';
import { prunable, type Prunable } from '../loaders/prune';
import { counted } from '../report/words';
import type { Flags } from './flags';
import { numberFlag, openProject, type OnRead } from './opened';
import type { Shell } from './shell';

const KEEP = 3;
/** Hours that must have passed since anything was written into what goes: longer than a run takes. */
const GRACE_HOURS = 24;

/** `etlx lake prune`: lists what nobody needs in the lake, and with `--yes` removes it. */
export async function lake(action: string | undefined, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  if (action !== 'prune') {
    const problem = action === undefined ? '`etlx lake` needs a word' : `\`etlx lake\` does not know \`${action}\``;
    throw failure('usage', { problem, hint: 'there is `etlx lake prune`' });
  }
  const keep = numberFlag('keep', flags.keep, 1) ?? KEEP;
  const { project, manifest } = await openProject(flags, shell, onRead);
  const store = await openLake(manifest.lake, project.root, shell.env, secretFile(project.root));
  const before = new Date(shell.clock.now().getTime() - GRACE_HOURS * 3_600_000);
  const found = await prunable(store, { keep, before });
  for (const each of found) {
    shell.signal.throwIfAborted();
    if (flags.yes) await each.remove();
    shell.stdout.write(`${lineOf(each)}\n`);
  }
  if (!flags.quiet) shell.stderr.write(`${closing(found, flags.yes === true, store.location)}\n`);
  return 0;
}

const lineOf = ({ why, name, objects, bytes }: Prunable): string =>
  `${why.padEnd(10)}  ${name}  ${counted(objects, 'object')}${bytes === undefined ? '' : `  ${sizeOf(bytes)}`}`;

function closing(found: readonly Prunable[], removed: boolean, location: string): string {
  if (found.length === 0) return `nothing to remove from \`${location}\``;
  const objects = found.reduce((sum, each) => sum + each.objects, 0);
  const bytes = found.reduce((sum, each) => sum + (each.bytes ?? 0), 0);
  const what = `${counted(objects, 'object')} (${sizeOf(bytes)})`;
  return removed
    ? `removed ${what} from \`${location}\``
    : `would remove ${what} from \`${location}\`; nothing is removed without \`--yes\``;
}

/** In the largest unit of which there is at least one. */
function sizeOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${unit === 0 ? bytes : (bytes / 1000 ** unit).toFixed(1)} ${units[unit]}`;
}
