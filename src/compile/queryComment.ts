import type { Report } from '../core/diagnostic';
import type { Node, NodeId } from '../core/node';
import type { Text } from '../parse/shape';
import { parseTemplate } from '../parse/template';
import { checkNames } from '../parse/templateNames';
import { render } from './render';
import type { Scope } from './renderScope';

/** What the statements of the node `id` say of themselves in the run `run`. Throws EtlxError. */
export type QueryComment = (id: NodeId, run: string) => string;

interface Context {
  readonly helpers: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly scope: Scope;
  readonly nodes: ReadonlyMap<NodeId, Node>;
  readonly report: Report;
}

/** Reads `query_comment` of `project.yaml`; undefined where it says nothing, null where it wants none. */
export function queryCommentOf(given: false | Text | undefined, context: Context): QueryComment | null | undefined {
  if (given === undefined) return undefined;
  if (given === false) return null;
  const { helpers, variables, scope, nodes, report } = context;
  const template = parseTemplate({ file: given.at.file, text: given.text, origin: given.at }, report);
  checkNames(template, { helpers, variables: new Set([...variables, 'node', 'run']) }, report);
  return (id, run) => {
    const { name = id, kind = 'operation', path = '' } = nodes.get(id) ?? {};
    const node = { unique_id: id, name, resource_type: kind, original_file_path: path };
    return render(template, { helper: (helper) => scope.helper(helper), variables: { ...scope.variables, node, run } }).sql;
  };
}
