import type { Manifest } from '../core/manifest';
import type { Statement } from '../core/plan';
import type { Catalog, CatalogEntry, Row } from '../core/ports';
import { literal, relationKey, relationName, type Relation } from '../core/relation';
import { intervalsOf } from './batches';
import { cursorsOf } from './cursors';
import { dependentsOf } from './dependents';
import { timesOf } from './freshness';
import { ledgerOf as loadsOf } from './load';
import { ledgerOf as seedsOf } from './seed';
import { stateTableOf } from './stateTable';

/** A relation that this project built and that none of its nodes owns any more. */
export interface Orphan {
  readonly relation: Relation;
  readonly kind: 'table' | 'view' | 'materialized_view';
  /** What built it last. */
  readonly node: string;
  readonly builtAt: Date;
  /** The relations (`relationKey`s) for whose sake it stays: they read it, and do not go themselves. */
  readonly readers: readonly string[];
  /** One transaction: the relation, and all that is written down about it. */
  readonly drop: readonly Statement[];
}

/** Where builds are written down, by any project: rows of `schema`. */
export const statesQuery = `select table_schema as schema from information_schema.tables where table_catalog = current_database() and table_name = ${literal(stateTableOf('').name)} order by 1`;

/** The schemas in which `project` has ever built something: rows of `schema`. */
export const builtSchemasQuery = ({ project, target }: Manifest): string =>
  `select distinct relation_schema as schema from ${relationName(stateTableOf(target.schema))} where project = ${literal(project)} and relation_schema is not null`;

/**
 * Who built each relation last, as the state tables in `schemas` tell: `state` (the schema of the one that tells), `project`, `node`, `schema`, `name`,
 * and `built_at` in seconds since 1970. What another project or target has built since is not this one's any more.
 */
export function ownersQuery(schemas: readonly string[]): string {
  const states = schemas.map(
    (schema) =>
      `select ${literal(schema)} as state, project, node, relation_schema, relation_name, built_at from ${relationName(stateTableOf(schema))} where relation_name is not null`,
  );
  return `select distinct on (relation_schema, relation_name) state, project, node, relation_schema as schema, relation_name as name, extract(epoch from built_at) as built_at
from (\n${states.join('\nunion all\n')}\n) as builds
order by relation_schema, relation_name, built_at desc`;
}

/** The answer to `ownersQuery` against the manifest and what stands: what reads others comes before what it reads. */
export function orphansOf(owners: readonly Row[], manifest: Manifest, catalog: Catalog): readonly Orphan[] {
  const owned = ownedBy(manifest);
  const found = owners.flatMap((row) => {
    const relation: Relation = { schema: String(row['schema']), name: String(row['name']) };
    const key = relationKey(relation);
    const kind = catalog.get(key)?.kind;
    const isOurs = row['project'] === manifest.project && row['state'] === manifest.target.schema;
    if (!isOurs || owned.has(key) || kind === undefined || kind === 'other') return [];
    const builtAt = new Date(1000 * Number(row['built_at']));
    return [{ relation, kind, node: String(row['node']), builtAt, dependents: dependentsOf(relation, catalog) }];
  });
  const keys = new Set(found.map(({ relation }) => relationKey(relation)));
  return found
    .sort((a, b) => a.dependents.length - b.dependents.length)
    .map(({ dependents, ...orphan }) => ({
      ...orphan,
      readers: dependents.filter((key) => !keys.has(key)),
      drop: [dropped(orphan.relation, orphan.kind), ...forgotten(orphan.relation, manifest, catalog)],
    }));
}

/** Everything that the project's nodes own, whether it stands or not. */
function ownedBy({ nodes }: Manifest): ReadonlySet<string> {
  const owned = new Set<string>();
  for (const node of nodes.values()) {
    if (node.kind === 'model' && node.materialized === 'ephemeral') continue;
    if ('relation' in node) owned.add(relationKey(node.relation));
    else if (node.kind === 'test' && node.stored !== undefined) owned.add(relationKey(node.stored.relation));
  }
  return owned;
}

const dropped = (relation: Relation, kind: Exclude<CatalogEntry['kind'], 'other'>): Statement => ({
  sql: `drop ${kind.replace('_', ' ')} ${relationName(relation)}`,
});

/** Takes a relation out of every ledger that stands. */
function forgotten({ schema, name }: Relation, { project, target }: Manifest, catalog: Catalog): readonly Statement[] {
  const ledgers = [loadsOf, seedsOf, timesOf, cursorsOf, intervalsOf]
    .map((ledgerOf) => ledgerOf(schema))
    .filter((each) => catalog.has(relationKey(each)));
  return [
    ...ledgers.map((ledger) => ({ sql: `delete from ${relationName(ledger)} where table_name = ${literal(name)}` })),
    {
      sql: `delete from ${relationName(stateTableOf(target.schema))} where project = ${literal(project)} and relation_schema = ${literal(schema)} and relation_name = ${literal(name)}`,
    },
  ];
}
