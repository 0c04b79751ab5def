import type { FreshnessLimit, FreshnessRule } from '../core/freshness';
import type { NodeId } from '../core/node';
import type { RunResult, StepResult } from '../core/run';
import { dbtMetadata, type ArtifactMetadata } from './dbtMetadata';
import { messageOf, threadOf, timingOf } from './resultFacts';

/** What is asked about a node: its rule, and what dbt calls it. */
export interface Watched {
  readonly rule: FreshnessRule;
  readonly dbtId: string;
}

/** `target/sources.json` in dbt's version 3: how old the data of each node are. What could not be told is in it too, as a runtime error. */
export function sourcesJson(result: RunResult, watched: (id: NodeId) => Watched, metadata: ArtifactMetadata): string {
  return JSON.stringify({
    metadata: dbtMetadata('sources/v3', metadata),
    results: result.results.map((each) => resultJson(each, watched(each.id))),
    elapsed_time: result.seconds,
  });
}

function resultJson(result: StepResult, { rule, dbtId }: Watched): Readonly<Record<string, unknown>> {
  const { freshness, status, seconds } = result;
  if (freshness === undefined) return { unique_id: dbtId, error: messageOf(result), status: 'runtime error' };
  return {
    unique_id: dbtId,
    max_loaded_at: freshness.maxLoadedAt,
    snapshotted_at: freshness.snapshottedAt,
    max_loaded_at_time_ago_in_s: freshness.age,
    status: status === 'fail' ? 'error' : status,
    criteria: { warn_after: limitJson(rule.warnAfter), error_after: limitJson(rule.errorAfter), filter: rule.filter ?? null },
    adapter_response: {},
    timing: timingOf(result),
    thread_id: threadOf(result),
    execution_time: seconds,
  };
}

const limitJson = (limit: FreshnessLimit | undefined) => limit ?? { count: null, period: null };
