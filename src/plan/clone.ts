import { failure } from '../core/diagnostic';
import type { Manifest } from '../core/manifest';
import type { ModelNode, Node, NodeId } from '../core/node';
import type { Catalog } from '../core/ports';
import { relationKey, relationName } from '../core/relation';

/**
 * The manifest with models that are copied from where `other`, the same project on another target of the same database, has them: their SELECT is all rows of
 * that table. Views stay what they are, since they hold no rows. Throws EtlxError `usage` when both targets build the same relation.
 */
export function clonedManifest(manifest: Manifest, other: Manifest): Manifest {
  const nodes = new Map<NodeId, Node>(
    [...manifest.nodes].map(([id, node]) => {
      const origin = other.nodes.get(id);
      return [id, isCopied(node) && origin?.kind === 'model' ? copyOf(node, origin) : node];
    }),
  );
  return { ...manifest, nodes };
}

const isCopied = (node: Node): node is ModelNode =>
  node.kind === 'model' && (node.materialized === 'table' || node.materialized === 'incremental');

/**
 * All rows of `origin`, as a table with the model's own keys, indexes and grants: made at once, also where the model is built in batches. Hooks are left
 * out, for what they did to the rows is done.
 */
function copyOf({ again: _again, incremental: _incremental, ...model }: ModelNode, { relation }: ModelNode): ModelNode {
  if (relationKey(relation) === relationKey(model.relation))
    throw failure('usage', {
      problem: `both targets build ${relationName(relation)}`,
      hint: 'a clone needs a schema of its own: give the targets different ones',
    });
  return {
    ...model,
    materialized: 'table',
    sql: `select * from ${relationName(relation)}`,
    lines: { file: model.path, marks: [] },
    ...(model.attached && { attached: { ...model.attached, before: [], after: [] } }),
  };
}

/** The chosen nodes of which nothing stands. */
export const notStanding = (chosen: ReadonlySet<NodeId>, { nodes }: Manifest, catalog: Catalog): ReadonlySet<NodeId> =>
  new Set(
    [...chosen].filter((id) => {
      const node = nodes.get(id);
      return node !== undefined && 'relation' in node && !catalog.has(relationKey(node.relation));
    }),
  );
