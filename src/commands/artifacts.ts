import type { NodeId } from '../core/node';
import type { Row } from '../core/ports';
import type { RunResult } from '../core/run';
import { catalogJson } from '../disk/catalogJson';
import { fileChecksum } from '../disk/checksum';
import { compiledPath } from '../disk/compiledPath';
import type { ArtifactMetadata } from '../disk/dbtMetadata';
import { etlxManifestJson, etlxResultsJson } from '../disk/etlxJson';
import { manifestJson } from '../disk/manifestJson';
import { runResultsJson } from '../disk/runResultsJson';
import { replaceFile, writeFiles } from '../disk/write';
import type { Flags } from './flags';
import { macroTexts } from './macroTexts';
import type { Opened } from './opened';
import type { Shell } from './shell';
import { varsOf } from './vars';

/** What a call is remembered by: `run` where it is one, whose artifacts stay beside its journal. */
export interface Call {
  readonly invocation: string;
  readonly run?: string;
  readonly shell: Shell;
}

/** Writes dbt's manifest and etlx's own. */
export function writeManifest({ project, manifest, textOf }: Opened, { invocation, run, shell }: Call): void {
  const metadata = metadataOf(invocation, shell);
  const files = { textOf, checksumOf: (path: string) => fileChecksum(project.root, path), macros: macroTexts(project) };
  writeArtifact(project.root, 'manifest.json', manifestJson(manifest, files, metadata), run);
  writeArtifact(project.root, 'etlx_manifest.json', etlxManifestJson(manifest, metadata), run);
}

/** Writes the catalog from the answer to `Dialect.describedQuery`. */
export function writeCatalog({ project, manifest }: Opened, rows: readonly Row[], { invocation, shell }: Call): void {
  writeArtifact(project.root, 'catalog.json', catalogJson(manifest, rows, metadataOf(invocation, shell)));
}

/** Writes the compiled SQL of the nodes in `chosen` under `target/compiled/`. */
export function writeCompiled({ project, manifest }: Opened, chosen: ReadonlySet<NodeId>): void {
  const compiled = [...manifest.nodes.values()].flatMap((node) => {
    const path = compiledPath(node);
    if (path === undefined || !chosen.has(node.id) || !('sql' in node)) return [];
    const file = { path, text: asFile(node.sql) };
    if (node.kind !== 'model' || node.again === undefined) return [file];
    return [file, { path: path.replace(/\.sql$/, '.incremental.sql'), text: asFile(node.again.sql) }];
  });
  writeFiles(project.root, compiled);
}

const asFile = (sql: string): string => (sql.endsWith('\n') ? sql : `${sql}\n`);

/** Writes the results of a run, dbt's and etlx's own. */
export function writeRun(result: RunResult, { project, manifest }: Opened, flags: Flags, shell: Shell): void {
  const { run } = result;
  const metadata = metadataOf(run, shell);
  writeArtifact(project.root, 'run_results.json', runResultsJson(result, manifest, argsOf(flags, manifest.target.name), metadata), run);
  writeArtifact(project.root, 'etlx_results.json', etlxResultsJson(result, manifest, metadata), run);
}

/** The latest lies in `target/`, and that of a run stays beside its journal as well. */
function writeArtifact(root: string, name: string, text: string, run?: string): void {
  replaceFile(root, `target/${name}`, text);
  if (run !== undefined) replaceFile(root, `target/runs/${run}/${name}`, text);
}

/** The flags that say what was run, in dbt's words. */
const argsOf = (flags: Flags, target: string): Readonly<Record<string, unknown>> => ({
  select: flags.select ?? [],
  exclude: flags.exclude ?? [],
  resource_types: flags.resourceType ?? [],
  indirect_selection: flags.indirectSelection ?? 'eager',
  target,
  vars: varsOf(flags.vars),
  threads: flags.threads === undefined ? null : Number(flags.threads),
  fail_fast: flags.failFast === true,
  warn_error: flags.warnError === true,
  full_refresh: flags.fullRefresh === true,
});

/** What an artifact says of the call that wrote it. */
export const metadataOf = (invocation: string, shell: Shell): ArtifactMetadata => ({
  etlxVersion: shell.version,
  generatedAt: shell.clock.now().toISOString(),
  invocationId: invocation,
});
