import type { StepHead } from '../core/event';
import type { LineMap, NodeId } from '../core/node';
import type { Check, Step } from '../core/plan';
import type { Clock } from '../core/ports';
import { relationName } from '../core/relation';
import type { StepResult } from '../core/run';
import type { Execution } from './execute';
import type { Outcome } from './outcome';
import { isTransient, problemOf } from './problem';
import { work, type Audit } from './work';

/** An execution, as one of its slots sees it. */
interface Attempting extends Execution {
  readonly slot: number;
}

/** Tries a step until it succeeds, fails for good, or has used its retries; audits are reported for the last attempt. */
export async function attempts(
  step: Step,
  { workers, emit, clock, signal, slot, retriesOf, textOf, compiledPathOf }: Attempting,
  nextIndex: () => number,
  total: number,
): Promise<{ readonly result: StepResult; readonly audits: readonly StepResult[] }> {
  const began = clock.now();
  const { max, delay } = retriesOf(step.id);
  const indexes = new Map<NodeId, number>();
  for (let attempt = 1; ; attempt += 1) {
    const audits: { readonly result: StepResult; readonly index: number }[] = [];
    const audit: Audit = async (check, run) => {
      const index = indexes.get(check.id) ?? nextIndex();
      indexes.set(check.id, index);
      const at = clock.now();
      emit({ type: 'step.started', step: headOf(check), index, total, slot });
      const base = { ...headOf(check), startedAt: at.toISOString(), attempts: attempt, slot, compiledPath: compiledPathOf(check.id) };
      try {
        const outcome = await run();
        audits.push({ result: { ...base, ...outcome, seconds: secondsSince(at, clock) }, index });
        return outcome;
      } catch (error) {
        if (isTransient(error) && attempt <= max) throw error;
        const diagnostics = problemOf(error, { lines: check.lines, textOf });
        audits.push({ result: { ...base, status: 'error', diagnostics, seconds: secondsSince(at, clock) }, index });
        return { status: 'error' };
      }
    };
    const settle = (outcome: Outcome | { readonly status: 'error'; readonly diagnostics: StepResult['diagnostics'] }) => {
      const told = new Set(audits.map(({ result }) => result.id));
      const missed = auditsOf(step).filter((check) => !told.has(check.id));
      const untold = missed.map((check) => ({
        result: {
          ...headOf(check),
          status: 'skipped',
          startedAt: began.toISOString(),
          seconds: 0,
          attempts: 0,
          because: step.id,
        } as StepResult,
        index: indexes.get(check.id) ?? nextIndex(),
      }));
      for (const { result, index } of [...audits, ...untold]) emit({ type: 'step.finished', result, index, total });
      return {
        audits: [...audits, ...untold].map(({ result }) => result),
        result: {
          ...headOf(step),
          startedAt: began.toISOString(),
          seconds: secondsSince(began, clock),
          attempts: attempt,
          slot,
          compiledPath: compiledPathOf(step.id),
          ...outcome,
        },
      };
    };
    try {
      return settle(await work(step, workers, audit, signal));
    } catch (error) {
      if (isTransient(error) && attempt <= max && !signal.aborted) {
        emit({ type: 'step.retried', id: step.id, attempt, delay, problem: error instanceof Error ? error.message : String(error) });
        await clock.sleep(delay * 1000, signal).catch(() => undefined);
        if (!signal.aborted) continue;
      }
      return settle({ status: 'error', diagnostics: problemOf(error, { lines: linesOf(step), textOf }) });
    }
  }
}

export const secondsSince = (began: Date, clock: Clock): number => (clock.now().getTime() - began.getTime()) / 1000;

export const auditsOf = (step: Step): readonly Check[] => (step.kind === 'load' || step.kind === 'model' ? step.audits : []);

const linesOf = (step: Step): LineMap | undefined =>
  step.kind === 'model' ? step.lines : step.kind === 'test' ? step.check.lines : undefined;

/** What events and results say of a step or an audit. */
export function headOf(of: Step | Check): StepHead {
  if (!('kind' in of)) return { id: of.id, kind: 'test', name: of.name };
  return {
    id: of.id,
    kind: of.kind,
    name: of.name,
    ...('relation' in of && { relation: relationName(of.relation) }),
    ...('materialized' in of && { materialized: of.materialized }),
  };
}
