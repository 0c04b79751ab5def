import { closest } from '../core/closest';
import { diagnose, EtlxError, type Diagnostic } from '../core/diagnostic';
import type { Node, NodeId, NodeKind } from '../core/node';
import type { Definition, Selector } from '../core/selector';
import type { Graph } from './graph';
import {
  difference,
  INDIRECT_SELECTIONS,
  indirectlyOf,
  intersection,
  union,
  type Choice,
  type Indirectly,
  type IndirectSelection,
} from './indirect';
import { searchOf, type Marks, type Search } from './selectMethods';
import { COMPARING, parseWords, RESOURCE_TYPES, type Atom, type Word } from './selectSyntax';

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
  /** What is selected, in the place of `select`. */
  readonly definition?: Definition;
  /** What its `selector`s mean. */
  readonly selectors?: ReadonlyMap<string, Selector>;
  /** For the methods that compare with what was before. */
  readonly marks?: Marks;
}

/** What `--resource-type` takes. */
const KINDS: readonly string[] = [...RESOURCE_TYPES, 'all'];

type Report = (problem: Diagnostic) => void;

/**
 * The nodes that `selection` chooses, in the order of `nodes`. Follows dbt 1.10 (dbt/graph/selector.py), with one difference: a word of
 * `select` or `exclude`, or a part of it, that matches nothing is an error. Throws EtlxError with all that is wrong: `select.syntax`,
 * `select.no-match`, `config.value` for a kind that there is not.
 */
export function select(selection: Selection, nodes: ReadonlyMap<NodeId, Node>, graph: Graph): ReadonlySet<NodeId> {
  const problems = new Map<string, Diagnostic>();
  const report: Report = (problem) => void problems.set(problem.message, problem);
  const search = searchOf(nodes, selection.marks);
  const indirectly = indirectlyOf(selection.indirect, nodes, graph);
  const chosenBy = (args: readonly string[], how = indirectly): Choice =>
    how.combine(
      parseWords(args, report).map((word) => choiceOfWord(word, search, graph, how, report)),
      union,
    );
  const defined = (definition: Definition, within: readonly string[] = []): Choice => {
    switch (definition.kind) {
      case 'words': {
        const mode = INDIRECT_SELECTIONS.find((each) => each === definition.indirect);
        return chosenBy([definition.text], mode && indirectlyOf(mode, nodes, graph));
      }
      case 'union':
      case 'intersection': {
        const choices = definition.parts.map((part) => defined(part, within));
        return indirectly.combine(choices, definition.kind === 'union' ? union : intersection);
      }
      case 'difference': {
        const excluded = indirectly.combine(
          definition.parts.map((part) => defined(part, within)),
          union,
        );
        return indirectly.combine([defined(definition.from, within), excluded], difference);
      }
      case 'selector': {
        const { name, at } = definition;
        const meant = selection.selectors?.get(name);
        if (meant === undefined || within.includes(name)) {
          const near = closest(name, [...(selection.selectors?.keys() ?? [])]);
          report(
            meant === undefined ? diagnose('selector.unknown', { name, closest: near }, at) : diagnose('selector.circle', { name }, at),
          );
          return { direct: new Set(), possible: new Set() };
        }
        return defined(meant.definition, [...within, name]);
      }
    }
  };

  const included =
    selection.definition !== undefined
      ? defined(selection.definition)
      : selection.select.length === 0
        ? allOf(nodes)
        : chosenBy(selection.select);
  const excluded = chosenBy(selection.exclude);
  const kinds = kindsOf(selection, report);
  if (problems.size > 0) throw new EtlxError([...problems.values()]);

  const { direct } = indirectly.combine([included, excluded], difference);
  return new Set([...nodes.values()].filter((node) => direct.has(node.id) && kinds.has(node.kind)).map((node) => node.id));
}

function allOf(nodes: ReadonlyMap<NodeId, Node>): Choice {
  const all = new Set(nodes.keys());
  return { direct: all, possible: all };
}

/** What all the atoms of `word` have in common; an atom or a whole word without nodes is reported. */
function choiceOfWord(word: Word, search: Search, graph: Graph, indirectly: Indirectly, report: Report): Choice {
  const found = word.atoms.map((atom) => {
    const named = search.matches(atom);
    if (named.size === 0 && !compares(atom)) report(diagnose('select.no-match', { word: atom.raw, closest: search.nearest(atom) }));
    return { named, choice: indirectly.expand(withRelatives(atom, named, graph)) };
  });
  const choice = indirectly.combine(
    found.map((each) => each.choice),
    intersection,
  );
  if (found.length > 1 && choice.direct.size === 0 && !word.atoms.some(compares) && found.every((each) => each.named.size > 0)) {
    report(diagnose('select.no-match', { word: word.raw, hint: 'each of its parts selects something, but they have nothing in common' }));
  }
  return choice;
}

const compares = ({ method }: Atom): boolean => (COMPARING as readonly string[]).includes(method);

/** The nodes that an atom names, and those that its operators add. */
function withRelatives(atom: Atom, named: ReadonlySet<NodeId>, graph: Graph): ReadonlySet<NodeId> {
  const sets = [named];
  if (atom.childrensParents) {
    const withBelow = union([named, graph.descendants(named)]);
    sets.push(withBelow, graph.ancestors(withBelow));
  }
  if (atom.parents !== undefined) sets.push(graph.ancestors(named, atom.parents));
  if (atom.children !== undefined) sets.push(graph.descendants(named, atom.children));
  return union(sets);
}

/** The kinds of nodes that the selection leaves over. */
function kindsOf({ resourceTypes = [], excludeResourceTypes = [] }: Selection, report: Report): ReadonlySet<NodeKind> {
  for (const word of [...resourceTypes, ...excludeResourceTypes]) {
    if (!KINDS.includes(word))
      report(diagnose('config.value', { key: '--resource-type', value: word, known: KINDS, closest: closest(word, KINDS) }));
  }
  const named = (words: readonly string[], kind: NodeKind): boolean => words.includes(kind) || words.includes('all');
  return new Set(
    RESOURCE_TYPES.filter((kind) => (resourceTypes.length === 0 || named(resourceTypes, kind)) && !named(excludeResourceTypes, kind)),
  );
}
