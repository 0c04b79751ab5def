import { randomUUID } from 'node:crypto';
import { writeManifest } from './artifacts';
import type { Flags } from './flags';
import { chosenOf, openProject, type OnRead } from './opened';
import type { Shell } from './shell';

/** `etlx compile`: checks the whole project, writes the manifest and the compiled SQL of the chosen nodes; a single model's SQL is shown. */
export async function compileCommand(flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const opened = await openProject(flags, shell, onRead);
  if (flags.inline !== undefined) {
    shell.stdout.write(`${opened.inline(flags.inline).sql.trimEnd()}\n`);
    return 0;
  }
  const chosen = chosenOf(flags, opened);
  writeManifest(opened, randomUUID(), shell, chosen);
  const models = [...chosen].map((id) => opened.manifest.nodes.get(id)!).filter((node) => node.kind === 'model');
  if (flags.select !== undefined && models.length === 1) shell.stdout.write(`${models[0]!.sql.trimEnd()}\n`);
  else if (!flags.quiet) {
    const tests = [...chosen].filter((id) => id.startsWith('test.')).length;
    shell.stderr.write(`compiled ${counted(models.length, 'model')} and ${counted(tests, 'test')} into \`target/compiled\`\n`);
  }
  return 0;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
