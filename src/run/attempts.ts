import type { StepHead } from '../core/event';
import type { LineMap, NodeId } from '../core/node';
import type { Check } from '../core/check';
import type { Step } from '../core/plan';
import { relationName } from '../core/relation';
import type { Status, StepResult } from '../core/run';
import { noMemory, type Batching } from './batches';
import { budgetOf, type Budget } from './budget';
import { secondsSince } from './elapsed';
import type { Execution } from './execute';
import { lockedBy, lockQueue } from './lock';
import type { Outcome } from './outcome';
import { causeOf, isStale, problemOf } from './problem';
import type { Audit } from './audits';
import { work, type Crew } from './work';

/** An execution, as one of its slots sees it; its `signal` aborts for whatever reason. */
interface Attempting extends Execution {
  readonly workers: Crew;
  readonly slot: number;
  /** Whether the run as a whole was asked to stop. */
  readonly interrupted: () => boolean;
  /** The number of the next step or audit to be told of, and how many there are. */
  readonly nextIndex: () => number;
  readonly total: number;
}

interface Attempted {
  readonly result: StepResult;
  /** Of every audit of the step, told before the step itself. */
  readonly audits: readonly StepResult[];
}

/** Tries a step until it succeeds, fails for good, or has used its attempts; audits are reported for the last attempt. */
export async function attempts(planned: Step, setting: Attempting): Promise<Attempted> {
  const { workers, emit, clock, signal, slot, interrupted, textOf, compiledPathOf } = setting;
  const began = clock.now();
  const budget = budgetOf(setting.retriesOf(planned.id), setting.random);
  const queue = lockQueue(planned, { adapter: workers.adapter, clock, emit, signal, patience: setting.lockPatience });
  const indexes = indexesOf(setting.nextIndex);
  const batching: Batching = {
    memory: noMemory(),
    mayPass: (error) => lockedBy(error) !== undefined || budget.allows(error),
    problemsOf: (error, lines) => problemOf(error, { lines, textOf }),
    failFast: setting.failFast,
    emit,
  };
  let step = planned;
  for (;;) {
    const attempt = 1 + budget.used();
    const audited: StepResult[] = [];
    const settle = (outcome: Outcome | Pick<StepResult, 'status' | 'diagnostics' | 'message'>): Attempted => {
      const audits = [...audited, ...untold(step, audited, began, outcome)];
      for (const result of audits) emit({ type: 'step.finished', result, index: indexes(result.id), total: setting.total });
      const seconds = secondsSince(began, clock);
      const common = { startedAt: began.toISOString(), seconds, attempts: attempt, slot, compiledPath: compiledPathOf(step.id) };
      return { audits, result: { ...headOf(step), ...common, ...outcome } };
    };
    try {
      return settle(await work(step, workers, auditWith(setting, attempt, budget, indexes, audited), signal, batching));
    } catch (error) {
      const next = signal.aborted ? undefined : await nextAttempt(error, step, { ...setting, budget, queue });
      // what was stopped has not failed: nothing of it is visible, and the next run does it
      if (signal.aborted) return settle({ status: 'skipped', message: interrupted() ? 'interrupted' : 'stopped by --fail-fast' });
      if (next === undefined || 'error' in next) {
        return settle({ status: 'error', diagnostics: problemOf(next?.error ?? error, { lines: linesOf(step), textOf }) });
      }
      step = next;
    }
  }
}

interface Retrying extends Attempting {
  readonly budget: Budget;
  readonly queue: (holderQuery: string) => Promise<void>;
}

/** The step to try after `error`, once it is time to; what it failed with for good when there is no use or no attempt left. */
async function nextAttempt(
  error: unknown,
  step: Step,
  { budget, queue, emit, clock, signal, replan }: Retrying,
): Promise<Step | { readonly error: unknown }> {
  const holder = lockedBy(error);
  if (holder !== undefined) {
    // waiting in line is no failure, and costs no attempt
    return queue(holder).then(
      () => step,
      (refused: unknown) => ({ error: refused }),
    );
  }
  if (isStale(error, step)) {
    const fresh = await replan?.(step.id).catch(() => undefined);
    if (fresh !== undefined && publicationOf(fresh) !== publicationOf(step)) return fresh;
  }
  if (!budget.allows(error)) return { error };
  const attempt = 1 + budget.used();
  const delay = budget.spend(error);
  emit({ type: 'step.retried', id: step.id, attempt, delay, problem: causeOf(error) });
  await clock.sleep(delay * 1000, signal).catch(() => undefined);
  return step;
}

const publicationOf = (step: Step): string => ('publish' in step ? step.publish.map(({ sql }) => sql).join(';') : '');

/** Runs audits and puts their results into `audited`; an error that a retry of the whole step may cure is thrown instead. */
function auditWith(
  { emit, clock, signal, slot, total, textOf, compiledPathOf }: Attempting,
  attempt: number,
  budget: Budget,
  indexes: (id: NodeId) => number,
  audited: StepResult[],
): Audit {
  return async (check, run) => {
    const at = clock.now();
    emit({ type: 'step.started', step: headOf(check), index: indexes(check.id), total, slot });
    const told = (outcome: Outcome | Pick<StepResult, 'status' | 'diagnostics'>): { readonly status: Status } => {
      const seconds = secondsSince(at, clock);
      const common = { startedAt: at.toISOString(), seconds, attempts: attempt, slot, compiledPath: compiledPathOf(check.id) };
      audited.push({ ...headOf(check), ...common, ...outcome });
      return outcome;
    };
    try {
      return told(await run());
    } catch (error) {
      if (signal.aborted || budget.allows(error)) throw error;
      return told({ status: 'error', diagnostics: problemOf(error, { lines: check.lines, textOf }) });
    }
  };
}

/** The audits that the step never came to. */
const untold = (
  step: Step,
  audited: readonly StepResult[],
  began: Date,
  { status, message }: Pick<StepResult, 'status' | 'message'>,
): readonly StepResult[] => {
  const told = new Set(audited.map(({ id }) => id));
  const why =
    status === 'unchanged' ? { status, ...(message !== undefined && { message }) } : { status: 'skipped' as const, because: step.id };
  const common = { startedAt: began.toISOString(), seconds: 0, attempts: 0 };
  return auditsOf(step).flatMap((check) => (told.has(check.id) ? [] : [{ ...headOf(check), ...common, ...why }]));
};

/** Gives each audit a number when it is first asked for, the same in every attempt. */
function indexesOf(next: () => number): (id: NodeId) => number {
  const known = new Map<NodeId, number>();
  return (id) => {
    const index = known.get(id) ?? next();
    known.set(id, index);
    return index;
  };
}

export const auditsOf = (step: Step): readonly Check[] => ('audits' in step ? step.audits : []);

const linesOf = (step: Step): LineMap | undefined =>
  step.kind === 'model' || step.kind === 'unit_test' ? step.lines : step.kind === 'test' ? step.check.lines : undefined;

/** What events and results say of a step or an audit. */
export function headOf(of: Step | Check): StepHead {
  if (!('kind' in of)) return { id: of.id, kind: 'test', name: of.name, ...(of.keptIn && { relation: of.keptIn }) };
  return {
    id: of.id,
    kind: of.kind,
    name: of.name,
    ...('relation' in of && { relation: relationName(of.relation) }),
    ...('materialized' in of && { materialized: of.materialized }),
  };
}
