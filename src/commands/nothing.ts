import { failure } from '../core/diagnostic';
import type { Manifest } from '../core/manifest';
import type { Node, NodeId } from '../core/node';
import type { PlanMode } from '../plan/plan';
import { counted } from '../report/words';
import type { Flags } from './flags';
import { compares } from './opened';
import { COMPARING } from '../graph/selectSyntax';

/** The nodes that a command does something with, in words. */
const WORDS: Readonly<Record<Node['kind'], string>> = {
  extract: 'extract',
  dataset: 'dataset',
  source: 'source table',
  seed: 'seed',
  snapshot: 'snapshot',
  model: 'model',
  test: 'test',
  unit_test: 'unit test',
  exposure: 'exposure',
};

export interface Choice {
  readonly command: string;
  readonly mode: PlanMode;
  readonly flags: Flags;
  readonly nodes: Manifest['nodes'];
  readonly chosen: ReadonlySet<NodeId>;
}

/**
 * Why there is nothing to do although nobody chose wrongly, in a sentence; undefined when there is something. Throws EtlxError
 * `run.nothing` when it was the flags that left nothing, for then they are not what somebody meant.
 */
export function nothingToDo({ command, mode, flags, nodes, chosen }: Choice): string | undefined {
  const found = [...chosen].map((id) => nodes.get(id)!);
  if (found.some((node) => takes(mode, node))) return undefined;
  const kinds = takenWords(mode);
  if (flags.select === undefined && flags.exclude === undefined && flags.resourceType === undefined)
    return `nothing to do: the project has no ${kinds}`;
  if (found.length === 0 && COMPARING.some((method) => compares((flags.select ?? []).join(' '), method)))
    return 'nothing to do: nothing that was selected has changed';
  // a new model without tests is tested well: there is nothing that could fail
  if (command === 'test' && found.length > 0) return `nothing to do: ${wereChosen(found)}, without a test`;
  if (found.length > 0) throw failure('run.nothing', { problem: `\`${command}\` takes ${kinds}; ${wereChosen(found)}` });
  if (flags.exclude !== undefined) throw failure('run.nothing', { problem: 'everything that was selected was excluded' });
  throw failure('run.nothing', {
    problem:
      flags.empty === true
        ? 'with `--empty` nothing is loaded'
        : flags.fromLake === true
          ? 'with `--from-lake` no API is called'
          : 'nothing that was selected is of the kind that `--resource-type` keeps',
  });
}

function takes(mode: PlanMode, node: Node): boolean {
  if (node.kind === 'seed') return mode.seeds;
  if (node.kind === 'snapshot') return mode.snapshots;
  if (node.kind === 'model') return mode.models && node.materialized !== 'ephemeral';
  if (node.kind === 'test' || node.kind === 'unit_test') return mode.tests;
  return mode.load && node.kind !== 'exposure' && (node.kind !== 'source' || node.loaded);
}

/** `models`, `extracts, datasets and source tables`. */
function takenWords(mode: PlanMode): string {
  const kinds = [
    ...(mode.load ? (['extract', 'dataset', 'source'] as const) : []),
    ...(mode.seeds ? (['seed'] as const) : []),
    ...(mode.snapshots ? (['snapshot'] as const) : []),
    ...(mode.models ? (['model'] as const) : []),
    ...(mode.tests ? (['test'] as const) : []),
  ];
  return listed(kinds.map((kind) => `${WORDS[kind]}s`));
}

/** `66 tests and 1 source table were chosen`. */
function wereChosen(nodes: readonly Node[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of nodes) counts.set(WORDS[kind], (counts.get(WORDS[kind]) ?? 0) + 1);
  return `${listed([...counts].map(([word, count]) => counted(count, word)))} ${nodes.length === 1 ? 'was' : 'were'} chosen`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
