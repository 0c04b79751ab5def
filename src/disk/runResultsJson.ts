import { isoTime, type Interval } from '../core/interval';
import type { Manifest } from '../core/manifest';
import type { Node } from '../core/node';
import type { RunResult, StepResult } from '../core/run';
import { dbtIds } from './dbtIds';
import { dbtMetadata, type ArtifactMetadata } from './dbtMetadata';
import { operationId } from './manifestOperation';
import { messageOf, threadOf, timingOf } from './resultFacts';

/**
 * `target/run_results.json` in dbt's version 6 (https://schemas.getdbt.com/dbt/run-results/v6.json): the results of the nodes that dbt has a word for and that a
 * run of dbt's would list. Loads are in etlx's own results. `args` are the words of the call, as dbt names them.
 */
export function runResultsJson(
  result: RunResult,
  manifest: Manifest,
  args: Readonly<Record<string, unknown>>,
  metadata: ArtifactMetadata,
): string {
  const ids = dbtIds(manifest.nodes.values());
  return JSON.stringify({
    metadata: dbtMetadata('run-results/v6', metadata),
    results: result.results.flatMap((each) => {
      const node = manifest.nodes.get(each.id);
      const id = ids.get(each.id);
      if (each.kind === 'operation') return [resultJson(each, operationId(each.id, manifest.project))];
      // dbt loads nothing, so a source has no result in it
      return node === undefined || id === undefined || node.kind === 'source' ? [] : [resultJson(each, id, node)];
    }),
    elapsed_time: result.seconds,
    args: { which: result.command, ...args },
  });
}

function resultJson(result: StepResult, id: string, node?: Node): Readonly<Record<string, unknown>> {
  const sql = node !== undefined && 'sql' in node ? node.sql : null;
  return {
    status: statusOf(result),
    timing: result.status === 'skipped' ? [] : timingOf(result),
    thread_id: threadOf(result),
    execution_time: result.seconds,
    adapter_response: result.rows === undefined ? {} : { rows_affected: result.rows },
    message: messageOf(result),
    failures: result.failures ?? null,
    unique_id: id,
    compiled: sql === null ? null : true,
    compiled_code: sql,
    relation_name: result.relation ?? null,
    batch_results: result.batches === undefined ? null : batchesJson(result.batches),
  };
}

/** dbt's words for what etlx calls otherwise. */
function statusOf({ status, batches }: StepResult): string {
  if (status === 'unchanged') return 'reused';
  return status === 'error' && batches !== undefined && batches.successful.length > 0 ? 'partial success' : status;
}

const batchesJson = ({ successful, failed }: NonNullable<StepResult['batches']>) => {
  const times = (batches: readonly Interval[]) => batches.map(({ start, end }) => [isoTime(start), isoTime(end)]);
  return { successful: times(successful), failed: times(failed) };
};
