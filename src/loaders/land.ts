import type { BodyFormat } from '../core/loader';
import type { Store, Stored } from '../core/ports';
import { loadPrefix, writeManifest, type RawManifest } from './lakeManifest';

/** An object of the lake. */
export interface Landed extends Stored {
  readonly key: string;
}

/** A load in the making: its pages are in the lake, and nobody sees them before it is complete. */
export interface Landing {
  /** Keeps one response, byte for byte, under the next page's name: names follow the order of the calls. */
  page(body: Uint8Array, format?: BodyFormat): Promise<Landed>;
  /** Makes the load exist. */
  complete(manifest: RawManifest): Promise<void>;
}

/** A load with the id `loadId` under `prefix` (one that `resourcePrefix` gave). */
export function landingOf(store: Store, prefix: string, loadId: string): Landing {
  const load = loadPrefix(prefix, loadId);
  let pages = 0;
  return {
    async page(body, format = 'json') {
      pages += 1;
      const key = `${load}/page-${String(pages).padStart(5, '0')}.${format}`;
      return { key, ...(await store.put(key, body)) };
    },
    complete: (manifest) => writeManifest(store, load, manifest),
  };
}
