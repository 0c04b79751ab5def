import { keyText } from './cell';
import { keySet } from './keySet';
import { places } from './places';
import { placeName, type Row } from './row';

/** Answers why `row` cannot stand beside the rows before it: its primary key is theirs; undefined when it can. */
export function repeatsOf(primaryKey: readonly string[], columns: readonly string[]): (row: Row) => string | undefined {
  const indexes = primaryKey.map((name) => columns.indexOf(name));
  const seen = keySet();
  const where = places();
  return (row) => {
    const key = indexes.length === 0 ? undefined : keyText(indexes.map((index) => row.cells[index]));
    // a key with a null in it is not comparable; that it is null is told when types are checked
    if (key === undefined) return undefined;
    const known = seen.size;
    const number = seen.add(key);
    if (number < known)
      return `the key (${primaryKey.join(', ')}) = ${key} of ${placeName(row.place)} stands already in ${placeName(where.at(number))}`;
    where.add(row.place);
    return undefined;
  };
}
