import type { NodeId } from '../core/node';
import type { RunResult } from '../core/run';
import { compiledPath } from '../disk/compiledPath';
import { manifestJson, type ArtifactMetadata } from '../disk/manifestJson';
import { runResultsJson } from '../disk/runResultsJson';
import { replaceFile, writeFiles } from '../disk/write';
import type { Opened } from './opened';
import type { Shell } from './shell';

/** Writes `target/manifest.json`, and the compiled SQL of the nodes in `chosen` under `target/compiled/`. */
export function writeManifest({ project, manifest }: Opened, invocation: string, shell: Shell, chosen: ReadonlySet<NodeId>): void {
  replaceFile(project.root, 'target/manifest.json', manifestJson(manifest, metadataOf(invocation, shell)));
  const compiled = [...manifest.nodes.values()].flatMap((node) => {
    const path = compiledPath(node);
    return path === undefined || !chosen.has(node.id) || !('sql' in node)
      ? []
      : [{ path, text: node.sql.endsWith('\n') ? node.sql : `${node.sql}\n` }];
  });
  writeFiles(project.root, compiled);
}

/** Writes `target/run_results.json`, and the same beside the run's journal, where it stays. */
export function writeRun(result: RunResult, { project, manifest }: Opened, invocation: string, shell: Shell): void {
  const text = runResultsJson(result, manifest, metadataOf(invocation, shell));
  for (const path of ['target/run_results.json', `target/runs/${result.run}/run_results.json`]) replaceFile(project.root, path, text);
}

const metadataOf = (invocation: string, shell: Shell): ArtifactMetadata => ({
  etlxVersion: shell.version,
  generatedAt: shell.clock.now().toISOString(),
  invocationId: invocation,
});
