import type { Manifest } from '../core/manifest';
import type { NodeId } from '../core/node';
import { relationKey } from '../core/relation';
import type { PastBuilds } from '../plan/changes';
import type { Facets } from '../plan/fingerprints';
import { stateQuery, stateTableOf } from '../plan/stateTable';
import type { Standing } from './seeding';

/** The latest build of each node that is written down in the target; none where nothing was ever built. */
export async function pastBuilds({ project, target }: Manifest, { catalog, query }: Standing): Promise<PastBuilds> {
  if (query === undefined || !catalog.has(relationKey(stateTableOf(target.schema)))) return new Map();
  const { rows } = await query(stateQuery({ schema: target.schema, project }));
  const text = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));
  return new Map(
    rows.map((row) => [
      text(row['node']) as NodeId,
      {
        fingerprint: text(row['fingerprint']),
        version: text(row['version']),
        reads: text(row['reads']),
        facets: JSON.parse(text(row['facets'])) as Facets,
        run: text(row['run']),
        builtAt: text(row['built_at']),
      },
    ]),
  );
}
