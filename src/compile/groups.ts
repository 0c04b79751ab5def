import { closest } from '../core/closest';
import type { Group } from '../core/access';
import { diagnose, type Diagnostic, type Location, type Report } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import type { GroupDeclaration } from '../parse/groups';
import type { ModelDraft } from './modelDrafts';

/** Who writes a `ref`: its name for messages, and its group. */
export interface Reader {
  readonly name: string;
  readonly group: string | undefined;
}

/** Why `reader` may not read the node `id` at `at`; undefined when it may. */
export type Forbidden = (reader: Reader, id: NodeId, at: Location) => Diagnostic | undefined;

/** The groups that are declared, by name; a name that stands twice is reported. */
export function groupsOf(declared: readonly GroupDeclaration[], report: Report): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const { name, at, description, owner, meta } of declared) {
    const other = groups.get(name);
    if (other === undefined) groups.set(name, { name, path: at.file, description, owner, meta });
    else report(diagnose('name.duplicate', { name, kind: 'group', other: other.path }, at));
  }
  return groups;
}

/**
 * Who may not read which model, by dbt's rule: a private model is for its own group alone. Reports models whose group does not exist, and private
 * ones without a group, which nobody could read.
 */
export function forbiddenBy(drafts: Iterable<ModelDraft>, groups: ReadonlyMap<string, Group>, report: Report): Forbidden {
  const owners = new Map<NodeId, { readonly name: string; readonly group: string }>();
  for (const { id, name, config, places, at } of drafts) {
    const { group, access } = config;
    if (group !== undefined && !groups.has(group))
      report(diagnose('group.unknown', { name: group, closest: closest(group, groups.keys()) }, places['group'] ?? at));
    if (access !== 'private') continue;
    if (group !== undefined) owners.set(id, { name, group });
    else {
      const problem = `\`${name}\` is private, but in no group, so that nobody could read it`;
      report(diagnose('config.invalid', { problem, hint: 'give it a `group`' }, places['access'] ?? at));
    }
  }
  return (reader, id, at) => {
    const owner = owners.get(id);
    if (owner === undefined || owner.group === reader.group) return undefined;
    return diagnose('ref.private', { ...owner, reader: reader.name, ...(reader.group !== undefined && { readerGroup: reader.group }) }, at);
  };
}
