import { closest } from '../core/closest';
import type { ModelNode, Node, NodeId, SourceNode } from '../core/node';
import { configTexts } from './configTexts';
import { nameIndexOf, type NameIndex } from './nameIndex';
import { TEST_TYPES, type Atom, type COMPARING } from './selectSyntax';
import { hasWildcard, pathWildcard, plainPath, wildcard } from './wildcard';

/** The atoms of one call are looked up in the same nodes: what is asked for is indexed once, at the first question. */
export interface Search {
  /** The nodes that `atom` names, without its operators. */
  matches(atom: Atom): ReadonlySet<NodeId>;
  /** For an atom that matches nothing: the nearest one that would, written as this one is; empty when nothing is near. */
  nearest(atom: Atom): readonly string[];
}

/** The nodes that an atom names, and the texts it could have named. */
type Found = readonly [ids: readonly NodeId[], known: () => Iterable<string>];

/** The texts by which a node can be named in one way → the nodes. */
type Index = ReadonlyMap<string, readonly NodeId[]>;

/** How nodes stand to what was before, by method: the words that `state:`, `result:` and `source_status:` find them by. */
export type Marks = Readonly<Partial<Record<(typeof COMPARING)[number], ReadonlyMap<NodeId, readonly string[]>>>>;

export function searchOf(nodes: ReadonlyMap<NodeId, Node>, marks: Marks = {}): Search {
  const kept = new Map<string, Index>();
  /** The index called `name`, by the texts that `textsOf` gives for each node. */
  const index = (name: string, textsOf: (node: Node) => readonly string[]): Index => {
    const known = kept.get(name) ?? indexOf(nodes.values(), textsOf);
    kept.set(name, known);
    return known;
  };
  let namesKept: NameIndex | undefined;
  const names = (): NameIndex => (namesKept ??= nameIndexOf(nodes));
  const tags = (): Index => index('tag', (node) => node.tags);

  const find = ({ method, value, key }: Atom): Found => {
    const looked = (among: Index): Found => [look(among, value), () => among.keys()];
    switch (method) {
      case 'state':
      case 'result':
      case 'source_status':
        return looked(index(method, ({ id }) => marks[method]?.get(id) ?? []));
      case 'fqn':
        return [hasWildcard(value) ? names().matching(wildcard(value)) : names().find(value), () => names().known()];
      case 'path': {
        // A folder holds all below it, so every beginning of a path names its nodes.
        const places = index('path', (node) => [...foldersOf(node.path), ...(node.patchPath === undefined ? [] : [node.patchPath])]);
        const place = plainPath(value);
        if (place === '') return [[...nodes.keys()], () => []];
        return [hasWildcard(place) ? matching(places, pathWildcard(place)) : (places.get(place) ?? []), () => places.keys()];
      }
      case 'file':
        return looked(index('file', (node) => fileNames(node.path)));
      case 'tag':
        return looked(tags());
      case 'source': {
        const parts = value.split('.').length;
        return looked(index(`source ${parts}`, (node) => (node.kind === 'source' ? [sourceName(node, parts)] : [])));
      }
      case 'config': {
        const values = index(`config ${key.join('.')}`, (node) => configTexts(node, key));
        return [lookConfig(values, key, value), () => values.keys()];
      }
      case 'resource_type':
        return looked(index('kind', (node) => [node.kind]));
      case 'test_type': {
        const types = index('test type', (node) => (node.kind === 'test' ? [node.testType] : node.kind === 'unit_test' ? ['unit'] : []));
        return [TEST_TYPES[value]!.flatMap((type) => types.get(type) ?? []), () => types.keys()];
      }
      case 'test_name':
        return looked(index('test name', (node) => (node.kind === 'test' && node.testName !== undefined ? [node.testName] : [])));
      case 'unit_test':
        return looked(index('unit test', (node) => (node.kind === 'unit_test' ? [node.name] : [])));
      case 'exposure':
        return looked(index('exposure', (node) => (node.kind === 'exposure' ? [node.name, `${node.package}.${node.name}`] : [])));
      case 'group':
        return looked(index('group', ({ config }) => (typeof config['group'] === 'string' ? [config['group']] : [])));
      case 'access':
        return looked(index('access', (node) => (node.kind === 'model' ? [node.access ?? 'protected'] : [])));
      case 'version':
        return looked(index('version', (node) => (node.kind === 'model' ? [ageOf(node)] : [])));
      case 'package':
        // There is one project, so `this` is everything.
        return value === 'this' ? [[...nodes.keys()], () => []] : looked(index('package', (node) => [node.package]));
    }
  };

  return {
    matches: (atom) => new Set(find(atom)[0]),
    nearest: (atom) => {
      const { method, value, before, after } = atom;
      // Who forgets `tag:` has the right word and the wrong method; who writes `user_*` forgets that dbt means the path from its beginning.
      const bare = !before.endsWith(':');
      if (bare && tags().has(value)) return [`${before}tag:${value}${after}`];
      if (method === 'fqn' && hasWildcard(value))
        return names().matching(wildcard(`*.${value}`)).length > 0 ? [`${before}*.${value}${after}`] : [];
      return closest(value, find(atom)[1]()).map((each) => before + each + after);
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

/** Of a model without versions: none. A view of the latest version goes with it. */
const ageOf = ({ version, pointsAt }: ModelNode): string => version?.age ?? (pointsAt === undefined ? 'none' : 'latest');

/** The table as `source:` names it with one, two or three parts. */
function sourceName(node: SourceNode, parts: number): string {
  return [node.package, node.source, node.table].slice(parts === 1 ? 1 : -parts, parts === 1 ? 2 : undefined).join('.');
}
