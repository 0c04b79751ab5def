import type { FoundColumn } from '../core/loader';
import type { DatasetNode } from '../core/node';
import type { Store } from '../core/ports';
import { nameProblem } from '../parse/names';
import { fieldProblem, type RecordGuard } from './fieldGuard';
import { fieldOf, undeclaredFields } from './fields';
import { inferenceOf, type Inference } from './inferred';
import { batchesOf, type LandedInput } from './inputs';
import { datasetPrefix, foundIn, latestLoad, manifestAt, type DatasetManifest } from './lakeManifest';
import type { LoaderPorts } from './ports';
import type { Place } from './row';
import { rowReaderOf } from './rows';

/** More are data that an API writes as names, and no table has room for them. */
const MOST_FOUND = 1000;

/** The columns that a dataset has beside the declared ones, and which of them no dataset had before. */
export interface Found {
  readonly columns: readonly FoundColumn[];
  readonly added: readonly FoundColumn[];
}

/**
 * Reads the records once, before the rows are made of them, for the fields that nobody declared: under `columns: evolve` each becomes a column
 * of its name, of the narrowest type that holds its values. A column stays when the API stops sending its field. Its type becomes wider where the
 * table is replaced; where rows are added to it the type stays, and what does not fit it is a misfit. Keeps nothing but names and types in memory.
 *
 * Throws `transform.field` for a field that cannot be a column, `transform.row`, `lake.corrupt`.
 */
export async function foundColumns(
  node: DatasetNode,
  inputs: readonly LandedInput[],
  ports: LoaderPorts,
  signal: AbortSignal,
): Promise<Found> {
  if (node.transform.contract.columns !== 'evolve') return { columns: [], added: [] };
  const before = await foundBefore(node, ports.store);
  const types = new Map(before.map(({ name, dataType }) => [name, inferenceOf(dataType)]));
  const settled = new Set(node.disposition === undefined ? [] : types.keys());
  const inferenceFor = inferencesOf(node, types);
  for (const landed of inputs) {
    const guard: RecordGuard = (record, place) => {
      for (const field of undeclaredFields(record, landed.known)) {
        if (!settled.has(field)) inferenceFor(field, place).observe(fieldOf(record, field));
      }
      return undefined;
    };
    const reader = await rowReaderOf({ ...landed.input, columns: {} }, { dataset: node.name, columns: [], guard }, ports);
    let rows = 0;
    for await (const batch of batchesOf(landed, reader, ports.store, signal)) {
      rows += batch.received;
      ports.emit({ rows });
    }
  }
  const columns = [...types].flatMap(([name, { type }]) => (type === undefined ? [] : [{ name, dataType: type }]));
  const known = new Set(before.map(({ name }) => name));
  return { columns, added: columns.filter(({ name }) => !known.has(name)) };
}

/** Those of the latest dataset that were neither declared nor ignored since. */
async function foundBefore({ source, table, columns, transform }: DatasetNode, store: Store): Promise<readonly FoundColumn[]> {
  const prefix = datasetPrefix(source, table);
  const id = await latestLoad(store, prefix);
  if (id === undefined) return [];
  const accounted = new Set([...columns.map(({ name }) => name), ...transform.inputs.flatMap(({ ignore = [] }) => ignore)].map(folded));
  return foundIn(await manifestAt<DatasetManifest>(store, prefix, id, 'files')).filter(({ name }) => !accounted.has(folded(name)));
}

/** The inference for a field, begun when the field first comes and can be a column. */
function inferencesOf(node: DatasetNode, types: Map<string, Inference>): (field: string, place: Place) => Inference {
  const taken = new Set([...node.columns.map(({ name }) => name), ...types.keys()].map(folded));
  return (field, place) => {
    const known = types.get(field);
    if (known !== undefined) return known;
    const problem =
      (field === '' ? 'it has no name' : nameProblem(field, 'identifier')) ??
      (taken.has(folded(field)) ? 'there is one of this name already' : undefined) ??
      (types.size >= MOST_FOUND ? `there are ${MOST_FOUND} undeclared ones already` : undefined);
    if (problem !== undefined) throw fieldProblem(node, field, place, `cannot become a column: ${problem}`);
    taken.add(folded(field));
    const inference = inferenceOf();
    types.set(field, inference);
    return inference;
  };
}

/** Some engines take names that differ in capitals alone for one. */
const folded = (name: string): string => name.toLowerCase();
