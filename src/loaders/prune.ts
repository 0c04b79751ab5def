import type { Leftover, Store } from '../core/ports';
import { loadPrefix, MANIFEST, manifestAt, type DatasetManifest, type RawManifest } from './lakeManifest';

export interface PruneRules {
  /** How many complete loads of each resource and each dataset stay, at least 1. */
  readonly keep: number;
  /** What was written since stays: somebody may be at work on it. */
  readonly before: Date;
}

/** A load, as far as its objects tell. */
interface Load {
  /** `raw/shop/users`, `datasets/shop/users_table`. */
  readonly prefix: string;
  readonly id: string;
  readonly objects: number;
  readonly bytes: number;
  readonly newest: Date;
  readonly complete: boolean;
}

/** Something in the lake that nobody needs, and why; nothing happens to it before `remove` is called. */
export interface Prunable {
  readonly why: 'old' | 'incomplete' | 'unfinished';
  readonly name: string;
  readonly objects: number;
  /** Absent where the store does not say. */
  readonly bytes?: number;
  remove(): Promise<void>;
}

const LOAD = /^(.+)\/load_id=([^/]+)\/(.+)$/;

/**
 * What can go from the lake: complete loads but the last `keep` of each resource and dataset, loads that were never completed, and what
 * interrupted writers left. A load stays as long as a load that stays was made from it, and so does everything that is no load.
 * Throws `lake.corrupt` when a manifest that has to be asked cannot be read: then it is not known what is needed.
 */
export async function prunable(store: Store, { keep, before }: PruneRules): Promise<readonly Prunable[]> {
  const loads = await loadsOf(store);
  const stays = await needed(store, loads, keep, before);
  const found: Prunable[] = [];
  for (const load of loads) {
    if (stays.has(load) || load.newest >= before) continue;
    const { prefix, id, objects, bytes, complete } = load;
    const name = loadPrefix(prefix, id);
    found.push({ why: complete ? 'old' : 'incomplete', name, objects, bytes, remove: () => removeLoad(store, name) });
  }
  for await (const leftover of store.leftovers()) if (leftover.begun < before) found.push(unfinished(leftover));
  return found;
}

const unfinished = ({ name, bytes, remove }: Leftover): Prunable => ({
  why: 'unfinished',
  name,
  objects: 1,
  ...(bytes !== undefined && { bytes }),
  remove,
});

/** Every load of the lake, in one pass over its objects. */
async function loadsOf(store: Store): Promise<readonly Load[]> {
  const loads = new Map<string, Load>();
  for await (const { key, bytes, modified } of store.objects('')) {
    const [, prefix, id, name] = LOAD.exec(key) ?? [];
    if (prefix === undefined || id === undefined) continue;
    const at = loadPrefix(prefix, id);
    const before = loads.get(at) ?? { prefix, id, objects: 0, bytes: 0, newest: modified, complete: false };
    loads.set(at, {
      ...before,
      objects: before.objects + 1,
      bytes: before.bytes + bytes,
      newest: modified > before.newest ? modified : before.newest,
      complete: before.complete || name === MANIFEST,
    });
  }
  return [...loads.values()];
}

/** The complete loads that stay: the last `keep` of each kind, what is too young to go, and whatever those were made from. */
async function needed(store: Store, loads: readonly Load[], keep: number, before: Date): Promise<ReadonlySet<Load>> {
  const complete = loads.filter((load) => load.complete).sort((a, b) => (a.id < b.id ? 1 : -1));
  const kept = new Map<string, number>();
  const stays = new Set<Load>();
  for (const load of complete) {
    const nth = (kept.get(load.prefix) ?? 0) + 1;
    kept.set(load.prefix, nth);
    if (nth <= keep || load.newest >= before) stays.add(load);
  }
  // a manifest names a resource without the folder that it lands in
  const byName = new Map(complete.filter(({ prefix }) => !isDataset(prefix)).map((load) => [nameOf(load.prefix, load.id), load]));
  // what is added while the set is walked through is walked through as well
  for (const { prefix, id } of stays) {
    const source = prefix.split('/').at(-2) ?? '';
    for (const { resource, load_id } of await inputsOf(store, prefix, id)) {
      const input = byName.get(nameOf(`${source}/${resource}`, load_id));
      if (input !== undefined) stays.add(input);
    }
  }
  return stays;
}

const isDataset = (prefix: string): boolean => prefix.startsWith('datasets/');

const nameOf = (prefix: string, id: string): string => loadPrefix(prefix.split('/').slice(-2).join('/'), id);

async function inputsOf(store: Store, prefix: string, id: string): Promise<DatasetManifest['inputs']> {
  if (isDataset(prefix)) return (await manifestAt<DatasetManifest>(store, prefix, id, 'files')).inputs;
  const { parent } = await manifestAt<RawManifest>(store, prefix, id, 'pages');
  return parent === undefined ? [] : [parent];
}

/** The manifest goes first: whatever happens then, no reader trusts what is left. */
async function removeLoad(store: Store, load: string): Promise<void> {
  await store.remove(`${load}/${MANIFEST}`);
  const keys: string[] = [];
  for await (const key of store.list(`${load}/`)) keys.push(key);
  for (const key of keys) await store.remove(key);
}
