import { randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { failure } from '../core/diagnostic';

/** Who holds a folder. `started` tells a process from a later one with the same number, where the system says when processes started. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started?: string;
}

/**
 * Takes the folder `path` for this process, by the file `<path>.lock` beside it; answers the function that gives it back, which is also
 * called when the process exits. A lock whose process is dead is taken over. Throws EtlxError `database.locked`.
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  const file = `${path}.lock`;
  const mine: Holder = { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
  await mkdir(dirname(path), { recursive: true });
  while (!(await create(file, mine))) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const holder = holderOf(text);
    if (holder !== undefined && (await isAlive(holder, mine.host))) throw locked(path, file, holder, mine.host);
    await reap(file, text);
  }
  const onExit = (): void => {
    try {
      unlinkSync(file);
    } catch {
      // It is gone already, which is what was wanted.
    }
  };
  process.once('exit', onExit);
  return async () => {
    process.off('exit', onExit);
    await rm(file, { force: true });
  };
}

function locked(path: string, file: string, holder: Holder, host: string): Error {
  return failure('database.locked', { path, pid: holder.pid, ...(holder.host !== host && { host: holder.host, file }) });
}

/** Makes `file` with its content at once (a hard link to a finished one), so that no reader ever sees an empty lock; false when it exists. */
async function create(file: string, holder: Holder): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(holder), { flag: 'wx' });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes away a lock that said `stale`. It is moved aside first and read again: another process may have put its own there meanwhile, which is put back. */
async function reap(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/** A lock that cannot be read belongs to nobody. */
function holderOf(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.pid === 'number' && typeof holder.host === 'string' ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** Of a process on another machine nothing can be known, so it counts as alive. */
async function isAlive(holder: Holder, host: string): Promise<boolean> {
  if (holder.host !== host) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder.started === undefined || holder.started === (await startOf(holder.pid));
}

/**
 * When the process started, in ticks since the machine did: field 22 of `/proc/<pid>/stat`, where there is one (proc(5)). One that has ended
 * and whose parent has not asked for its exit code yet, as in containers without an init process, started at no time.
 */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in parentheses, and may hold blanks and parentheses itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? 'never' : fields?.[19];
}
