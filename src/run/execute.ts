import type { Emit } from '../core/event';
import type { NodeRetry } from '../core/manifest';
import type { NodeId } from '../core/node';
import type { Plan, Step } from '../core/plan';
import type { Clock } from '../core/ports';
import type { RunResult, StepResult } from '../core/run';
import { attempts, auditsOf, headOf, secondsSince } from './attempts';
import { queueOf } from './queue';
import type { Workers } from './work';

export interface Execution {
  readonly run: string;
  readonly command: string;
  readonly workers: Workers;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How many steps run at once. */
  readonly threads: number;
  readonly failFast: boolean;
  readonly retriesOf: (id: NodeId) => NodeRetry;
  /** Higher goes first among the steps that are ready. */
  readonly priorityOf: (id: NodeId) => number;
  readonly textOf: (file: string) => string | undefined;
  readonly compiledPathOf: (id: NodeId) => string | undefined;
}

/**
 * Runs the plan: up to `threads` steps at once, each after the steps it waits for, those with the longest way to go first.
 * What fails takes everything below it out (`skipped`, with `because`); the rest goes on. Never throws for a step's failure.
 */
export async function execute(plan: Plan, execution: Execution): Promise<RunResult> {
  const { emit, clock, threads, priorityOf } = execution;
  const began = clock.now();
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const total = plan.steps.reduce((sum, step) => sum + 1 + auditsOf(step).length, 0);
  const waiting = new Map(plan.steps.map((step) => [step.id, step.after.length]));
  const below = childrenOf(plan.steps);
  const ready = queueOf<Step>();
  for (const step of plan.steps) if (step.after.length === 0) ready.put(step, priorityOf(step.id));

  const results: StepResult[] = [];
  const halt = new AbortController();
  const signal = AbortSignal.any([execution.signal, halt.signal]);
  const slots = Array.from({ length: threads }, (_, index) => index + 1);
  const running = new Set<Promise<void>>();
  let started = 0;
  let cause: NodeId | undefined;

  const nextIndex = (): number => (started += 1);
  const finish = (result: StepResult, index: number): void => {
    results.push(result);
    emit({ type: 'step.finished', result, index, total });
  };
  const skip = (step: Step, because: NodeId | undefined, message?: string): void => {
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
    finish({ ...headOf(step), ...skipped }, nextIndex());
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

  const launch = async (step: Step): Promise<void> => {
    const slot = slots.shift()!;
    const index = nextIndex();
    waiting.delete(step.id);
    emit({ type: 'step.started', step: headOf(step), index, total, slot });
    const { result, audits } = await attempts(step, {
      ...execution,
      signal,
      slot,
      interrupted: () => execution.signal.aborted,
      nextIndex,
      total,
    });
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

  while (true) {
    while (!signal.aborted && running.size < threads) {
      const step = ready.take();
      if (step === undefined) break;
      const job: Promise<void> = launch(step).finally(() => running.delete(job));
      running.add(job);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  for (const id of waiting.keys()) {
    if (execution.signal.aborted) skip(steps.get(id)!, undefined, 'interrupted');
    else skip(steps.get(id)!, cause, 'skipped by --fail-fast');
  }

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
