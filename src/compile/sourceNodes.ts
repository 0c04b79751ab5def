import type { Report } from '../core/diagnostic';
import type { Column, DatasetNode, ExtractNode, NodeId, SourceNode } from '../core/node';
import type { ColumnDeclaration } from '../parse/propertiesColumns';
import type { SourceDeclaration } from '../parse/sources';
import type { TableDeclaration } from '../parse/sourcesTable';
import { freshnessOf } from './freshness';

/** The nodes of one source: an extract per resource, a dataset and a table per loaded table, a table alone where somebody else fills it. Freshness that nothing can tell is reported. */
export function sourceNodes(
  source: SourceDeclaration,
  project: string,
  schema: string,
  report: Report,
): readonly (ExtractNode | DatasetNode | SourceNode)[] {
  const path = source.at.file;
  const folders = path.split('/').slice(1, -1);
  const base = { package: project, path, tags: source.tags, meta: source.meta };
  const extracts = source.resources.map((resource): ExtractNode => ({
    ...base,
    kind: 'extract',
    id: `extract.${source.name}.${resource.name}`,
    name: resource.name,
    fqn: [project, ...folders, source.name, resource.name],
    at: resource.at,
    description: '',
    config: { enabled: true },
    // the records of a parent say what is asked for
    dependsOn: resource.parent === undefined ? [] : [`extract.${source.name}.${resource.parent.resource}`],
    source: source.name,
    resource,
  }));
  return [...extracts, ...source.tables.flatMap((table) => tableNodes(source, table, project, source.schema ?? schema, report))];
}

function tableNodes(
  source: SourceDeclaration,
  table: TableDeclaration,
  project: string,
  schema: string,
  report: Report,
): readonly (DatasetNode | SourceNode)[] {
  const path = table.at.file;
  const common = {
    package: project,
    path,
    at: table.at,
    name: table.name,
    fqn: [project, ...path.split('/').slice(1, -1), source.name, table.name],
    description: table.description,
    tags: table.tags,
    meta: table.meta,
    config: { enabled: true },
    source: source.name,
    table: table.name,
    columns: columnsOf(table.columns),
    primaryKey: table.primaryKey,
    ...(table.disposition && { disposition: table.disposition }),
  };
  const dataset: NodeId = `dataset.${source.name}.${table.name}`;
  const loaded = table.transform !== undefined;
  const node: SourceNode = {
    ...common,
    kind: 'source',
    id: `source.${source.name}.${table.name}`,
    dependsOn: loaded ? [dataset] : [],
    relation: { schema, name: table.name },
    uniqueKeys: table.uniqueKeys,
    checks: table.checks,
    loaded,
    ...freshnessOf(source, table, { where: `the table \`${table.name}\``, isLoaded: loaded, at: table.at }, report),
    ...(table.eventTime !== undefined && { eventTime: table.eventTime }),
    ...(table.minRows !== undefined && { minRows: table.minRows }),
    ...(table.transform?.contract.columns === 'evolve' && { grows: true }),
  };
  if (table.transform === undefined) return [node];
  const inputs = [...new Set(table.transform.inputs.map(({ from }): NodeId => `extract.${source.name}.${from}`))];
  return [{ ...common, kind: 'dataset', id: dataset, dependsOn: inputs, transform: table.transform, land: source.land }, node];
}

/** Declared columns as nodes hold them: without the places of their words. */
export const columnsOf = (columns: readonly ColumnDeclaration[]): readonly Column[] =>
  columns.map(({ name, description, dataType, notNull, tags, meta }) => ({
    name,
    description,
    ...(dataType !== undefined && { dataType }),
    notNull,
    tags,
    meta,
  }));
