import { closest } from '../core/closest';
import { diagnose, type Diagnostic, type Location } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import { relationName, type Relation } from '../core/relation';
import { byVersion } from '../core/version';

/** Something that `ref` or `source` can mean. */
export interface Named {
  readonly id: NodeId;
  readonly relation: Relation;
  /** How queries call it, where that is not its relation's name. */
  readonly text?: string;
  /** The column that says when a row happened. */
  readonly eventTime?: string;
  /** Those that the project's YAML declares. */
  readonly columns?: readonly DeclaredColumn[];
}

/** `node`, with the column that its config says tells when a row happened. */
export const timed = <N extends Named & { readonly config: { readonly event_time?: unknown } }>(node: N): Named =>
  typeof node.config.event_time === 'string' ? { ...node, eventTime: node.config.event_time } : node;

export interface DeclaredColumn {
  readonly name: string;
  readonly dataType?: string;
}

/** The declared columns of a node, by its id or by the name that queries call it; undefined when it is none. */
export type ColumnsOf = (name: string) => readonly DeclaredColumn[] | undefined;

/** The versions of the models that have any, by the model's name and by what the version is called. */
export type Versions = ReadonlyMap<string, ReadonlyMap<string, Named>>;

/** What the names of a project mean. */
export interface Names {
  /** A model, a seed or a snapshot, else a source table, by its own name; in the form `ref('package', 'name')` the package must be the project. Without a `version`, the latest. Or why there is none. */
  ref(words: readonly string[], at: Location, version?: string): Named | Diagnostic;
  source(words: readonly string[], at: Location): Named | Diagnostic;
  /** The quoted name, made once. */
  textOf(named: Named): string;
  columnsOf: ColumnsOf;
}

export const isNamed = (found: Named | Diagnostic): found is Named => 'relation' in found;

/** Collects names; a name that two models (or two tables of one source) have is reported where they are declared, not here. */
export function namesOf(
  project: string,
  models: ReadonlyMap<string, Named>,
  sources: ReadonlyMap<string, ReadonlyMap<string, Named>>,
  versions: Versions = new Map(),
  elsewhere: ReadonlyMap<NodeId, string> = new Map(),
): Names {
  const tables = new Map<string, Named[]>();
  for (const source of sources.values()) {
    for (const [name, table] of source) tables.set(name, [...(tables.get(name) ?? []), table]);
  }
  const texts = new Map<NodeId, string>(elsewhere);
  for (const { id, text } of models.values()) if (text !== undefined) texts.set(id, text);
  const textOf = (named: Named): string => {
    const known = texts.get(named.id);
    if (known !== undefined) return known;
    const text = relationName(named.relation);
    texts.set(named.id, text);
    return text;
  };
  const columns = new Map<string, readonly DeclaredColumn[]>();
  /** Filled by the first who asks, for most projects never do. */
  const knownColumns = (): typeof columns => {
    if (columns.size > 0) return columns;
    for (const named of [...models.values(), ...[...sources.values()].flatMap((source) => [...source.values()])]) {
      columns.set(named.id, named.columns ?? []).set(textOf(named), named.columns ?? []);
    }
    return columns;
  };
  return {
    ref(words, at, version) {
      const name = words.at(-1)!;
      if (words.length > 1 && words[0] !== project) {
        return diagnose(
          'ref.unknown',
          { name: words.join('.'), closest: closest(words[0]!, [project]).map((each) => `${each}.${name}`) },
          at,
        );
      }
      const model = models.get(name);
      if (model !== undefined && version !== undefined) {
        const known = versions.get(name);
        return (
          known?.get(version) ?? diagnose('ref.version', { model: name, v: version, known: [...(known?.keys() ?? [])].sort(byVersion) }, at)
        );
      }
      if (model !== undefined) return model;
      const found = tables.get(name) ?? [];
      if (found.length === 1) return found[0]!;
      return found.length === 0
        ? diagnose('ref.unknown', { name, closest: closest(name, [...models.keys(), ...tables.keys()]) }, at)
        : diagnose('ref.ambiguous', { name, candidates: found.map(({ id }) => id) }, at);
    },
    source([source, table], at) {
      const of = sources.get(source!);
      const found = of?.get(table!);
      if (found !== undefined) return found;
      return of === undefined
        ? diagnose('source.unknown', { source: source!, closest: closest(source!, sources.keys()) }, at)
        : diagnose('source.unknown', { source: source!, table: table!, closest: closest(table!, of.keys()) }, at);
    },
    textOf,
    columnsOf: (name) => knownColumns().get(name),
  };
}

/** The tables of each source, by its name and their own. */
export function bySource(
  tables: readonly (Named & { readonly source: string; readonly table: string })[],
): ReadonlyMap<string, ReadonlyMap<string, Named>> {
  const sources = new Map<string, Map<string, Named>>();
  for (const each of tables) {
    const known = sources.get(each.source);
    if (known) known.set(each.table, each);
    else sources.set(each.source, new Map([[each.table, each]]));
  }
  return sources;
}
