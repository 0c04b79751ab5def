import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { failure } from '../core/diagnostic';
import type { Node, NodeId } from '../core/node';
import type { Catalog } from '../core/ports';
import { relationKey } from '../core/relation';
import { connect } from '../adapters/connect';
import { dbtIds } from '../disk/dbtIds';
import { jsonIn } from './earlier';
import type { Flags } from './flags';
import { openProject, type OnRead, type Opened } from './opened';
import type { Shell } from './shell';

/**
 * With `--defer`, what the chosen nodes read and what is not built in the target is read where the manifest of `--state` says that it is; with `--favor-state`
 * also what is. The project is compiled again with those names. Throws EtlxError `usage` without a state.
 */
export async function deferring(
  flags: Flags,
  opened: Opened,
  shell: Shell,
  onRead: OnRead,
  chosenBy: (opened: Opened) => ReadonlySet<NodeId>,
): Promise<Opened> {
  if (!flags.defer) return opened;
  if (flags.state === undefined)
    throw failure('usage', { problem: '`--defer` reads from another build', hint: 'name the folder of its artifacts with `--state`' });
  const { nodes } = opened.manifest;
  const wanted = readBy(chosenBy(opened), nodes);
  const there = relationsIn(resolve(shell.cwd, flags.state), [...nodes.values()]);
  const catalog = flags.favorState ? new Map() : await standing(opened, shell);
  const elsewhere = new Map<NodeId, string>();
  for (const id of wanted) {
    const node = nodes.get(id)!;
    const text = there.get(id);
    if (text !== undefined && 'relation' in node && !catalog.has(relationKey(node.relation))) elsewhere.set(id, text);
  }
  return elsewhere.size === 0 ? opened : openProject(flags, shell, onRead, elsewhere);
}

/** The nodes that the chosen ones read and that are not chosen, also through ephemeral models. */
function readBy(chosen: ReadonlySet<NodeId>, nodes: ReadonlyMap<NodeId, Node>): ReadonlySet<NodeId> {
  const read = new Set<NodeId>();
  const from = [...chosen];
  for (let id = from.pop(); id !== undefined; id = from.pop()) {
    for (const parent of nodes.get(id)?.dependsOn ?? []) {
      if (chosen.has(parent) || read.has(parent)) continue;
      read.add(parent);
      const node = nodes.get(parent);
      if (node?.kind === 'model' && node.materialized === 'ephemeral') from.push(parent);
    }
  }
  return read;
}

function relationsIn(folder: string, nodes: readonly Node[]): ReadonlyMap<NodeId, string> {
  const manifest = jsonIn(folder, 'manifest.json') as Readonly<
    Record<'nodes' | 'sources', Readonly<Record<string, { relation_name?: string | null }>>>
  >;
  const entries = { ...manifest.nodes, ...manifest.sources };
  return new Map(
    [...dbtIds(nodes)].flatMap(([id, dbtId]) => {
      const name = entries[dbtId]?.relation_name;
      return typeof name === 'string' ? [[id, name] as const] : [];
    }),
  );
}

async function standing({ project, manifest }: Opened, shell: Shell): Promise<Catalog> {
  const { target, nodes } = manifest;
  if (target.type !== 'postgres' && !existsSync(join(project.root, target.path))) return new Map();
  const adapter = await connect(target, { root: project.root, env: shell.env, image: shell.image });
  try {
    return await adapter.catalog(
      [...new Set([...nodes.values()].flatMap((node) => ('relation' in node ? [node.relation.schema] : [])))].sort(),
    );
  } finally {
    await adapter.close();
  }
}
