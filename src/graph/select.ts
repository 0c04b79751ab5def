import { diagnose, EtlxError, type Diagnostic } from '../core/diagnostic';
import type { Node, NodeId } from '../core/node';
import type { Graph } from './graph';
import { joined, recheck, withTests, type Bundle, type IndirectSelection } from './indirect';
import { searchOf, type Search } from './selectMethods';
import { parseWords, RESOURCE_TYPES, unknownOf, type Atom, type Word } from './selectSyntax';

/** What is chosen, in dbt's grammar; each text may hold several words. */
export interface Selection {
  /** Empty: everything. */
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  /** Only nodes of these kinds, after everything else; absent, empty or `all`: of every kind. */
  readonly resourceTypes?: readonly string[];
  readonly excludeResourceTypes?: readonly string[];
  /** Which tests come along with the nodes that they read. */
  readonly indirect: IndirectSelection;
}

/**
 * The nodes that `selection` chooses, in the order of `nodes`. Follows dbt 1.10 (dbt/graph/selector.py), with one difference: a word of
 * `select` or `exclude`, or a part of it, that matches nothing is an error. Throws EtlxError with all that is wrong: `select.syntax`,
 * `select.no-match`.
 */
export function select(selection: Selection, nodes: ReadonlyMap<NodeId, Node>, graph: Graph): ReadonlySet<NodeId> {
  const problems = new Map<string, Diagnostic>();
  const report = (problem: Diagnostic): void => void problems.set(problem.message, problem);
  const context: Context = { nodes, graph, search: searchOf(nodes), indirect: selection.indirect, report };

  const everything: Bundle = { direct: new Set(nodes.keys()), possible: new Set(nodes.keys()) };
  const included = selection.select.length === 0 ? everything : unionOf(parseWords(selection.select, report), context);
  const excluded = unionOf(parseWords(selection.exclude, report), context);
  const kinds = kindsOf(selection, report);
  if (problems.size > 0) throw new EtlxError([...problems.values()]);

  const chosen = selection.exclude.length === 0 ? included : combined([included, excluded], (all, away) => all.difference(away), context);
  return new Set([...nodes.values()].filter((node) => chosen.direct.has(node.id) && kinds.has(node.kind)).map((node) => node.id));
}

interface Context {
  readonly nodes: ReadonlyMap<NodeId, Node>;
  readonly graph: Graph;
  readonly search: Search;
  readonly indirect: IndirectSelection;
  readonly report: (problem: Diagnostic) => void;
}
