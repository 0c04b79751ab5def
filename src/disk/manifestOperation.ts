import { databaseOf } from '../core/databaseOf';
import type { Manifest } from '../core/manifest';
import type { Operation } from '../core/operation';
import { checksumOf } from './checksum';

/** dbt's id of an operation: `operation.shop.shop-on-run-start-0`. */
export const operationId = (id: Operation['id'], project: string): string => id.replace('.', `.${project}.`);

/** The entry of an operation in `nodes`, with its key: an SQL template of `project.yaml`, which reads nothing that etlx has to know of. */
export function operationEntry(
  { id, event, index, text, at }: Operation,
  { project, target }: Manifest,
): readonly [id: string, json: string] {
  const name = `${project}-${event}-${index}`;
  const path = `hooks/${name}.sql`;
  const entry = {
    database: databaseOf(target),
    schema: target.schema,
    name,
    resource_type: 'operation',
    package_name: project,
    path,
    original_file_path: at.file,
    unique_id: operationId(id, project),
    fqn: [project, 'hooks', name],
    alias: name,
    checksum: checksumOf(text),
    config: { materialized: 'view', tags: [event] },
    tags: [event],
    description: '',
    columns: {},
    meta: {},
    group: null,
    docs: { show: true, node_color: null },
    patch_path: null,
    relation_name: null,
    raw_code: text,
    language: 'sql',
    refs: [],
    sources: [],
    metrics: [],
    depends_on: { macros: [], nodes: [] },
    index,
  };
  return [operationId(id, project), JSON.stringify(entry)];
}
