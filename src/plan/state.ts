import type { Check } from '../core/check';
import type { Manifest } from '../core/manifest';
import type { Node, NodeId, SourceNode } from '../core/node';
import type { Statement, Step } from '../core/plan';
import type { Catalog } from '../core/ports';
import type { SeedFacts } from '../core/seed';
import { relationKey, type Relation } from '../core/relation';
import { hashOf } from '../core/hash';
import type { Graph } from '../graph/graph';
import { verdictsOf, type PastBuilds, type Verdict } from './changes';
import { facetsOf, fingerprintsOf, isBuilt, type Fingerprint } from './fingerprints';
import { built, compared, forgotten, stateTable, stateTableOf, unbuilt, type Built } from './stateTable';

/** What a plan has to know to write down what it builds, and to leave out what would give nothing new. */
export interface StateSetting {
  readonly run: string;
  readonly past: PastBuilds;
  /** Leave it out. */
  readonly onlyChanged: boolean;
}

interface Setting extends StateSetting {
  readonly manifest: Manifest;
  readonly graph: Graph;
  readonly taken: readonly Node[];
  readonly catalog: Catalog;
  readonly seeds: ReadonlyMap<NodeId, SeedFacts>;
  readonly fullRefresh: boolean;
}

export interface PlannedState {
  /** Where it writes. */
  readonly schemas: readonly string[];
  readonly prepare: readonly Statement[];
  /** Whether building `id` would give something new; undefined when nobody asked. */
  verdict(id: NodeId): Verdict | undefined;
  readonly withState: (step: Step) => Step;
}

/** Nothing is written down, and nothing is left out. */
export const stateless: PlannedState = { schemas: [], prepare: [], verdict: () => undefined, withState: (step) => step };

/** How the steps of a plan keep and use the state of the target. */
export function plannedState({ manifest, graph, taken, catalog, seeds, run, past, onlyChanged, fullRefresh }: Setting): PlannedState {
  const { project, target, nodes } = manifest;
  const writes = taken.some(isBuilt);
  const of = { schema: target.schema, project };
  const fingerprints = fingerprintsOf(nodes, graph.order());
  const ids = new Set(taken.map(({ id }) => id));
  const moved = (id: NodeId): boolean => /^(source|snapshot)\./.test(id) || seeds.get(id)?.content !== undefined;
  const verdicts =
    onlyChanged && !fullRefresh
      ? verdictsOf({ nodes, taken: graph.order().filter((id) => ids.has(id)), moved, fingerprints, past, catalog })
      : new Map<NodeId, Verdict>();

  const recorded = (id: NodeId, contents?: Built['contents']): Statement => {
    const node = nodes.get(id)!;
    const known = fingerprints.get(id)!;
    const isView = node.kind === 'model' && node.materialized === 'view';
    const adds = node.kind === 'snapshot' || (node.kind === 'model' && node.materialized === 'incremental');
    const fingerprint: Fingerprint = isView ? { ...known, reads: [] } : known;
    const facets = isBuilt(node) ? JSON.stringify(facetsOf(node, nodes)) : '{}';
    return built({
      ...of,
      id,
      relation: relationOf(node),
      fingerprint,
      facets,
      run,
      contents: contents ?? (adds || known.volatile !== undefined ? 'run' : 'reads'),
    });
  };
  const written = (id: NodeId, contents?: Built['contents']): readonly Statement[] => [recorded(id, contents), forgotten(of, id)];
  const loaded = (id: NodeId, hash: string): Built['contents'] => {
    const node = nodes.get(id) as SourceNode;
    if ((node.disposition ?? 'replace') === 'replace') return { hash };
    // a table that is made anew holds less than it did, whatever data come
    return fullRefresh || !catalog.has(relationKey(node.relation)) ? 'run' : { added: hash };
  };
  const withRecord = (check: Check): Check => ({ ...check, record: recorded(check.id), forget: unbuilt(of, check.id) });
  const settled = (id: NodeId): Pick<Step, 'unchanged' | 'compare' | 'because'> => {
    const verdict = verdicts.get(id);
    if (verdict === undefined) return {};
    if (verdict.kind === 'unchanged') return { unchanged: `unchanged since the run ${verdict.since.run}` };
    if (verdict.kind === 'changed') return { because: verdict.because };
    return { compare: compared(of, id, fingerprints.get(id)!, run) };
  };

  return {
    schemas: writes ? [of.schema] : [],
    prepare: writes && !catalog.has(relationKey(stateTableOf(of.schema))) ? [stateTable(of.schema)] : [],
    verdict: (id) => verdicts.get(id),
    withState(step) {
      switch (step.kind) {
        case 'model': {
          const { auditing } = step;
          return {
            ...step,
            ...settled(step.id),
            ahead: written(step.id),
            audits: step.audits.map(withRecord),
            ...(auditing?.abandon && { auditing: { ...auditing, abandon: [...auditing.abandon, unbuilt(of, step.id, run)] } }),
          };
        }
        case 'snapshot':
          return { ...step, ahead: written(step.id), audits: step.audits.map(withRecord) };
        case 'load':
          return { ...step, audits: step.audits.map(withRecord), recorded: (hash) => written(step.id, loaded(step.id, hash)) };
        case 'seed': {
          const { content, sha256 } = step.facts;
          const audits = step.audits.map(withRecord);
          if (content === undefined) return { ...step, audits };
          return { ...step, ahead: written(step.id, { hash: hashOf(sha256 + fingerprints.get(step.id)!.hash) }), audits };
        }
        case 'test':
          return { ...step, ...settled(step.id), check: withRecord(step.check) };
        default:
          return step;
      }
    },
  };
}

/** What a node leaves in the database. */
function relationOf(node: Node): Relation | undefined {
  if (node.kind === 'test') return node.stored?.relation;
  return 'relation' in node ? node.relation : undefined;
}
