import { keyText } from './cell';
import { keySet } from './keySet';
import { pile } from './pile';
import { placeName, type Place, type Row } from './row';

/** The primary keys of the rows so far. */
export interface Repeats {
  /** Why `row` cannot stand beside the rows before it: its primary key is theirs; undefined when it can. */
  of(row: Row): string | undefined;
  close(): void;
}

/** Throws `scratch`. */
export function repeatsOf(primaryKey: readonly string[], columns: readonly string[]): Repeats {
  const indexes = primaryKey.map((name) => columns.indexOf(name));
  const seen = keySet();
  const places = pile();
  return {
    of(row) {
      const key = indexes.length === 0 ? undefined : keyText(indexes.map((index) => row.cells[index]));
      // a key with a null in it is not comparable; that it is null is told when types are checked
      if (key === undefined) return undefined;
      const known = seen.size;
      const number = seen.add(key);
      if (number < known) {
        const first = JSON.parse(places.at(number).toString()) as Place;
        return `the key (${primaryKey.join(', ')}) = ${key} of ${placeName(row.place)} stands already in ${placeName(first)}`;
      }
      places.add(Buffer.from(JSON.stringify(row.place)));
      return undefined;
    },
    close() {
      seen.close();
      places.close();
    },
  };
}
