import type { Node } from '../core/node';

/** Where a node's compiled SQL lies, relative to the project folder, as in dbt; undefined for nodes that are not SQL. */
export function compiledPath(node: Node): string | undefined {
  if (node.kind === 'model') return `target/compiled/${node.package}/${node.path}`;
  if (node.kind !== 'test') return undefined;
  return node.testType === 'singular'
    ? `target/compiled/${node.package}/${node.path}`
    : `target/compiled/${node.package}/${node.path}/${node.name}.sql`;
}
