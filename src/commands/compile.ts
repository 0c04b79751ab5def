import { randomUUID } from 'node:crypto';
import type { Node, NodeId } from '../core/node';
import { writeManifest } from './artifacts';
import { counted } from '../report/words';
import type { Flags } from './flags';
import { chosenOf, openProject, type OnRead, type Opened } from './opened';
import type { Shell } from './shell';

/** `etlx compile`: checks the whole project, writes the manifest and the compiled SQL of the chosen nodes; a single model's SQL is shown. */
export async function compileCommand(flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const opened = await openProject(flags, shell, onRead);
  if (flags.inline !== undefined) {
    shell.stdout.write(`${opened.inline(flags.inline).sql.trimEnd()}\n`);
    return 0;
  }
  const chosen = chosenOf(flags, opened);
  writeManifest(opened, randomUUID(), shell, filedOf(chosen, flags, opened));
  const models = [...chosen].map((id) => opened.manifest.nodes.get(id)!).filter((node) => node.kind === 'model');
  if (flags.select !== undefined && models.length === 1) shell.stdout.write(`${models[0]!.sql.trimEnd()}\n`);
  else if (!flags.quiet) {
    const tests = [...chosen].filter((id) => id.startsWith('test.')).length;
    shell.stderr.write(
      `compiled ${counted(models.length, 'model')} and ${counted(tests, 'test')}: \`target/manifest.json\`, \`target/compiled\`\n`,
    );
  }
  return 0;
}

/**
 * The nodes whose SQL becomes a file of its own. Generic tests are among them only when the call chooses nodes (and in runs, which ask them):
 * a project has three times as many of them as models, to make their files would take as long as everything else, and the manifest has them all.
 */
function filedOf(chosen: ReadonlySet<NodeId>, flags: Flags, { manifest }: Opened): ReadonlySet<NodeId> {
  if (flags.select !== undefined || flags.exclude !== undefined || flags.resourceType !== undefined) return chosen;
  return new Set([...chosen].filter((id) => !isGenericTest(manifest.nodes.get(id)!)));
}

const isGenericTest = (node: Node): boolean => node.kind === 'test' && node.testType === 'generic';
