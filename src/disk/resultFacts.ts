import type { StepResult } from '../core/run';

/** Everything is compiled before the first step runs, so that no step spends time on it. */
export function timingOf({ startedAt, seconds }: Pick<StepResult, 'startedAt' | 'seconds'>) {
  const ended = new Date(Date.parse(startedAt) + Math.round(seconds * 1000)).toISOString();
  return [
    { name: 'compile', started_at: startedAt, completed_at: startedAt },
    { name: 'execute', started_at: startedAt, completed_at: ended },
  ];
}

export const threadOf = ({ slot }: Pick<StepResult, 'slot'>): string => (slot === undefined ? 'main' : `Thread-${slot}`);

/** What is to be said of a result: its sentence, or its problems. */
export const messageOf = ({ message, diagnostics }: Pick<StepResult, 'message' | 'diagnostics'>): string | null =>
  message ?? diagnostics?.map((each) => each.message).join('\n') ?? null;
