import type { Node, NodeId } from '../core/node';
import type { Graph } from './graph';

type Ids = ReadonlySet<NodeId>;

/**
 * Which tests come along with the nodes that they read, in dbt's words: `eager` any test that reads one of them; `cautious` a test all of
 * whose nodes are selected; `buildable` also one whose other nodes are ancestors of the selected or source tables; `empty` none.
 */
export type IndirectSelection = (typeof INDIRECT_SELECTIONS)[number];
export const INDIRECT_SELECTIONS = ['eager', 'cautious', 'buildable', 'empty'] as const;

/** `direct` is selected; `possible` holds it too, and the tests that are selected as soon as the rest of what they read is. */
export interface Choice {
  readonly direct: Ids;
  readonly possible: Ids;
}

/** Indirect selection in one mode, over one graph. */
export interface Indirectly {
  /** What selecting `selected` selects: itself and the tests of the mode. */
  expand(selected: Ids): Choice;
  /** Set by set; then tests of which only parts were selected on each side are looked at again, in the light of the whole. */
  combine(choices: readonly Choice[], by: (sets: readonly Ids[]) => Ids): Choice;
}

/** Follows dbt's `expand_selection` and `incorporate_indirect_nodes` (dbt/graph/selector.py). */
export function indirectlyOf(mode: IndirectSelection, nodes: ReadonlyMap<NodeId, Node>, graph: Graph): Indirectly {
  const readsOnly = (test: NodeId, ids: Ids): boolean => nodes.get(test)!.dependsOn.every((id) => ids.has(id));
  const waits = mode === 'cautious' || mode === 'buildable';
  /** What a test may read to be selected along with `selected`. */
  const present = (selected: Ids): Ids => (mode === 'buildable' ? union([selected, graph.ancestors(selected)]) : selected);

  return {
    expand(selected) {
      if (mode === 'empty') return { direct: selected, possible: selected };
      const tests = new Set([...graph.descendants(selected, 1)].filter((id) => isTest(nodes.get(id)!)));
      const all = union([selected, tests]);
      if (!waits) return { direct: all, possible: all };
      const readable = present(selected);
      const isReadable = (id: NodeId): boolean => readable.has(id) || (mode === 'buildable' && nodes.get(id)?.kind === 'source');
      return {
        direct: union([selected, new Set([...tests].filter((test) => nodes.get(test)!.dependsOn.every(isReadable)))]),
        possible: all,
      };
    },
    combine(choices, by) {
      const direct = by(choices.map((each) => each.direct));
      if (!waits) return { direct, possible: direct };
      const possible = by(choices.map((each) => each.possible));
      const readable = present(direct);
      return {
        direct: union([direct, new Set([...possible].filter((id) => isTest(nodes.get(id)!) && readsOnly(id, readable)))]),
        possible,
      };
    },
  };
}

const isTest = ({ kind }: Node): boolean => kind === 'test' || kind === 'unit_test';

// A set that nothing is done to is passed on as it is: the sets of a large project hold thousands of nodes, and most words are alone.

export function union(sets: readonly Ids[]): Ids {
  if (sets.length === 1) return sets[0]!;
  const all = new Set<NodeId>();
  for (const ids of sets) for (const id of ids) all.add(id);
  return all;
}

export function intersection([first = new Set(), ...others]: readonly Ids[]): Ids {
  if (others.length === 0) return first;
  return new Set([...first].filter((id) => others.every((ids) => ids.has(id))));
}

/** The first set without all the others. */
export function difference([first = new Set(), ...others]: readonly Ids[]): Ids {
  if (others.every((ids) => ids.size === 0)) return first;
  return new Set([...first].filter((id) => !others.some((ids) => ids.has(id))));
}
