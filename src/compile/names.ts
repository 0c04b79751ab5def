import { closest } from '../core/closest';
import { diagnose, type Diagnostic, type Location } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import { relationName, type Relation } from '../core/relation';

/** Something that `ref` or `source` can mean. */
export interface Named {
  readonly id: NodeId;
  readonly relation: Relation;
}

/** What the names of a project mean. */
export interface Names {
  /** A model, else a source table, by its own name; in the form `ref('package', 'name')` the package must be the project. Or why there is none. */
  ref(words: readonly string[], at: Location): Named | Diagnostic;
  source(words: readonly string[], at: Location): Named | Diagnostic;
  /** The quoted name, made once. */
  textOf(named: Named): string;
}

export const isNamed = (found: Named | Diagnostic): found is Named => 'relation' in found;

/** Collects names; a name that two models (or two tables of one source) have is reported where they are declared, not here. */
export function namesOf(
  project: string,
  models: ReadonlyMap<string, Named>,
  sources: ReadonlyMap<string, ReadonlyMap<string, Named>>,
): Names {
  const tables = new Map<string, Named[]>();
  for (const source of sources.values()) {
    for (const [name, table] of source) tables.set(name, [...(tables.get(name) ?? []), table]);
  }
  const texts = new Map<NodeId, string>();
  return {
    ref(words, at) {
      const name = words.at(-1)!;
      if (words.length > 1 && words[0] !== project) {
        return diagnose(
          'ref.unknown',
          { name: words.join('.'), closest: closest(words[0]!, [project]).map((each) => `${each}.${name}`) },
          at,
        );
      }
      const model = models.get(name);
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
    textOf(named) {
      const known = texts.get(named.id);
      if (known !== undefined) return known;
      const text = relationName(named.relation);
      texts.set(named.id, text);
      return text;
    },
  };
}
