import type { Batches, LoadStep, ModelStep, SeedStep, SnapshotStep, Statement, Step } from '../core/plan';
import { literal, relationKey, type Relation } from '../core/relation';

/**
 * `step` with its relation locked first, until its transaction ends, for those that build one: whoever else builds it with etlx, from
 * whatever project, waits. `wait` is how long it waits itself, in milliseconds, before it is to fail with SQLSTATE 55P03.
 */
export function locked(step: Step, wait: number): Step {
  if (step.kind !== 'load' && step.kind !== 'seed' && step.kind !== 'snapshot' && step.kind !== 'model') return step;
  const lock = lockStatement(step.relation, wait);
  if (step.kind === 'model' && step.batches !== undefined) return begun({ ...step, batches: lockedBatches(step.batches, lock) }, lock);
  return begun(step, lock);
}

function begun(step: LoadStep | SeedStep | SnapshotStep | ModelStep, lock: Statement): Step {
  if (step.ahead !== undefined) return { ...step, ahead: [lock, ...step.ahead] };
  if ('opening' in step && step.opening !== undefined) return { ...step, opening: [lock, ...step.opening] };
  return { ...step, build: [lock, ...step.build] };
}

function lockedBatches(batches: Batches, lock: Statement): Batches {
  return {
    ...batches,
    of(interval) {
      const batch = batches.of(interval);
      return { ...batch, build: [lock, ...batch.build] };
    },
  };
}

/**
 * One statement and so no round trip of its own; the columns are worked out in their order. Advisory locks belong to a database, so its
 * name is not part of the key. What `lock_timeout` was before holds again afterwards.
 */
function lockStatement(relation: Relation, wait: number): Statement {
  const key = keyOf(relation);
  return {
    sql: `select set_config('etlx.lock_timeout', current_setting('lock_timeout'), true), set_config('lock_timeout', '${wait}ms', true), pg_advisory_xact_lock(${key}), set_config('lock_timeout', current_setting('etlx.lock_timeout'), true)`,
    holder: `select a.pid, a.application_name as application, to_char(a.xact_start at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
from pg_locks l join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.database = (select oid from pg_database where datname = current_database())
  and (l.classid::bigint << 32) | l.objid::bigint = ${key}`,
  };
}

const keyOf = (relation: Relation): string => `hashtextextended(${literal(`etlx:${relationKey(relation)}`)}, 0)`;
