import type { Facets } from './fingerprints';

/** How nodes stand to an earlier state, in the words that `state:` takes: `new`, `old`, `modified`, `unmodified`, `modified.body` … */
export function stateWords<Id>(now: ReadonlyMap<Id, Facets>, then: ReadonlyMap<Id, Facets>): ReadonlyMap<Id, readonly string[]> {
  return new Map(
    [...now].map(([id, facets]) => {
      const before = then.get(id);
      if (before === undefined) return [id, ['new', 'modified']];
      const parts = partsOf(before, facets);
      return [id, parts.length === 0 ? ['old', 'unmodified'] : ['old', 'modified', ...parts.map((part) => `modified.${part}`)]];
    }),
  );
}

/** A text that was written otherwise but runs as it did has not changed; one that runs otherwise and is written as it was uses something that did. */
function partsOf(before: Facets, now: Facets): readonly string[] {
  const ran = before.compiled !== now.compiled ? [before.body === now.body ? 'macros' : 'body'] : [];
  const others = (['configs', 'relation', 'persisted_descriptions', 'contract'] as const).filter((part) => before[part] !== now[part]);
  return [...ran, ...others];
}
