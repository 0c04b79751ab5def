import { closest } from '../core/closest';
import { failure } from '../core/diagnostic';
import type { Node } from '../core/node';
import { nodeJson } from '../disk/nodeJson';
import type { Flags } from './flags';
import { chosenOf, openProject, type OnRead } from './opened';
import type { Shell } from './shell';

const FORMS = ['selector', 'name', 'path', 'json'] as const;
type Form = (typeof FORMS)[number];

/** The keys of `--output json`, as dbt has them. */
const KEYS = [
  'name',
  'resource_type',
  'package_name',
  'original_file_path',
  'unique_id',
  'alias',
  'source_name',
  'tags',
  'config',
  'depends_on',
];

/** `etlx ls`: the chosen nodes, one a line, sorted by id. */
export async function ls(flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const form = formOf(flags.output ?? 'selector');
  const opened = await openProject(flags, shell, onRead);
  const lines = [...chosenOf(flags, opened)].sort().map((id) => lineOf(opened.manifest.nodes.get(id)!, form, flags.outputKeys ?? KEYS));
  if (lines.length > 0) shell.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function formOf(output: string): Form {
  const form = FORMS.find((each) => each === output);
  if (form === undefined) throw failure('config.value', { key: '--output', value: output, known: FORMS, closest: closest(output, FORMS) });
  return form;
}

function lineOf(node: Node, form: Form, keys: readonly string[]): string {
  switch (form) {
    case 'selector':
      return selectorOf(node);
    case 'name':
      return 'source' in node ? `${node.source}.${node.name}` : node.name;
    case 'path':
      return node.path;
    case 'json':
      return JSON.stringify(picked(nodeJson(node), keys));
  }
}

/** What `--select` takes for exactly this node: the dotted path of models, seeds, snapshots and tests as in dbt, the id of the loaders' steps. */
const selectorOf = (node: Node): string => ('source' in node ? node.id : node.fqn.join('.'));

/** The keys that the node has, nested ones by dots: `config.materialized`. */
function picked(json: Readonly<Record<string, unknown>>, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const found = keys.map(
    (key) => [key, key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], json)] as const,
  );
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}
