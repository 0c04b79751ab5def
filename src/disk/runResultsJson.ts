import type { Manifest } from '../core/manifest';
import type { RunResult, StepResult } from '../core/run';
import { metadataJson, type ArtifactMetadata } from './manifestJson';

/** `target/run_results.json`: one result a step, with dbt's key names; loads say what became of every row. */
export function runResultsJson(result: RunResult, manifest: Manifest, metadata: ArtifactMetadata): string {
  return JSON.stringify({
    metadata: metadataJson(metadata, 'etlx-run-results-v1', manifest),
    results: result.results.map(resultJson),
    elapsed_time: result.seconds,
    args: { which: result.command },
  });
}

function resultJson(result: StepResult): Readonly<Record<string, unknown>> {
  const ended = new Date(Date.parse(result.startedAt) + Math.round(result.seconds * 1000)).toISOString();
  return {
    unique_id: result.id,
    status: result.status,
    timing: result.status === 'skipped' ? [] : [{ name: 'execute', started_at: result.startedAt, completed_at: ended }],
    thread_id: result.slot === undefined ? null : `Thread-${result.slot}`,
    execution_time: result.seconds,
    message: result.message ?? result.diagnostics?.map(({ message }) => message).join('\n') ?? null,
    failures: result.failures ?? null,
    adapter_response: result.rows === undefined ? {} : { rows_affected: result.rows },
    relation_name: result.relation ?? null,
    compiled_path: result.compiledPath ?? null,
    attempts: result.attempts,
    ...(result.counts && { row_counts: result.counts }),
    ...(result.because && { because: result.because }),
    ...(result.diagnostics && { diagnostics: result.diagnostics }),
  };
}
