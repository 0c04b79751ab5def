import { failure } from '../core/diagnostic';
import type { CursorType } from '../core/cursor';
import type { BodyFormat, FoundColumn, RowCounts } from '../core/loader';
import type { Store, Stored } from '../core/ports';

/** The object that makes a load exist: written last, trusted by readers. */
export const MANIFEST = '_manifest.json';
const VERSION = 1;

export interface LandedPage extends Stored {
  readonly key: string;
  readonly records: number;
  /** How its bytes are to be read; absent: as JSON. */
  readonly format?: BodyFormat;
  /** The fields that its records get from their parent, as JSON text so that numbers keep their digits. */
  readonly parent?: string;
}

/** What one extract landed. It carries how its pages were read, so that whoever reads them later finds the records that were checked. */
export interface RawManifest {
  readonly version: 1;
  readonly source: string;
  readonly resource: string;
  readonly load_id: string;
  readonly started_at: string;
  readonly ended_at: string;
  /** The first request, without secrets. */
  readonly request: string;
  readonly data_selector: string;
  readonly pages: readonly LandedPage[];
  readonly records: number;
  /** Responses that `response_actions` let pass without records; they did not land. */
  readonly ignored?: number;
  /** The load of the parent whose records filled the placeholders. */
  readonly parent?: { readonly resource: string; readonly load_id: string };
  /** Of an incremental resource: which records were asked for. */
  readonly incremental?: LandedIncremental;
  /** As the API announced it; null when it announces none, and where paging ended before the last page. */
  readonly total: number | null;
  readonly status: 'complete';
}

/** The window of one extract. Cursors are as the API wrote them. */
export interface LandedIncremental {
  readonly cursor_path: string;
  readonly type: CursorType;
  readonly start_value: string;
  /** The first one outside. */
  readonly end_value?: string;
  readonly on_cursor_value_missing: 'raise' | 'include' | 'exclude';
  /** The greatest that came; null when none did. */
  readonly last_value: string | null;
  /** By table: the greatest that it held when it was asked; null for none. */
  readonly committed: Readonly<Record<string, string | null>>;
}

/** From where to where a dataset brings its table in one of its inputs. */
export interface InputCursor {
  readonly path: string;
  readonly type: CursorType;
  /** As in `LandedIncremental`; absent when the extract knew nothing of the table. */
  readonly committed?: string | null;
  readonly last: string | null;
}

export interface DatasetFile extends Stored {
  readonly key: string;
  readonly rows: number;
}

/** What one transform made: `files[0]` is the data, a second one what was rejected. */
export interface DatasetManifest {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly load_id: string;
  readonly inputs: readonly { readonly resource: string; readonly load_id: string; readonly cursor?: InputCursor }[];
  readonly columns: readonly string[];
  /** As declared; null for a column without a type. */
  readonly types: readonly (string | null)[];
  /** The columns among them that nobody declared. */
  readonly found?: readonly string[];
  readonly counts: RowCounts;
  readonly files: readonly DatasetFile[];
  readonly status: 'complete';
}

/** The columns that a dataset has because of its data. */
export const foundIn = ({ columns, types, found = [] }: DatasetManifest): readonly FoundColumn[] =>
  found.map((name) => ({ name, dataType: types[columns.indexOf(name)] ?? 'text' }));

export const resourcePrefix = (land: string, source: string, resource: string): string =>
  `${land.replace(/\/+$/, '')}/${source}/${resource}`;
export const datasetPrefix = (source: string, table: string): string => `datasets/${source}/${table}`;
export const loadPrefix = (prefix: string, loadId: string): string => `${prefix}/load_id=${loadId}`;

/** Completes the load at `prefix` (one that `loadPrefix` gave). A manifest that stands there already is another load's, and stays. */
export async function writeManifest(store: Store, prefix: string, manifest: RawManifest | DatasetManifest): Promise<void> {
  await store.put(`${prefix}/${MANIFEST}`, Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`), { fresh: true });
}

/** The newest load under `prefix` that is complete, undefined when there is none; one pass over the keys. */
export async function latestLoad(store: Store, prefix: string): Promise<string | undefined> {
  const start = `${prefix}/load_id=`;
  let latest: string | undefined;
  for await (const key of store.list(start)) {
    if (!key.endsWith(`/${MANIFEST}`)) continue;
    const id = key.slice(start.length, -MANIFEST.length - 1);
    if (!id.includes('/') && (latest === undefined || id > latest)) latest = id;
  }
  return latest;
}

/** The manifest of the newest complete load under `prefix`. Throws `lake.missing-load` (naming `what`) and `lake.corrupt`. */
export async function latestManifest<M extends RawManifest | DatasetManifest>(
  store: Store,
  prefix: string,
  what: string,
  list: M extends RawManifest ? 'pages' : 'files',
): Promise<M> {
  const id = await latestLoad(store, prefix);
  if (id === undefined) throw failure('lake.missing-load', { what });
  return manifestAt<M>(store, prefix, id, list);
}

/** The manifest of the complete load `id` under `prefix`. Throws `lake.corrupt`. */
export async function manifestAt<M extends RawManifest | DatasetManifest>(
  store: Store,
  prefix: string,
  id: string,
  list: M extends RawManifest ? 'pages' : 'files',
): Promise<M> {
  const key = `${loadPrefix(prefix, id)}/${MANIFEST}`;
  const pieces: Uint8Array[] = [];
  for await (const piece of store.get(key)) pieces.push(piece);
  const manifest = parsed(Buffer.concat(pieces).toString('utf8'));
  if (manifest?.version !== VERSION || manifest.status !== 'complete' || manifest.load_id !== id || !Array.isArray(manifest[list])) {
    throw failure('lake.corrupt', { key, problem: `it is no manifest of version ${VERSION} for this load` });
  }
  return manifest as unknown as M;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
