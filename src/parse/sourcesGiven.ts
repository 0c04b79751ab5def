import { isNothing } from './shape';
import type { YamlNode } from './yamlNode';

/**
 * Whether something stands behind `key` in `node`, right or wrong: what is wrong was reported when it was read, and is not missing.
 * What is no mapping was reported as a whole.
 */
export function isGiven(node: YamlNode, key: string): boolean {
  if (node.kind !== 'map') return !isNothing(node);
  return node.entries.some((entry) => entry.key === key && !isNothing(entry.value));
}
