import type { NodeId } from './node';
import type { Step } from './plan';
import type { RunResult, StepResult } from './run';

/** What happens, as it happens. Whoever prints, counts or writes a journal is a subscriber. */
export type Event =
  | {
      readonly type: 'run.started';
      readonly run: string;
      readonly command: string;
      readonly target: string;
      readonly threads: number;
      readonly found: Readonly<Record<string, number>>;
      readonly total: number;
    }
  | { readonly type: 'step.started'; readonly step: StepHead; readonly index: number; readonly total: number; readonly slot: number }
  | {
      readonly type: 'step.progress';
      readonly id: NodeId;
      readonly phase: 'extract' | 'transform' | 'load';
      readonly rows: number;
      readonly pages?: number;
    }
  | { readonly type: 'step.retried'; readonly id: NodeId; readonly attempt: number; readonly delay: number; readonly problem: string }
  | { readonly type: 'step.finished'; readonly result: StepResult; readonly index: number; readonly total: number }
  | { readonly type: 'notice'; readonly level: 'info' | 'warn'; readonly message: string }
  | { readonly type: 'run.finished'; readonly result: RunResult };

/** The part of a step that a line about it needs. */
export type StepHead = Pick<Step, 'id' | 'kind' | 'name'> & { readonly relation?: string; readonly materialized?: string };

export type Emit = (event: Event) => void;
