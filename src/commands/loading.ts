import { readFile } from 'node:fs/promises';
import type { Emit } from '../core/event';
import type { DatasetNode, ExtractNode, NodeId, SourceNode } from '../core/node';
import { pathInside } from '../disk/inside';
import { projectModule } from '../disk/modules';
import { secretFile } from '../disk/secretFile';
import { openLake } from '../lake/open';
import type { LoaderPorts } from '../loaders/ports';
import type { Workers } from '../run/work';
import type { Opened } from './opened';
import type { Shell } from './shell';

export interface LoaderWorkers extends Pick<Workers, 'extract' | 'dataset' | 'load'> {
  close(): Promise<void>;
}

/** The workers of the loading steps. The loaders, the lake and the HTTP client are loaded when the first such step runs. */
export async function loaderWorkers({ project, manifest }: Opened, shell: Shell, emit: Emit): Promise<LoaderWorkers> {
  const opening = once(() => openPorts(project.root, manifest.lake, shell));
  const node = <K>(id: NodeId): K => manifest.nodes.get(id) as K;
  return {
    async extract(step, committed, signal) {
      const { ports } = await opening();
      const { extract } = await import('../loaders/extract');
      return extract(
        node<ExtractNode>(step.id),
        { ...ports, emit: (progress) => emit({ type: 'step.progress', id: step.id, phase: 'extract', ...progress }) },
        signal,
        { fills: step.fills ?? [], committed },
      );
    },
    async dataset(step, signal) {
      const { ports } = await opening();
      const { transform } = await import('../loaders/transform');
      const made = await transform(
        node<DatasetNode>(step.id),
        { ...ports, emit: (progress) => emit({ type: 'step.progress', id: step.id, phase: 'transform', ...progress }) },
        signal,
      );
      for (const { name, dataType } of made.drift?.added ?? []) {
        const message = `\`${step.name}\` gets the column \`${name}\` (${dataType}): the API sends a field that nobody declared`;
        emit({ type: 'notice', level: 'warn', message });
      }
      return made;
    },
    async load(step, session) {
      const { ports } = await opening();
      const { loadRows } = await import('../loaders/load');
      return loadRows(session, step, node<SourceNode>(step.id), ports.store);
    },
    async close() {
      if (opening.begun()) await (await opening()).close();
    },
  };
}

async function openPorts(
  root: string,
  lake: Opened['manifest']['lake'],
  shell: Shell,
): Promise<{ readonly ports: Omit<LoaderPorts, 'emit'>; close(): Promise<void> }> {
  const [{ httpClient }, { polite }, { fetcherOf }, { recordedFetcher }, { loadIds }] = await Promise.all([
    import('../loaders/http'),
    import('../loaders/polite'),
    import('../loaders/fetcher'),
    import('../loaders/recorded'),
    import('../loaders/loadId'),
  ]);
  const http = httpClient();
  const ports = {
    store: await openLake(lake, root, shell.env, secretFile(root)),
    clock: shell.clock,
    env: shell.env,
    random: shell.random,
    nextLoadId: loadIds(shell.clock, shell.random),
    tokens: new Map(),
    secretFile: secretFile(root),
    fetcher: fetcherOf(
      polite(http.fetch, shell.clock),
      recordedFetcher((path) => fileInside(root, path)),
    ),
    module: (path: string) => projectModule(root, path),
  };
  return { ports, close: () => http.close() };
}

/** The bytes of a project file; undefined when it is not there, or not in the project. */
async function fileInside(root: string, path: string): Promise<Uint8Array | undefined> {
  const file = pathInside(root, path);
  if (file === undefined) return undefined;
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined;
    throw error;
  });
}

/** `open`, run once however often it is asked for; a failure is not kept. */
function once<T>(open: () => Promise<T>): (() => Promise<T>) & { begun(): boolean } {
  const state: { opened?: Promise<T> } = {};
  const get = (): Promise<T> => {
    state.opened ??= open().catch((error: unknown) => {
      state.opened = undefined;
      throw error;
    });
    return state.opened;
  };
  return Object.assign(get, { begun: () => state.opened !== undefined });
}
