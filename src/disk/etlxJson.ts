import type { Drift } from '../core/loader';
import type { Manifest } from '../core/manifest';
import type { RunResult, StepResult } from '../core/run';
import type { ArtifactMetadata } from './dbtMetadata';
import { nodeJson } from './nodeJson';
import { messageOf, threadOf, timingOf } from './resultFacts';

/** `target/etlx_manifest.json`: the nodes of the sources, which dbt's manifest has no words for, under etlx's own ids; secrets stay the references that they are. */
export function etlxManifestJson(manifest: Manifest, metadata: ArtifactMetadata): string {
  const nodes = [...manifest.nodes.values()].filter((node) => 'source' in node);
  return JSON.stringify({
    metadata: metadataJson(metadata, 'etlx-manifest-v2', manifest),
    nodes: Object.fromEntries(nodes.map((node) => [node.id, nodeJson(node)])),
  });
}

/** `target/etlx_results.json`: one result a step under etlx's own ids, with all that there is to tell; loads say what became of every row. */
export function etlxResultsJson(result: RunResult, manifest: Manifest, metadata: ArtifactMetadata): string {
  return JSON.stringify({
    metadata: metadataJson(metadata, 'etlx-results-v2', manifest),
    command: result.command,
    results: result.results.map(resultJson),
    elapsed_time: result.seconds,
  });
}

const metadataJson = ({ etlxVersion, generatedAt, invocationId }: ArtifactMetadata, schema: string, { project, target }: Manifest) => ({
  schema,
  etlx_version: etlxVersion,
  generated_at: generatedAt,
  invocation_id: invocationId,
  project_name: project,
  adapter_type: target.type,
  target: target.name,
});

function resultJson(result: StepResult): Readonly<Record<string, unknown>> {
  return {
    unique_id: result.id,
    status: result.status,
    timing: result.status === 'skipped' ? [] : timingOf(result),
    thread_id: threadOf(result),
    execution_time: result.seconds,
    message: messageOf(result),
    failures: result.failures ?? null,
    ...(result.failingRows && { failing_rows: result.failingRows.rows }),
    adapter_response: result.rows === undefined ? {} : { rows_affected: result.rows },
    relation_name: result.relation ?? null,
    compiled_path: result.compiledPath ?? null,
    attempts: result.attempts,
    ...(result.counts && { row_counts: result.counts }),
    ...(result.drift && { schema_drift: driftJson(result.drift) }),
    ...(result.because && { because: result.because }),
    ...(result.diagnostics && { diagnostics: result.diagnostics }),
  };
}

const driftJson = ({ added, discarded, undeclared }: Drift): Readonly<Record<string, unknown>> => ({
  added_columns: added.map(({ name, dataType }) => ({ name, data_type: dataType })),
  discarded_values: discarded,
  undeclared_values: undeclared,
});
