import type { Node, NodeId } from '../core/node';
import type { Catalog } from '../core/ports';
import { relationKey } from '../core/relation';
import { facetsOf, type Facets, type Fingerprint } from './fingerprints';
import { changedReads } from './stateTable';

/** The latest build of a node, as it was written down in the target. */
export interface PastBuild {
  readonly fingerprint: string;
  readonly version: string;
  readonly reads: string;
  readonly facets: Facets;
  readonly run: string;
  /** ISO 8601. */
  readonly builtAt: string;
}

export type PastBuilds = ReadonlyMap<NodeId, PastBuild>;

/**
 * Whether building a node would give something new: it would not (`unchanged`); it would, and why (`changed`, a clause such as `its SQL
 * changed`); or it depends on what nodes of the same run turn out to hold (`open`).
 */
export type Verdict =
  | { readonly kind: 'unchanged'; readonly since: PastBuild }
  | { readonly kind: 'changed'; readonly because: string }
  | { readonly kind: 'open'; readonly on: readonly NodeId[] };

interface Judged {
  readonly nodes: ReadonlyMap<NodeId, Node>;
  /** The nodes that the run would build or ask, in topological order. */
  readonly taken: readonly NodeId[];
  /** Whether the run fills the node with data that may be new. */
  readonly moved: (id: NodeId) => boolean;
  readonly fingerprints: ReadonlyMap<NodeId, Fingerprint>;
  readonly past: PastBuilds;
  readonly catalog: Catalog;
}

/** A verdict on every node of `taken` that has a fingerprint, save loads: what an API brings is known when it was asked. */
export function verdictsOf({ nodes, taken, moved, fingerprints, past, catalog }: Judged): ReadonlyMap<NodeId, Verdict> {
  const verdicts = new Map<NodeId, Verdict>();
  const moving = new Set<NodeId>();
  for (const id of taken) {
    const node = nodes.get(id)!;
    const fingerprint = fingerprints.get(id);
    if (moved(id)) moving.add(id);
    if (fingerprint === undefined || (node.kind !== 'model' && node.kind !== 'test')) continue;
    const verdict = verdictOn(node, fingerprint);
    verdicts.set(id, verdict);
    if (verdict.kind !== 'unchanged') moving.add(id);
  }
  for (const [id, verdict] of verdicts) {
    const [parent, ...others] = nodes.get(id)!.kind === 'test' ? nodes.get(id)!.dependsOn : [];
    const gated = parent !== undefined && others.length === 0 && verdict.kind === 'changed' ? verdicts.get(parent) : undefined;
    // the test is asked before the table is published, so the table is built for it
    if (gated?.kind === 'open') verdicts.set(parent!, { kind: 'changed', because: `its test ${namesOf([id])} is new or changed` });
  }
  return verdicts;

  function verdictOn(node: Node & { readonly kind: 'model' | 'test' }, { hash, reads, volatile }: Fingerprint): Verdict {
    const last = past.get(node.id);
    if (last === undefined)
      return { kind: 'changed', because: node.kind === 'test' ? 'it has not passed here yet' : 'it was never built here' };
    if (node.kind === 'model' && node.materialized !== 'ephemeral' && !catalog.has(relationKey(node.relation)))
      return { kind: 'changed', because: 'its relation is not there any more' };
    if (last.fingerprint !== hash) return { kind: 'changed', because: editOf(last.facets, facetsOf(node, nodes)) };
    // a view has no data of its own: it shows what is there
    if (node.kind === 'model' && node.materialized === 'view') return { kind: 'unchanged', since: last };
    if (volatile !== undefined) return { kind: 'changed', because: `\`${volatile}\` gives something else each time` };
    const untold = reads.filter((read) => !past.has(read) && !moving.has(read));
    if (untold.length > 0) return { kind: 'changed', because: `nothing tells whether ${namesOf(untold)} changed` };
    const on = reads.filter((read) => moving.has(read));
    if (on.length > 0) return { kind: 'open', on };
    const now = reads.map((read) => `${read}=${past.get(read)!.version}`).join(' ');
    const fresh = changedReads(last.reads, now);
    if (fresh.length > 0) return { kind: 'changed', because: `new data in ${namesOf(fresh)}` };
    return { kind: 'unchanged', since: last };
  }
}

/** What was edited since a build, as a clause. */
function editOf(before: Facets, now: Facets): string {
  const edits = [
    before.compiled !== now.compiled && (before.body === now.body ? 'a macro or a variable in it changed' : 'its SQL changed'),
    before.configs !== now.configs && 'its config changed',
    before.contract !== now.contract && 'its columns or keys changed',
    before.relation !== now.relation && 'its name changed',
  ].filter((edit) => edit !== false);
  return edits.length > 0 ? edits.join(', ') : 'a view that it reads changed';
}

/** Up to three names in backticks: `a`, `b` and 2 others. */
export function namesOf(ids: readonly NodeId[]): string {
  const names = ids.map((id) => `\`${id.slice(id.indexOf('.') + 1)}\``);
  if (names.length > 3) return `${names.slice(0, 2).join(', ')} and ${names.length - 2} others`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
