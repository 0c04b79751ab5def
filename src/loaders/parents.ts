import { failure } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import type { Store } from '../core/ports';
import { isJsonList, isJsonObject, jsonText, kindOf, pathOf, valueAt, type Json, type JsonObject } from './json';
import { keySet } from './keySet';
import { latestManifest, resourcePrefix, type RawManifest } from './lakeManifest';
import { landedRecords } from './page';
import type { FieldOf } from './request';
import { verifiedBytes } from './verified';

/** One record of a parent, as far as a child is concerned. */
export interface Parent {
  /** Fills placeholders. Throws `extract.shape` when the record has no single value there. */
  readonly fieldOf: FieldOf;
  /** The fields that the child's records get, as JSON text; undefined when none are declared. */
  readonly included?: string;
}

/** The load that the parents are of, and they themselves, as many at a time as were in one page. */
export interface Parents {
  readonly load: { readonly resource: string; readonly load_id: string };
  readonly batches: AsyncIterable<readonly Parent[]>;
}

/**
 * The parents of `resource` in the latest complete load of theirs, in its order; of records that fill the placeholders alike only the first.
 * Throws `lake.missing-load`, `lake.corrupt`.
 */
export async function parentsOf(source: string, resource: Resource, paths: readonly string[], store: Store): Promise<Parents> {
  const { resource: name, include } = resource.parent!;
  const manifest = await latestManifest<RawManifest>(
    store,
    resourcePrefix(resource.land, source, name),
    `extract.${source}.${name}`,
    'pages',
  );
  return { load: { resource: name, load_id: manifest.load_id }, batches: batches() };

  async function* batches(): AsyncIterable<readonly Parent[]> {
    const seen = keySet();
    try {
      for (const page of manifest.pages) {
        const records = landedRecords(await verifiedBytes(store, page), manifest.data_selector, page);
        const parents: Parent[] = [];
        for (const record of records) {
          const fieldOf = fieldsOf(record, resource, page.key);
          const known = seen.size;
          if (seen.add(JSON.stringify(paths.map((path) => String(fieldOf(path))))) === known)
            parents.push({ fieldOf, included: includedOf(record, include) });
        }
        yield parents;
      }
    } finally {
      seen.close();
    }
  }
}

function fieldsOf(record: JsonObject, { at, parent }: Resource, key: string): FieldOf {
  return (path) => {
    const value = valueAt(record, pathOf(path));
    if (value !== undefined && value !== null && !isJsonList(value) && !isJsonObject(value)) return value;
    const facts = {
      request: `the record of \`${parent!.resource}\` in \`${key}\``,
      path,
      expected: 'a single value for a placeholder',
      found: kindOf(value),
    };
    throw failure('extract.shape', facts, at);
  };
}

function includedOf(record: JsonObject, include: Readonly<Record<string, string>>): string | undefined {
  const entries = Object.entries(include).map(([name, path]): [string, Json] => [name, valueAt(record, pathOf(path)) ?? null]);
  return entries.length === 0 ? undefined : jsonText(Object.fromEntries(entries));
}
