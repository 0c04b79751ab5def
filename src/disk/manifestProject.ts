import type { Group } from '../core/access';
import type { DocBlock, Manifest } from '../core/manifest';
import type { ExposureNode, NodeId } from '../core/node';
import { readBy, type NodeContext } from './manifestNode';

/** A macro of the project. */
export interface MacroText {
  readonly name: string;
  readonly path: string;
  /** What it stands for. */
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** An entry of `macros`, with its id. */
export const macroEntry = ({ name, path, sql, parameters }: MacroText, project: string): readonly [string, object] => [
  `macro.${project}.${name}`,
  {
    name,
    resource_type: 'macro',
    package_name: project,
    // the folder of macros is a part of their paths in dbt
    path,
    original_file_path: path,
    unique_id: `macro.${project}.${name}`,
    macro_sql: sql,
    depends_on: { macros: [] },
    description: '',
    meta: {},
    docs: { show: true, node_color: null },
    patch_path: null,
    arguments: parameters.map((each) => ({ name: each, type: null, description: '' })),
    supported_languages: null,
  },
];

/** An entry of `exposures`. */
export function manifestExposure(node: ExposureNode, context: NodeContext): Readonly<Record<string, unknown>> {
  const { tags, meta } = node;
  return {
    name: node.name,
    resource_type: 'exposure',
    package_name: node.package,
    ...pathsOf(node.path),
    unique_id: context.ids.get(node.id),
    fqn: node.fqn,
    type: node.type,
    owner: node.owner,
    description: node.description,
    label: node.label ?? null,
    maturity: node.maturity ?? null,
    meta,
    tags,
    config: { ...node.config, tags, meta },
    url: node.url ?? null,
    ...readBy(node, context),
  };
}

/** An entry of `groups`, with its id. */
export const groupEntry = ({ name, path, owner, description, meta }: Group, project: string): readonly [string, object] => [
  `group.${project}.${name}`,
  {
    name,
    resource_type: 'group',
    package_name: project,
    ...pathsOf(path),
    unique_id: `group.${project}.${name}`,
    owner,
    description,
    config: { meta },
  },
];

/** The models of each group, by dbt's ids. */
export function groupMapOf({ nodes, groups }: Manifest, ids: ReadonlyMap<NodeId, string>): Readonly<Record<string, readonly string[]>> {
  const members = new Map<string, string[]>([...(groups?.keys() ?? [])].map((name) => [name, []]));
  for (const node of nodes.values())
    if (node.kind === 'model' && node.group !== undefined) members.get(node.group)?.push(ids.get(node.id)!);
  return Object.fromEntries(members);
}

/** An entry of `docs`, with its id. */
export const docEntry = ({ name, text, at }: DocBlock, project: string): readonly [string, object] => [
  `doc.${project}.${name}`,
  {
    name,
    resource_type: 'doc',
    package_name: project,
    ...pathsOf(at.file),
    unique_id: `doc.${project}.${name}`,
    block_contents: text,
  },
];

/** A file's path in its folder (`models`) and in the project. */
const pathsOf = (file: string) => ({ path: file.slice(file.indexOf('/') + 1), original_file_path: file });
