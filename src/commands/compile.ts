import { randomUUID } from 'node:crypto';
import type { ModelNode, Node, NodeId } from '../core/node';
import { writeCompiled, writeManifest } from './artifacts';
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
  writeManifest(opened, { invocation: randomUUID(), shell });
  writeCompiled(opened, filedOf(chosen, flags, opened));
  const models = [...chosen].map((id) => opened.manifest.nodes.get(id)!).filter((node) => node.kind === 'model');
  if (flags.select !== undefined && models.length === 1) shell.stdout.write(textOf(models[0]!, flags.fullRefresh === true));
  else if (!flags.quiet) {
    const tests = [...chosen].filter((id) => id.startsWith('test.')).length;
    shell.stderr.write(
      `compiled ${counted(models.length, 'model')} and ${counted(tests, 'test')}: \`target/manifest.json\`, \`target/compiled\`\n`,
    );
  }
  return 0;
}

/** The SQL of a model: of one that may add to its table that too, unless the call is about making tables anew. */
function textOf({ sql, again }: ModelNode, fullRefresh: boolean): string {
  if (again === undefined || fullRefresh) return `${sql.trimEnd()}\n`;
  return `-- the table is made\n${sql.trim()}\n\n-- rows are added\n${again.sql.trim()}\n`;
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
