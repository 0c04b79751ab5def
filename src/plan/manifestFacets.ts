import { hashOf } from '../core/hash';
import { facetHash, type Facets } from './fingerprints';
import { normalisedSql } from './normalised';

/** The parts of an entry of dbt's manifest (v12) that say what a node is. */
interface Entry {
  readonly raw_code?: string;
  readonly compiled_code?: string | null;
  readonly checksum?: unknown;
  readonly config?: unknown;
  readonly relation_name?: string | null;
  readonly description?: string;
  readonly columns?: Readonly<
    Record<string, { readonly description?: string; readonly data_type?: string | null; readonly constraints?: unknown }>
  >;
  readonly contract?: { readonly enforced?: boolean };
  readonly constraints?: unknown;
  readonly depends_on?: { readonly nodes?: readonly string[] };
}

type Entries = Readonly<Record<string, Entry>>;

/** The facets of every node and source table of a manifest as dbt writes it, by dbt's ids. */
export function facetsOfManifest({
  nodes = {},
  sources = {},
}: {
  readonly nodes?: Entries;
  readonly sources?: Entries;
}): ReadonlyMap<string, Facets> {
  const entries: Entries = { ...nodes, ...sources };
  return new Map(Object.entries(entries).map(([id, entry]) => [id, facetsOfEntry(id, entry, entries)]));
}

function facetsOfEntry(id: string, entry: Entry, entries: Entries): Facets {
  const { raw_code: raw = '', compiled_code: compiled, checksum, relation_name: relation = null, columns = {} } = entry;
  const sql = [id, ...(entry.depends_on?.nodes ?? [])].reduce((text, each) => {
    const name = entries[each]?.relation_name;
    return typeof name === 'string' && name !== '' ? text.replaceAll(name, `{${each}}`) : text;
  }, compiled ?? raw);
  const described = Object.entries(columns);
  return {
    // a seed's text is not in the manifest, its checksum is
    body: facetHash([raw, raw === '' && checksum]),
    compiled: hashOf(`${normalisedSql(sql)}${raw === '' ? facetHash(checksum) : ''}`),
    configs: facetHash(entry.config),
    relation: facetHash(relation),
    persisted_descriptions: facetHash([entry.description, described.map(([name, column]) => [name, column.description])]),
    contract: facetHash([
      entry.contract?.enforced,
      entry.constraints,
      described.map(([name, column]) => [name, column.data_type, column.constraints]),
    ]),
  };
}
