import { keyText } from './cell';
import { placeName, type Place, type Row } from './row';

/** Answers why `row` cannot stand beside the rows before it: its primary key is theirs; undefined when it can. */
export function repeatsOf(primaryKey: readonly string[], columns: readonly string[]): (row: Row) => string | undefined {
  const indexes = primaryKey.map((name) => columns.indexOf(name));
  const seen = new Map<string, Place>();
  return (row) => {
    const key = indexes.length === 0 ? undefined : keyText(indexes.map((index) => row.cells[index]));
    // a key with a null in it is not comparable; that it is null is told when types are checked
    if (key === undefined) return undefined;
    const earlier = seen.get(key);
    if (earlier !== undefined)
      return `the key (${primaryKey.join(', ')}) = ${key} of ${placeName(row.place)} stands already in ${placeName(earlier)}`;
    seen.set(key, row.place);
    return undefined;
  };
}
