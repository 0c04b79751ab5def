import type { Node, NodeId } from '../core/node';

/** Nodes by name, as dbt's `fqn` method names them (dbt/graph/selector_methods.py), and by id. */
export interface NameIndex {
  /** The nodes with this id, this name, or a dotted path that is this or begins with it, with or without the project. */
  find(name: string): readonly NodeId[];
  /** The nodes whose whole dotted path, with or without the project, matches. */
  matching(pattern: RegExp): readonly NodeId[];
  /** Everything that `find` knows: names, ids and dotted paths without the project. */
  known(): Iterable<string>;
}

/** Kept by folder, since thousands of nodes share a few hundred of them: the beginnings of paths are found without a key per node and part. */
export function nameIndexOf(nodes: ReadonlyMap<NodeId, Node>): NameIndex {
  const byName = new Map<string, NodeId[]>();
  const byFolder = new Map<string, NodeId[]>();
  for (const node of nodes.values()) {
    for (const name of namesOf(node)) add(byName, name, node.id);
    add(byFolder, folderOf(node), node.id);
  }
  const below = new Map<string, NodeId[][]>();
  for (const [folder, ids] of byFolder) for (const beginning of beginningsOf(folder)) add(below, beginning, ids);
  // A dot in a name separates as well.
  for (const [name, ids] of byName) {
    for (const id of name.includes('.') ? ids : [])
      for (const beginning of beginningsOf(dottedOf(nodes.get(id)!))) add(below, beginning, [id]);
  }

  return {
    find(name) {
      const found = [...(byName.get(name) ?? []), ...(below.get(name) ?? []).flat()];
      if (nodes.has(name as NodeId)) found.push(name as NodeId);
      for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
        for (const id of byName.get(name.slice(dot + 1)) ?? []) {
          const dotted = dottedOf(nodes.get(id)!);
          if (dotted === name || withoutProject(dotted) === name) found.push(id);
        }
      }
      return found;
    },
    matching(pattern) {
      const found: NodeId[] = [];
      for (const node of nodes.values()) {
        const dotted = dottedOf(node);
        if (pattern.test(dotted) || pattern.test(withoutProject(dotted))) found.push(node.id);
      }
      return found;
    },
    *known() {
      yield* byName.keys();
      yield* below.keys();
      for (const node of nodes.values()) {
        yield node.id;
        yield withoutProject(dottedOf(node));
      }
    },
  };
}

/** A version of a model is found by the name of them all, and, as in dbt, by its own in two forms. */
function namesOf(node: Node): readonly string[] {
  if (node.kind !== 'model' || node.version === undefined) return [node.fqn.at(-1)!];
  const { model, v } = node.version;
  return [model, `${model}.v${v}`, `${model}_v${v}`];
}

function add<T>(index: Map<string, T[]>, key: string, value: T): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}

const dottedOf = (node: Node): string => node.fqn.join('.');

const folderOf = (node: Node): string => node.fqn.slice(0, -1).join('.');

const withoutProject = (dotted: string): string => dotted.slice(dotted.indexOf('.') + 1);

/** `shop.a.b` → `shop`, `shop.a`, `shop.a.b`, `a`, `a.b`. */
function beginningsOf(dotted: string): ReadonlySet<string> {
  const parts = dotted.split('.');
  const beginnings = parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  return new Set([...beginnings, ...beginnings.slice(1).map(withoutProject)]);
}
