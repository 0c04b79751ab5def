import type { FreshnessRule } from '../core/freshness';
import type { Manifest } from '../core/manifest';
import type { Node, NodeId, RelationNode } from '../core/node';
import type { FreshnessStep, LoadStep, Plan, Statement, Step } from '../core/plan';
import type { Catalog } from '../core/ports';
import { literal, relationKey, relationName, type Relation } from '../core/relation';
import { bodyOf } from '../core/body';

/** Where is written when the data of each loaded table whose freshness is watched were received. */
export const timesOf = (schema: string): Relation => ({ schema, name: 'etlx_received' });

/** Makes it, where there is none, in every schema that one of the steps' nodes needs it in. */
export function receivedTables(stepped: readonly Node[]): readonly Statement[] {
  const schemas = stepped.flatMap((node) => (keepsTime(node) ? [node.relation.schema] : []));
  return [...new Set(schemas)].sort().map((schema) => ({
    sql: `create table if not exists ${relationName(timesOf(schema))} (table_name text not null primary key, load_id text not null, received_at timestamp with time zone not null)`,
  }));
}

/** Tells a load where to write when its data were received, in the transaction that loads them. */
export function withReceived(nodes: Manifest['nodes']): (step: Step) => Step {
  return (step) => {
    const node = nodes.get(step.id);
    if (step.kind !== 'load' || node === undefined || !keepsTime(node)) return step;
    return { ...step, received: timesOf(node.relation.schema) } satisfies LoadStep;
  };
}

const keepsTime = (node: Node): node is RelationNode & { readonly kind: 'source' } =>
  node.kind === 'source' && node.loaded && node.freshness !== undefined;

/** The nodes whose freshness is watched. */
export const watched = (nodes: Manifest['nodes'], chosen: ReadonlySet<NodeId>): readonly Watched[] =>
  [...chosen].flatMap((id) => {
    const node = nodes.get(id);
    return node !== undefined && 'freshness' in node && node.freshness !== undefined ? [node as Watched] : [];
  });

export type Watched = Extract<RelationNode, { readonly freshness?: FreshnessRule }> & { readonly freshness: FreshnessRule };

/** One question for each node: how old its data are. None waits for another. */
export function freshnessPlan(nodes: readonly Watched[], catalog: Catalog): Plan {
  const steps = nodes.map((node): FreshnessStep => {
    const { id, name, relation, freshness } = node;
    return { kind: 'freshness', id, name, after: [], relation, rule: freshness, statement: { sql: questionOf(node, catalog) } };
  });
  return { prepare: [], steps };
}

/** One row: `max_loaded_at` (null when there is none) and `snapshotted_at`, in seconds since 1970; a time without a zone is UTC, as in dbt. */
function questionOf({ relation, freshness: { loadedAtField, loadedAtQuery, filter } }: Watched, catalog: Catalog): string {
  const ask = (time: string, from: string): string =>
    `select extract(epoch from ${time}) as max_loaded_at, extract(epoch from current_timestamp) as snapshotted_at${from}`;
  if (loadedAtQuery !== undefined)
    return ask('max(etlx_loaded_at)', `\nfrom (\n${bodyOf(loadedAtQuery)}\n) as etlx_freshness(etlx_loaded_at)`);
  if (loadedAtField !== undefined)
    return ask(
      `max(${bodyOf(loadedAtField)}\n)`,
      `\nfrom ${relationName(relation)}${filter === undefined ? '' : `\nwhere ${bodyOf(filter)}`}`,
    );
  const times = timesOf(relation.schema);
  if (!catalog.has(relationKey(times))) return ask('cast(null as timestamp)', '');
  return ask('max(received_at)', `\nfrom ${relationName(times)}\nwhere table_name = ${literal(relation.name)}`);
}
