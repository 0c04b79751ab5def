import type { Node } from '../core/node';

/** Where a node's compiled SQL lies, relative to the project folder, as in dbt; undefined for nodes that are not SQL. */
export function compiledPath(node: Node): string | undefined {
  // a view that etlx adds has no file of its own
  if (node.kind === 'model') return `target/compiled/${node.package}/${node.path}${node.pointsAt === undefined ? '' : `/${node.name}.sql`}`;
  if (node.kind !== 'test') return undefined;
  return node.testType === 'singular'
    ? `target/compiled/${node.package}/${node.path}`
    : `target/compiled/${node.package}/${node.path}/${node.name}.sql`;
}
