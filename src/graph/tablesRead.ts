import type { ModelNode, Node, NodeId, RelationNode } from '../core/node';

/** The nodes whose tables a model reads, itself or through the ephemeral models that are written into it: each once, in the order in which they are met. */
export function tablesRead({ dependsOn }: ModelNode, nodes: ReadonlyMap<NodeId, Node>): readonly RelationNode[] {
  const seen = new Set<NodeId>(dependsOn);
  const read: RelationNode[] = [];
  // what is added to a set while it is walked is walked too
  for (const id of seen) {
    const node = nodes.get(id);
    if (node === undefined || !('relation' in node)) continue;
    if (node.kind === 'model' && node.materialized === 'ephemeral') for (const parent of node.dependsOn) seen.add(parent);
    else read.push(node);
  }
  return read;
}
