import { failure } from '../core/diagnostic';
import type { DatasetNode } from '../core/node';
import type { Store } from '../core/ports';
import { cellText } from './cell';
import { deadLetter } from './deadLetter';
import { misfitRule, type Misfit } from './fit';
import { excerpt, jsonText, type Json } from './json';
import type { DatasetFile } from './lakeManifest';
import { placeName, type Place, type Row } from './row';

/** The rows that are set aside, on their way into the dead letter: NDJSON, each with the reason and where it came from. */
export interface Rejections {
  /** Sets a row aside that does not fit; throws `load.type` where the contract does not say so. */
  reject(row: Row, misfit: Misfit): void;
  /** Sets a record aside as it came. */
  refuse(record: Json, place: Place, reason: string): void;
  readonly count: number;
  /** Writes what was set aside since; to be called often, as nothing else bounds it. Throws `lake.error`. */
  flush(): Promise<void>;
  /** The object with all of them; undefined when there are none. Throws `lake.error`. */
  end(): Promise<DatasetFile | undefined>;
  abandon(): Promise<void>;
}

export function rejectionsOf(node: DatasetNode, store: Store, key: string): Rejections {
  const object = deadLetter(store, key);
  let lines: string[] = [];
  let count = 0;
  const setAside = (row: Json, place: Place, reason: string): void => {
    lines.push(`{"reason":${JSON.stringify(reason)},"from":${JSON.stringify(place)},"row":${jsonText(row)}}\n`);
    count += 1;
  };
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const text = lines.join('');
    lines = [];
    await object.write(Buffer.from(text));
  };
  return {
    get count() {
      return count;
    },
    reject({ cells, place }, { column, value, type, problem }) {
      if (misfitRule(node, column) !== 'discard_row') {
        const reason = `${problem} (${placeName(place)})`;
        throw failure('load.type', { dataset: node.name, column, value: excerpt(value), type, problem: reason }, node.at);
      }
      const row = Object.fromEntries(node.columns.map(({ name }, index) => [name, cellText(cells[index]!)]));
      setAside(row, place, `\`${column}\` (${type}): ${problem}`);
    },
    refuse: setAside,
    flush,
    async end() {
      await flush();
      const stored = await object.end();
      return stored && { key, ...stored, rows: count };
    },
    abandon: () => object.abandon(),
  };
}
