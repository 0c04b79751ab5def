import type { NodeId } from '../core/node';
import type { Opened } from './opened';
import type { Shell } from './shell';

/**
 * What stands behind each statement that a run sends for a node, without the marks of a comment; undefined where the project wants none. Unless it says
 * something of its own, it is what dbt says, as JSON (https://docs.getdbt.com/reference/project-configs/query-comment).
 */
export function commentOf({ manifest, queryComment }: Opened, run: string, { version }: Shell): ((id: NodeId) => string) | undefined {
  if (queryComment === null) return undefined;
  if (queryComment !== undefined) return (id) => queryComment(id, run);
  const { target } = manifest;
  return (id) => JSON.stringify({ app: 'etlx', version, target: target.name, node_id: id, run });
}
