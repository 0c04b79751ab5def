import { closest } from '../core/closest';
import type { Node, NodeId } from '../core/node';
import { configTexts } from './configTexts';
import { TEST_TYPES, type Atom } from './selectSyntax';
import { hasWildcard, pathWildcard, wildcard } from './wildcard';

/** The atoms of one call are looked up in the same nodes: what is asked for is indexed once, at the first question. */
export interface Search {
  /** The nodes that `atom` names, without its operators. */
  matches(atom: Atom): ReadonlySet<NodeId>;
  /** For an atom that matches nothing: the nearest atoms that would, written as this one is. */
  nearest(atom: Atom): readonly string[];
}

/** The texts by which a node can be named in one way → the nodes. */
type Index = ReadonlyMap<string, readonly NodeId[]>;

export function searchOf(nodes: ReadonlyMap<NodeId, Node>): Search {
  const kept = new Map<string, Index>();
  /** The index called `name`, by the texts that `textsOf` gives for each node. */
  const index = (name: string, textsOf: (node: Node) => readonly string[]): Index => {
    const known = kept.get(name) ?? indexOf(nodes.values(), textsOf);
    kept.set(name, known);
    return known;
  };
  const tags = (): Index => index('tag', (node) => node.tags);
  const paths = (): Index => index('path', (node) => [node.path]);
  const names = (): Index => index('fqn', namesOf);

  const find = (atom: Atom): readonly NodeId[] => {
    const { method, value, key } = atom;
    switch (method) {
      case 'fqn':
        return hasWildcard(value) ? matching(index('dotted', dottedOf), wildcard(value)) : (names().get(value) ?? []);
      case 'path':
        return [...matching(paths(), pathWildcard(value, true)), ...matching(index('patch', (node) => (node.patchPath === undefined ? [] : [node.patchPath])), pathWildcard(value, false))];
      case 'file':
        return look(index('file', (node) => fileNames(node.path)), value);
      case 'tag':
        return look(tags(), value);
      case 'source': {
        const parts = value.split('.').length;
        return look(index(`source ${parts}`, (node) => (node.kind === 'source' ? [sourceNames(node)[parts - 1]!] : [])), value);
      }
      case 'config':
        return lookConfig(index(`config ${key.join('.')}`, (node) => configTexts(node, key)), key, value);
      case 'resource_type':
        return index('kind', (node) => [node.kind]).get(value) ?? [];
      case 'test_type':
        return TEST_TYPES[value]!.flatMap((type) => index('test type', (node) => (node.kind === 'test' ? [node.testType] : [])).get(type) ?? []);
      case 'test_name':
        return look(index('test name', testNames), value);
      case 'package': {
        const packages = index('package', (node) => [node.package]);
        // There is one project: `this` is all of it.
        return value === 'this' ? [...packages.values()].flat() : look(packages, value);
      }
    }
  };

  /** What could have been written in the place of the atom's value. */
  const known = (atom: Atom): Iterable<string> => {
    switch (atom.method) {
      case 'fqn':
        return names().keys();
      case 'path':
        return index('folders', (node) => [...foldersOf(node.path), ...(node.patchPath === undefined ? [] : [node.patchPath])]).keys();
      case 'source':
        return index(`source ${atom.value.split('.').length}`, () => []).keys();
      default:
        return kept.get(atom.method === 'config' ? `config ${atom.key.join('.')}` : atom.method.replace('test_name', 'test name'))?.keys() ?? [];
    }
  };

  return {
    matches: (atom) => new Set(find(atom)),
    nearest: (atom) => {
      const at = atom.raw.lastIndexOf(atom.value);
      const written = (value: string): string => atom.raw.slice(0, at) + value + atom.raw.slice(at + atom.value.length);
      // Who forgets `tag:` has the right word and the wrong method.
      if (!atom.explicit && tags().has(atom.value)) return [written(`tag:${atom.value}`)];
      return closest(atom.value, known(atom), 3).map(written);
    },
  };
}

function indexOf(nodes: Iterable<Node>, textsOf: (node: Node) => readonly string[]): Index {
  const found = new Map<string, NodeId[]>();
  for (const node of nodes) {
    for (const text of textsOf(node)) {
      const ids = found.get(text);
      if (ids === undefined) found.set(text, [node.id]);
      else ids.push(node.id);
    }
  }
  return found;
}

function look(index: Index, pattern: string): readonly NodeId[] {
  return hasWildcard(pattern) ? matching(index, wildcard(pattern)) : (index.get(pattern) ?? []);
}

function matching(index: Index, pattern: RegExp): readonly NodeId[] {
  const found: NodeId[] = [];
  for (const [text, ids] of index) if (pattern.test(text)) for (const id of ids) found.push(id);
  return found;
}

/** `true` and `false` in any case, and a severity in any case, as in dbt. */
function lookConfig(index: Index, key: readonly string[], value: string): readonly NodeId[] {
  const lower = value.toLowerCase();
  const anyCase = lower === 'true' || lower === 'false' || (key.length === 1 && key[0] === 'severity');
  return anyCase ? [...index].flatMap(([text, ids]) => (text.toLowerCase() === lower ? ids : [])) : (index.get(value) ?? []);
}

/** The id, the name alone, and every beginning of the dotted path with and without the project; a dot in a name separates as well. */
function namesOf(node: Node): readonly string[] {
  const names = new Set<string>([node.id, node.fqn.at(-1)!]);
  for (const dotted of dottedOf(node)) {
    for (let end = dotted.indexOf('.'); end !== -1; end = dotted.indexOf('.', end + 1)) names.add(dotted.slice(0, end));
    names.add(dotted);
  }
  return [...names];
}

function dottedOf(node: Node): readonly string[] {
  return [node.fqn.join('.'), node.fqn.slice(1).join('.')];
}

/** `a/b/c.sql` → `a`, `a/b`, `a/b/c.sql`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** The file's name with and without its last ending. */
function fileNames(path: string): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? [name, name.slice(0, dot)] : [name];
}

/** The node as `source:` may name it with one, two and three parts. */
function sourceNames(node: Extract<Node, { kind: 'source' }>): readonly string[] {
  return [node.source, `${node.source}.${node.table}`, `${node.package}.${node.source}.${node.table}`];
}

function testNames(node: Node): readonly string[] {
  return node.kind === 'test' && node.testName !== undefined ? [node.testName] : [];
}
