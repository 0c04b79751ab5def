import type { Emit } from '../core/event';
import type { NodeRetry } from '../core/manifest';
import type { NodeId } from '../core/node';
import type { OperationStep, Plan, Step } from '../core/plan';
import type { Clock } from '../core/ports';
import { endedWell, type RunResult, type StepResult } from '../core/run';
import { attempts, auditsOf, headOf } from './attempts';
import { secondsSince } from './elapsed';
import type { LockPatience } from './lock';
import { queueOf } from './queue';
import { sharedAnswers } from './audits';
import type { Workers } from './work';

export interface Execution {
  readonly run: string;
  readonly command: string;
  readonly workers: Workers;
  readonly emit: Emit;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** How many steps run at once. */
  readonly threads: number;
  readonly failFast: boolean;
  readonly retriesOf: (id: NodeId) => NodeRetry;
  readonly lockPatience: LockPatience;
  /** The step as it would be planned now, for one whose publication no longer fits what stands in the database. */
  readonly replan?: (id: NodeId) => Promise<Step | undefined>;
  /** Higher goes first among the steps that are ready. */
  readonly priorityOf: (id: NodeId) => number;
  readonly textOf: (file: string) => string | undefined;
  readonly compiledPathOf: (id: NodeId) => string | undefined;
  /** What stands as a comment behind the statements of a step; absent: nothing. */
  readonly commentOf?: (id: NodeId) => string;
}

/** Seconds that steps have to stop when the run is interrupted; on a connection that does not answer they never would. */
const GRACE = 3;

/**
 * Runs the plan: up to `threads` steps at once, each after the steps it waits for, those with the longest way to go first.
 * What fails takes everything below it out (`skipped`, with `because`); the rest goes on. Never throws for a step's failure. When `signal` aborts,
 * what runs is cancelled, and the run ends within `GRACE` seconds; every step of the plan has a result in any case.
 */
