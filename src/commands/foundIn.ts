import type { Manifest } from '../core/manifest';

/** How many nodes of each kind the project has. */
export function foundIn(manifest: Manifest): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { kind } of manifest.nodes.values()) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}
