import type { ExtractNode, Node, NodeId, SourceNode } from '../core/node';
import type { ExtractStep, Filled, LoadStep, Statement, Step } from '../core/plan';
import type { Catalog } from '../core/ports';
import { literal, relationKey, relationName, type Relation } from '../core/relation';

type Nodes = ReadonlyMap<NodeId, Node>;

/** Where is written how far the tables of `schema` have come in the resources that they are filled from incrementally. */
export const cursorsOf = (schema: string): Relation => ({ schema, name: 'etlx_cursors' });

/** Makes it, where there is none, in every schema that one of the steps' nodes needs it in. A value that is null: no record has come so far. */
export function cursorTables(stepped: readonly Node[], nodes: Nodes): readonly Statement[] {
  const schemas = stepped.flatMap((node) =>
    node.kind === 'source' && incrementalsOf(node, nodes).length > 0 ? [node.relation.schema] : [],
  );
  return [...new Set(schemas)].sort().map((schema) => ({
    sql: `create table if not exists ${relationName(cursorsOf(schema))} (table_name text not null, source text not null, resource text not null, cursor_path text not null, cursor_value text, load_id text not null, loaded_at timestamp with time zone not null default now(), primary key (table_name, source, resource))`,
  }));
}

/**
 * Gives the steps what incremental resources need: an extract the tables that it fills, also those that this plan does not load, and how far
 * they have come; a load where to write that. `adds` says which tables stand and are added to.
 */
export function withCursors(nodes: Nodes, catalog: Catalog, adds: (table: SourceNode) => boolean): (step: Step) => Step {
  const filled = filledTables(nodes);
  return (step) => {
    const node = nodes.get(step.id);
    if (step.kind === 'extract' && node?.kind === 'extract' && node.resource.incremental !== undefined) {
      return { ...step, ...fillsOf(node, filled.get(node.id) ?? [], catalog, adds) };
    }
    if (step.kind === 'load' && node?.kind === 'source') {
      const incrementals = incrementalsOf(node, nodes);
      return incrementals.length === 0 ? step : committing(step, node, incrementals, adds(node));
    }
    return step;
  };
}

/** The incremental resources that a source's table is filled from. */
function incrementalsOf(table: SourceNode, nodes: Nodes): readonly ExtractNode[] {
  const inputs = table.dependsOn.flatMap((dataset) => nodes.get(dataset)?.dependsOn ?? []);
  return inputs.flatMap((id) => {
    const node = nodes.get(id);
    return node?.kind === 'extract' && node.resource.incremental !== undefined ? [node] : [];
  });
}

/** The tables that each incremental resource fills, by the id of its extract; one pass over the nodes. */
function filledTables(nodes: Nodes): ReadonlyMap<NodeId, readonly SourceNode[]> {
  const tables = new Map<NodeId, SourceNode[]>();
  for (const table of nodes.values()) {
    if (table.kind !== 'source') continue;
    for (const { id } of incrementalsOf(table, nodes)) {
      const list = tables.get(id);
      if (list === undefined) tables.set(id, [table]);
      else list.push(table);
    }
  }
  return tables;
}

function fillsOf(
  { source, name }: ExtractNode,
  tables: readonly SourceNode[],
  catalog: Catalog,
  adds: (table: SourceNode) => boolean,
): Pick<ExtractStep, 'fills' | 'committed'> {
  const fills = tables.map((table) => filledOf(table, adds(table)));
  // all tables of a source are in one schema
  const cursors = tables[0] && cursorsOf(tables[0].relation.schema);
  const standing = fills.filter(({ anew }) => !anew).map(({ table }) => literal(table));
  if (cursors === undefined || standing.length === 0 || !catalog.has(relationKey(cursors))) return { fills };
  const sql = `select table_name, cursor_path, cursor_value from ${relationName(cursors)} where source = ${literal(source)} and resource = ${literal(name)} and table_name in (${standing.join(', ')})`;
  return { fills, committed: { sql } };
}

function committing(step: LoadStep, table: SourceNode, incrementals: readonly ExtractNode[], adds: boolean): LoadStep {
  const relation = cursorsOf(table.relation.schema);
  const resources = incrementals.map(({ name }) => name);
  const cursors = { ...filledOf(table, adds), relation, resources };
  if (adds) return { ...step, cursors };
  // a resource that fills the table no longer must not be gone on with when it does so again
  const of = `table_name = ${literal(table.name)} and not (source = ${literal(table.source)} and resource in (${resources.map(literal).join(', ')}))`;
  return { ...step, cursors, build: [{ sql: `delete from ${relationName(relation)} where ${of}` }, ...step.build] };
}

const filledOf = ({ name, disposition }: SourceNode, adds: boolean): Filled => ({
  table: name,
  appends: disposition === 'append',
  anew: !adds,
});
