import { diagnose, EtlxError, type Diagnostic } from '../core/diagnostic';
import type { Project } from '../core/project';
import { readProject } from '../disk/read';
import { pathWithin, remove } from '../disk/removePath';
import { settingsOf } from '../parse/settings';
import type { Text } from '../parse/shape';
import { directoryOf } from './invocation';
import type { Flags } from './flags';
import type { OnRead } from './opened';
import type { Shell } from './shell';

/** `etlx clean`: removes `target/`, or what `clean` of `project.yaml` lists. Nothing is removed when one of the paths must not be. Answers the exit code. */
export async function clean(flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const project = await readProject(directoryOf(flags, shell));
  onRead(project);
  const problems: Diagnostic[] = [];
  const settings = settingsOf(project.settings, (problem) => problems.push(problem));
  const paths = (settings?.clean ?? []).flatMap((listed) => cleanable(listed, project, problems) ?? []);
  if (problems.length > 0) throw new EtlxError(problems);
  for (const path of paths) {
    const said = remove(project.root, path) ? 'removed' : 'nothing stands at';
    if (!flags.quiet) shell.stderr.write(`${said} ${path}\n`);
  }
  return 0;
}

/** A listed path, when nothing of the project's own is in it. */
function cleanable({ text, at }: Text, { root, settings, files, seeds, functions }: Project, problems: Diagnostic[]): string | undefined {
  const path = pathWithin(root, text);
  const own = [settings.path, ...files.map((file) => file.path), ...seeds, ...[...functions.values()].map(({ file }) => file)];
  const lost = path === undefined ? undefined : own.find((file) => file === path || file.startsWith(`${path}/`));
  if (path !== undefined && lost === undefined) return path;
  const problem =
    path === undefined ? `\`${text}\` is not within the project` : `\`${text}\` holds \`${lost}\`, which is the project's own`;
  problems.push(diagnose('config.invalid', { problem, hint: '`clean` lists what can be made again: `[target]`' }, at));
  return undefined;
}
