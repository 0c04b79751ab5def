import { hashOf } from '../core/hash';
import type { Node, NodeId } from '../core/node';

/** What dbt calls each node that it has a word for, by etlx's id: `model.shop.users`, `source.shop.api.users`, `test.shop.unique_users_id.1f0c…`. */
export function dbtIds(nodes: Iterable<Node>): ReadonlyMap<NodeId, string> {
  const ids = new Map<NodeId, string>();
  for (const node of nodes) {
    const id = dbtId(node);
    if (id !== undefined) ids.set(node.id, id);
  }
  return ids;
}

function dbtId(node: Node): string | undefined {
  const { kind, package: project, name } = node;
  switch (kind) {
    case 'extract':
    case 'dataset':
      return undefined;
    case 'source':
      return `source.${project}.${node.source}.${node.table}`;
    case 'unit_test':
      return node.id.replace('unit_test.', `unit_test.${project}.`);
    case 'test':
      // readers take the last part of a generic test's id for a hash, as it is in dbt
      return node.testType === 'generic' ? `test.${project}.${name}.${hashOf(name).slice(-10)}` : `test.${project}.${name}`;
    case 'model':
      return node.version === undefined ? `model.${project}.${name}` : `model.${project}.${node.version.model}.v${node.version.v}`;
    default:
      return `${kind}.${project}.${name}`;
  }
}
