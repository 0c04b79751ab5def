import { failure } from '../core/diagnostic';
import type { Emit } from '../core/event';
import type { Step } from '../core/plan';
import { DatabaseError, type Adapter, type Clock } from '../core/ports';
import { relationName } from '../core/relation';
import { secondsSince } from './elapsed';
import { StatementError } from './problem';

/** Seconds to wait for a relation that somebody else builds; 0: not at all. */
export type LockPatience = number;

/** A lock that was not to be had: the query that tells who has it. */
export function lockedBy(error: unknown): string | undefined {
  return error instanceof StatementError && error.error.code === LOCK_NOT_AVAILABLE ? error.statement?.holder : undefined;
}

const LOCK_NOT_AVAILABLE = '55P03';

export interface LockSetting {
  readonly adapter: Adapter;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly patience: LockPatience;
}

/**
 * What a step does each time it does not get its lock, which the server has by then waited for a while: says who has it whenever that is
 * somebody new, and resolves when the step shall ask again. Throws EtlxError `step.locked` when its patience is at an end.
 */
export function lockQueue(step: Step, { adapter, clock, emit, signal, patience }: LockSetting): (holderQuery: string) => Promise<void> {
  const state: { since?: Date; told?: string } = {};
  return async (holderQuery) => {
    state.since ??= clock.now();
    const holder = await holderOf(adapter, holderQuery, signal);
    const relation = 'relation' in step ? relationName(step.relation) : step.id;
    const waited = secondsSince(state.since, clock);
    if (holder !== undefined && waited >= patience) throw failure('step.locked', { relation, holder, waited: Math.floor(waited) });
    if (holder === undefined || holder === state.told) return;
    state.told = holder;
    emit({ type: 'notice', level: 'info', message: `${step.id} waits: ${relation} is being built by ${holder}` });
  };
}

/** Who has the lock, in words; undefined when nobody has it any more. */
async function holderOf(adapter: Adapter, sql: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const [row] = (await adapter.query(sql, signal)).rows;
    if (row === undefined) return undefined;
    const facts = [row['application'] && `\`${String(row['application'])}\``, row['since'] && `since ${String(row['since'])}`].filter(
      Boolean,
    );
    return `the server's process ${String(row['pid'])}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
  } catch (error) {
    if (error instanceof DatabaseError) return 'a process that the server does not name';
    throw error;
  }
}
