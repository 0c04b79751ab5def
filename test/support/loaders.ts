import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource, Transform } from '../../src/core/loader';
import type { Column, DatasetNode, ExtractNode } from '../../src/core/node';
import type { Clock, Store } from '../../src/core/ports';
import { localStore } from '../../src/lake/local';
import { httpClient, type HttpClient } from '../../src/loaders/http';
import { loadIds } from '../../src/loaders/loadId';
import { polite } from '../../src/loaders/polite';
import type { LoaderPorts, Progress } from '../../src/loaders/ports';

export const at = { file: 'sources/shop.yaml', line: 1, column: 1 };

/** A clock that stands still until somebody sleeps; sleeping takes no time and is written down, in milliseconds. */
export function testClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(Date.UTC(2026, 10, 22, 23, 1, 2, 123) + slept.reduce((sum, each) => sum + each, 0)),
    sleep: async (milliseconds) => void slept.push(milliseconds),
  };
}

export interface TestPorts extends LoaderPorts {
  readonly clock: ReturnType<typeof testClock>;
  readonly progress: Progress[];
  readonly client: HttpClient;
  readonly root: string;
}

/** Ports on a lake in a new folder, with real HTTP. */
export function testPorts(over: Partial<LoaderPorts> = {}): TestPorts {
  const root = mkdtempSync(join(tmpdir(), 'etlx-loaders-'));
  const clock = testClock();
  const client = httpClient();
  const progress: Progress[] = [];
  return {
    store: localStore(root, 'the lake'),
    env: {},
    tokens: new Map(),
    fetcher: polite(client.fetch, clock),
    random: () => 0.5,
    nextLoadId: loadIds(clock, () => 0.5),
    emit: (each) => progress.push(each),
    module: (path) => Promise.reject(new Error(`no module \`${path}\``)),
    ...over,
    clock,
    progress,
    client,
    root,
  };
}

export function resource(name: string, over: Partial<Resource> = {}): Resource {
  return {
    name,
    at,
    baseUrl: 'http://127.0.0.1:1',
    path: name,
    method: 'GET',
    headers: {},
    params: {},
    dataSelector: name,
    paginator: { type: 'offset', limit: 30, limitAt: { param: 'limit' }, offsetAt: { param: 'skip' }, totalPath: 'total' },
    primaryKey: ['id'],
    retry: { maxAttempts: 4, backoff: 0.5, maxDelay: 30 },
    timeout: { connect: 10, firstByte: 10, idle: 10, total: 10 },
    responseActions: [],
    concurrency: 1,
    maxBytes: 1_000_000_000,
    allowHosts: [],
    allowPrivate: false,
    land: 'raw',
    ...over,
  };
}

const base = { package: 'shop', fqn: [], path: at.file, at, description: '', tags: [], meta: {}, config: {}, dependsOn: [] };

export function extractNode(name: string, over: Partial<Resource> = {}): ExtractNode {
  return { ...base, kind: 'extract', id: `extract.shop.${name}`, name, source: 'shop', resource: resource(name, over) };
}

/** `columns`: `user_id INT` and the like, `!` at the end for not null. */
export function datasetNode(
  table: string,
  columns: readonly string[],
  primaryKey: readonly string[],
  transform: Partial<Transform>,
): DatasetNode {
  return {
    ...base,
    kind: 'dataset',
    id: `dataset.shop.${table}`,
    name: table,
    source: 'shop',
    table,
    land: 'raw',
    primaryKey,
    columns: columns.map(columnOf),
    transform: { inputs: [], contract: { dataType: { columns: {}, otherwise: 'freeze' } }, ...transform },
  };
}

function columnOf(text: string): Column {
  const [name = '', ...type] = text.replace('!', '').split(' ');
  return { name, description: '', dataType: type.join(' ') || undefined, notNull: text.endsWith('!'), tags: [], meta: {} };
}

export async function textOf(store: Store, key: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.get(key)) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

export async function keysOf(store: Store, prefix = ''): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}
