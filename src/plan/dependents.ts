import type { Catalog } from '../core/ports';
import { relationKey, type Relation } from '../core/relation';

/** The keys of the standing views that read `relation`, directly or through other views that the catalog knows, nearest first. */
export function dependentsOf(relation: Relation, catalog: Catalog): readonly string[] {
  const direct = catalog.get(relationKey(relation))?.dependents ?? [];
  const found = new Set(direct);
  for (const key of found) for (const further of catalog.get(key)?.dependents ?? []) found.add(further);
  return [...found];
}