export async function execute(plan: Plan, execution: Execution): Promise<RunResult> {
  const { emit, clock, threads, priorityOf } = execution;
  const began = clock.now();
  const { commentOf } = execution;
  const workers = { ...execution.workers, answers: sharedAnswers(execution.workers.adapter, commentOf), commentOf };
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const { first = [], last = [] } = plan;
  const total = plan.steps.reduce((sum, step) => sum + 1 + auditsOf(step).length, first.length + last.length);
  const waiting = new Map(plan.steps.map((step) => [step.id, step.after.length]));
  const below = childrenOf(plan.steps);
  const ready = queueOf<Step>();

  const results: StepResult[] = [];
  const halt = new AbortController();
  const signal = AbortSignal.any([execution.signal, halt.signal]);
  const slots = Array.from({ length: threads }, (_, index) => index + 1);
  /** The steps that run, with their numbers. */
  const running = new Map<Step, number>();
  let started = 0;
  let cause: NodeId | undefined;

  const nextIndex = (): number => (started += 1);
  const finish = (result: StepResult, index: number): void => {
    results.push(result);
    emit({ type: 'step.finished', result, index, total });
  };
  const skip = (step: Step, because: NodeId | undefined, message?: string, index?: number): void => {
    const at = clock.now().toISOString();
    const skipped = {
      status: 'skipped',
      startedAt: at,
      seconds: 0,
      attempts: 0,
      ...(because && { because }),
      ...(message && { message }),
    } as const;
    for (const check of auditsOf(step)) finish({ ...headOf(check), ...skipped }, nextIndex());
    finish({ ...headOf(step), ...skipped }, index ?? nextIndex());
  };
  /** Skips everything that waits for `failed`, near and far. */
  const skipBelow = (failed: NodeId): void => {
    const reached = [failed];
    for (let from = reached.pop(); from !== undefined; from = reached.pop()) {
      for (const id of below.get(from) ?? []) {
        if (!waiting.delete(id)) continue;
        skip(steps.get(id)!, failed);
        reached.push(id);
      }
    }
  };

  const launch = async (step: Step, stop = signal): Promise<void> => {
    const slot = slots.shift()!;
    const index = nextIndex();
    waiting.delete(step.id);
    running.set(step, index);
    emit({ type: 'step.started', step: headOf(step), index, total, slot });
    const { result, audits } = await attempts(step, {
      ...execution,
      workers,
      emit: (event) => running.has(step) && emit(event),
      signal: stop,
      slot,
      interrupted: () => execution.signal.aborted,
      nextIndex,
      total,
    });
    // it was given up meanwhile, and has its result
    if (!running.delete(step)) return;
    for (const each of audits) results.push(each);
    slots.push(slot);
    finish(result, index);
    if (result.status === 'error' || result.status === 'fail') {
      skipBelow(step.id);
      cause ??= step.id;
      if (execution.failFast) halt.abort(new Error('stopped after the first failure'));
      return;
    }
    for (const id of below.get(step.id) ?? []) {
      const left = waiting.get(id);
      if (left === undefined) continue;
      waiting.set(id, left - 1);
      if (left === 1) ready.put(steps.get(id)!, priorityOf(id));
    }
  };

  const jobs = new Set<Promise<void>>();
  const end = new AbortController();
  const graceEnd = graceAfter(execution.signal, clock, end.signal);
  /** Runs operations one after the other, up to the first that fails, which is the answer. */
  const operate = async (operations: readonly (() => OperationStep)[]): Promise<NodeId | undefined> => {
    let failed: NodeId | undefined;
    for (const made of operations) {
      const step = made();
      if (execution.signal.aborted) skip(step, undefined, 'interrupted');
      else if (failed !== undefined) skip(step, failed);
      else {
        await Promise.race([graceEnd, launch(step, execution.signal)]);
        if (!endedWell(results.at(-1)?.status)) failed = step.id;
      }
    }
    return failed;
  };
  const giveUp = (): void => {
    for (const [step, index] of running) skip(step, undefined, 'interrupted', index);
    running.clear();
  };

  const refusal = await operate(first.map((step) => () => step));
  if (refusal === undefined) for (const step of plan.steps) if (step.after.length === 0) ready.put(step, priorityOf(step.id));
  for (let isOver = false; !isOver;) {
    while (!signal.aborted && jobs.size < threads) {
      const step = ready.take();
      if (step === undefined) break;
      const job: Promise<void> = launch(step).finally(() => jobs.delete(job));
      jobs.add(job);
    }
    isOver = jobs.size === 0 || (await Promise.race([graceEnd, ...jobs])) === 'over';
  }
  giveUp();
  for (const id of waiting.keys()) {
    if (execution.signal.aborted) skip(steps.get(id)!, undefined, 'interrupted');
    else skip(steps.get(id)!, refusal ?? cause, refusal === undefined ? 'skipped by --fail-fast' : undefined);
  }
  await operate(
    last.map(
      ({ step }) =>
        () =>
          step([...results]),
    ),
  );
  giveUp();
  end.abort();

  const result: RunResult = {
    run: execution.run,
    command: execution.command,
    startedAt: began.toISOString(),
    seconds: secondsSince(began, clock),
    results,
  };
  emit({ type: 'run.finished', result });
  return result;
}

/** Resolves with `over` when `signal` aborted and everything that runs has had time to stop; `end` gives up waiting. */
function graceAfter(signal: AbortSignal, clock: Clock, end: AbortSignal): Promise<'over'> {
  return new Promise((resolve) => {
    const begin = (): void =>
      void clock.sleep(GRACE * 1000, end).then(
        () => resolve('over'),
        () => undefined,
      );
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true, signal: end });
  });
}

function childrenOf(steps: readonly Step[]): ReadonlyMap<NodeId, readonly NodeId[]> {
  const children = new Map<NodeId, NodeId[]>();
  for (const step of steps) {
    for (const parent of step.after) {
      const list = children.get(parent);
      if (list) list.push(step.id);
      else children.set(parent, [step.id]);
    }
  }
  return children;
}
