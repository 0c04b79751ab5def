import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { failure } from '../core/diagnostic';
import type { Manifest } from '../core/manifest';
import type { NodeId } from '../core/node';
import { connect } from '../adapters/connect';
import { fileChecksum } from '../disk/checksum';
import { dbtIds } from '../disk/dbtIds';
import { manifestJson } from '../disk/manifestJson';
import type { Marks } from '../graph/selectMethods';
import { facetsOf, isBuilt, type Facets } from '../plan/fingerprints';
import { facetsOfManifest } from '../plan/manifestFacets';
import { stateWords } from '../plan/stateWords';
import { stateTableOf } from '../plan/stateTable';
import { readRun } from '../state/pastRun';
import { directoryOf } from './invocation';
import type { Flags } from './flags';
import { compares, textOfSelection, type Opened } from './opened';
import { pastBuilds } from './pastBuilds';
import type { Shell } from './shell';

/** What the words of the flags compare with; nothing is read that none of them asks for. Throws EtlxError `usage` when there is nothing to compare with. */
export async function marksFor(flags: Flags, opened: Omit<Opened, 'marks'>, shell: Shell): Promise<Marks> {
  const text = textOfSelection(flags, opened.project);
  const asks = (method: keyof Marks): boolean => compares(text, method);
  const folder = flags.state === undefined ? undefined : resolve(shell.cwd, flags.state);
  return {
    ...(asks('state') && { state: folder === undefined ? await sinceBuilt(opened, shell) : sinceWritten(opened, folder) }),
    ...(asks('result') && { result: results(opened.manifest, flags, shell, folder) }),
    ...(asks('source_status') && { source_status: fresher(opened.manifest, directoryOf(flags, shell), folder) }),
  };
}

/** Compared with what was built in the target. */
async function sinceBuilt({ project, manifest }: Omit<Opened, 'marks'>, shell: Shell): Promise<ReadonlyMap<NodeId, readonly string[]>> {
  const { target, nodes } = manifest;
  const now = new Map<NodeId, Facets>([...nodes.values()].filter(isBuilt).map((node) => [node.id, facetsOf(node, nodes)]));
  if (target.type !== 'postgres' && !existsSync(join(project.root, target.path))) return stateWords(now, new Map());
  const adapter = await connect(target, { root: project.root, env: shell.env, image: shell.image });
  try {
    const catalog = await adapter.catalog([stateTableOf(target.schema).schema]);
    const past = await pastBuilds(manifest, { catalog, query: (sql) => adapter.query(sql) });
    return stateWords(now, new Map([...past].map(([id, { facets }]) => [id, facets])));
  } finally {
    await adapter.close();
  }
}

/** Compared with the manifest in `folder`, which dbt may have written too. */
function sinceWritten({ project, manifest, textOf }: Omit<Opened, 'marks'>, folder: string): ReadonlyMap<NodeId, readonly string[]> {
  const files = { textOf, checksumOf: (path: string) => fileChecksum(project.root, path) };
  const metadata = { etlxVersion: '', generatedAt: '', invocationId: '' };
  const now = facetsOfManifest(JSON.parse(manifestJson(manifest, files, metadata)) as object);
  return byNode(manifest, stateWords(now, facetsOfManifest(jsonIn(folder, 'manifest.json'))));
}

/** How the steps of the latest run ended; with a folder, of the run whose results lie there. */
function results(manifest: Manifest, flags: Flags, shell: Shell, folder: string | undefined): ReadonlyMap<NodeId, readonly string[]> {
  if (folder === undefined) return new Map([...readRun(directoryOf(flags, shell)).statuses].map(([id, status]) => [id, [status]]));
  const { results: entries = [] } = jsonIn(folder, 'run_results.json') as { results?: readonly { unique_id: string; status: string }[] };
  return byNode(manifest, new Map(entries.map(({ unique_id: id, status }) => [id, [status]])));
}

/** The source tables with newer data than when `folder` was written. */
function fresher(manifest: Manifest, root: string, folder: string | undefined): ReadonlyMap<NodeId, readonly string[]> {
  if (folder === undefined)
    throw failure('usage', { problem: '`source_status:` compares with an earlier `sources.json`', hint: 'name its folder with `--state`' });
  const timesIn = (from: string): ReadonlyMap<string, string> => {
    const { results: entries = [] } = jsonIn(from, 'sources.json') as {
      results?: readonly { unique_id: string; max_loaded_at?: string }[];
    };
    return new Map(entries.flatMap(({ unique_id: id, max_loaded_at: at }) => (at === undefined ? [] : [[id, at] as const])));
  };
  const before = timesIn(folder);
  const newer = [...timesIn(join(root, 'target'))].filter(([id, at]) => Date.parse(at) > Date.parse(before.get(id) ?? '1970-01-01'));
  return byNode(manifest, new Map(newer.map(([id]) => [id, ['fresher']])));
}

function byNode<T>({ nodes }: Manifest, found: ReadonlyMap<string, T>): ReadonlyMap<NodeId, T> {
  return new Map([...dbtIds([...nodes.values()])].flatMap(([id, dbtId]) => (found.has(dbtId) ? [[id, found.get(dbtId)!] as const] : [])));
}

/** A file of artifacts, read. Throws EtlxError `usage` when it is not there, or is none. */
export function jsonIn(folder: string, name: string): object {
  const path = join(folder, name);
  const hint = 'give `--state` the folder that an earlier run wrote, such as a copy of `target/`';
  if (!existsSync(path)) throw failure('usage', { problem: `there is no \`${path}\``, hint });
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as object;
  } catch (error) {
    throw failure('usage', { problem: `\`${path}\` cannot be read: ${String(error)}`, hint });
  }
}
