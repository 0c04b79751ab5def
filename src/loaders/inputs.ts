import type { TransformInput } from '../core/loader';
import type { DatasetNode } from '../core/node';
import type { Store } from '../core/ports';
import { belongsTo } from './cursorRecords';
import { declaredFields } from './fields';
import { parseJson, type JsonObject } from './json';
import { latestManifest, resourcePrefix, type RawManifest } from './lakeManifest';
import { landedRecords } from './page';
import type { RowBatch, RowReader } from './rows';
import { verifiedBytes } from './verified';

/** An input of a transform, with what it reads. */
export interface LandedInput {
  readonly input: TransformInput;
  readonly load: RawManifest;
  /** The fields of its records that are accounted for. */
  readonly known: ReadonlySet<string>;
  /** Of an incremental resource: whether a record is one that was asked for, for this table. */
  readonly belongs?: (record: JsonObject) => boolean;
}

/** The inputs of `node` in order of precedence, each with the newest complete load of its resource. Throws `lake.missing-load`, `lake.corrupt`. */
export async function landedInputs(node: DatasetNode, store: Store): Promise<readonly LandedInput[]> {
  const { source, table, land, disposition, transform } = node;
  const { inputs } = transform;
  const loads = new Map<string, RawManifest>();
  for (const resource of new Set(inputs.map(({ from }) => from))) {
    const prefix = resourcePrefix(land, source, resource);
    loads.set(resource, await latestManifest<RawManifest>(store, prefix, `extract.${source}.${resource}`, 'pages'));
  }
  return inputs.map((input) => {
    const load = loads.get(input.from)!;
    const known = new Set([...declaredFields(input), ...fieldsOfParent(load)]);
    const { incremental } = load;
    return { input, load, known, ...(incremental && { belongs: belongsTo(table, incremental, disposition === 'append') }) };
  });
}

/** What each record got from the record of another resource that it was asked for with; every page gives the same fields. */
function fieldsOfParent({ pages: [page] }: RawManifest): readonly string[] {
  return page?.parent === undefined ? [] : Object.keys(parseJson(page.parent) as JsonObject);
}

/** What `reader` makes of the landed pages, one batch a page, in their order. */
export async function* batchesOf(
  { load, belongs }: LandedInput,
  reader: RowReader,
  store: Store,
  signal: AbortSignal,
): AsyncIterable<RowBatch> {
  for (const [index, page] of load.pages.entries()) {
    signal.throwIfAborted();
    yield await reader.read(landedRecords(await verifiedBytes(store, page), load.data_selector, page), index + 1, belongs);
  }
}
