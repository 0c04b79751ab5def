import { batchedStep, type BatchedStep } from '../core/batchedStep';
import { diagnose, type Diagnostic } from '../core/diagnostic';
import type { Emit } from '../core/event';
import { batchName, type Interval } from '../core/interval';
import type { LineMap, NodeId } from '../core/node';
import type { Batches, ModelStep } from '../core/plan';
import type { Audit } from './audits';
import type { Outcome } from './outcome';

/** How one audit ended in one batch. */
type Verdict = { readonly outcome: Outcome } | { readonly error: unknown };

/** What the attempts at one step know of each other. */
interface Memory {
  opened: boolean;
  /** How batches ended, by where they begin. */
  readonly ended: Map<number, { readonly rows: number } | { readonly problems: readonly Diagnostic[] }>;
  /** The worst of each audit so far. */
  readonly verdicts: Map<NodeId, Verdict>;
}

/** What the batches of a step need to know of its attempts. */
export interface Batching {
  readonly memory: Memory;
  /** Whether the step is to be tried again after `error`; then it goes on with the batch that met it. */
  readonly mayPass: (error: unknown) => boolean;
  readonly problemsOf: (error: unknown, lines: LineMap) => readonly Diagnostic[];
  readonly failFast: boolean;
  readonly emit: Emit;
}

export const noMemory = (): Memory => ({ opened: false, ended: new Map(), verdicts: new Map() });

interface Building extends Batching {
  /** One transaction. */
  readonly build: (step: ModelStep, audit: Audit) => Promise<Outcome>;
  readonly audit: Audit;
  readonly signal: AbortSignal;
}

/**
 * Makes the table where there is none, then builds each batch that is due in a transaction of its own. One that fails does not keep the others
 * from being tried, and what is done stays done. The audits are asked of every batch, and told once, by the worst of their answers.
 */
export async function inBatches(step: ModelStep, batches: Batches, building: Building): Promise<Outcome> {
  const { memory, build, audit } = building;
  const parts = batchedStep(step, batches);
  if (!memory.opened) {
    await build(parts.first, audit);
    memory.opened = true;
  }
  if (batches.due.length === 0) return { status: 'unchanged', message: 'no batch is due' };
  await buildDue(step.id, parts, batches, building);
  for (const check of step.audits) {
    const verdict = memory.verdicts.get(check.id);
    if (verdict === undefined) continue;
    await audit(check, () => ('error' in verdict ? Promise.reject(verdict.error) : Promise.resolve(verdict.outcome)));
  }
  const outcome = outcomeOf(step.name, batches, memory);
  if (outcome.status === 'success' && parts.last !== undefined) await build(parts.last, audit);
  return outcome;
}

/** Builds the batches that no earlier attempt has ended, each with its own rows' audits. Throws what is worth another attempt. */
async function buildDue(id: NodeId, { of }: BatchedStep, { due, size, lines }: Batches, building: Building): Promise<void> {
  const { memory, build, failFast, mayPass, problemsOf, signal, emit } = building;
  for (const [index, batch] of due.entries()) {
    if (memory.ended.has(batch.start)) continue;
    const name = batchName(batch.start, size);
    const tell = (level: 'info' | 'warn', how: string): void =>
      emit({ type: 'notice', level, message: `${id}: batch ${index + 1} of ${due.length}, ${name}: ${how}` });
    try {
      const { rows = 0, message = '' } = await build(of(batch), collecting(name, building));
      memory.ended.set(batch.start, { rows });
      tell('info', message);
    } catch (error) {
      if (signal.aborted || mayPass(error)) throw error;
      const problems = problemsOf(error, lines);
      memory.ended.set(batch.start, { problems });
      tell('warn', problems[0]!.message);
      if (failFast) return;
    }
  }
}

const SEVERITY: Readonly<Partial<Record<Outcome['status'], number>>> = { warn: 1, fail: 2 };
const severityOf = (verdict: Verdict): number => ('error' in verdict ? 3 : (SEVERITY[verdict.outcome.status] ?? 0));

/** Keeps the worst answer to each audit, and says which batch it is of. */
const collecting =
  (batch: string, { memory, mayPass, signal }: Building): Audit =>
  async ({ id }, run) => {
    const keep = (verdict: Verdict): void => {
      const known = memory.verdicts.get(id);
      if (known === undefined || severityOf(verdict) > severityOf(known)) memory.verdicts.set(id, verdict);
    };
    try {
      const outcome = await run();
      const { status, message } = outcome;
      keep({ outcome: status === 'pass' || message === undefined ? outcome : { ...outcome, message: `batch ${batch}: ${message}` } });
      return outcome;
    } catch (error) {
      if (signal.aborted || mayPass(error)) throw error;
      keep({ error });
      return { status: 'error' };
    }
  };

function outcomeOf(node: string, { due, size }: Batches, { ended }: Memory): Outcome {
  const successful: Interval[] = [];
  const failed: Interval[] = [];
  const problems: Diagnostic[] = [];
  let rows = 0;
  for (const batch of due) {
    const end = ended.get(batch.start);
    if (end === undefined) continue;
    if ('rows' in end) {
      successful.push(batch);
      rows += end.rows;
    } else {
      // the others mostly fail for the same reason
      if (failed.length === 0) problems.push(...end.problems);
      failed.push(batch);
    }
  }
  const message = `${successful.length} of ${due.length} ${due.length === 1 ? 'batch' : 'batches'}`;
  const common = { rows, message, batches: { successful, failed } };
  if (failed.length === 0) return { status: 'success', ...common };
  const names = failed.map(({ start }) => batchName(start, size));
  return { status: 'error', ...common, diagnostics: [diagnose('step.batches', { node, failed: names, all: due.length }), ...problems] };
}
