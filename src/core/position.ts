import type { Location } from './diagnostic';
import type { LineMap } from './node';

/** The offsets at which the lines of `text` begin, ascending, the first one 0. Lines end with `\n` (so `\r\n` counts once). */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The 1-based line and column (in UTF-16 code units, as editors count) of `offset`, by binary search in `starts` of `lineStartsOf`. */
export function placeAt(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

/** The location of `offset` in the file's `text`; offsets beyond an end are taken as that end. */
export function locationAt(file: string, text: string, offset: number, length?: number): Location {
  const place = placeAt(lineStartsOf(text), Math.min(Math.max(offset, 0), text.length));
  return length === undefined ? { file, ...place } : { file, ...place, length };
}

/**
 * The file, and the offset in it, from which the character at `compiled` came. Text between two marks advances with its source; what a helper
 * wrote may be longer than its call, so an offset never passes the source of the mark that follows.
 */
export function sourceOf({ file, marks }: LineMap, compiled: number): { readonly file: string; readonly offset: number } {
  let low = 0;
  let high = marks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (marks[middle]![0] <= compiled) low = middle;
    else high = middle - 1;
  }
  const mark = marks[low];
  if (mark === undefined) return { file, offset: compiled };
  const offset = mark[1] + Math.max(compiled - mark[0], 0);
  const next = marks[low + 1];
  const isBounded = next !== undefined && next[2] === mark[2] && next[1] > mark[1];
  return { file: mark[2] ?? file, offset: isBounded ? Math.min(offset, next[1] - 1) : offset };
}

/** Where the character at `compiledOffset` of the compiled SQL came from; `textOf` gives the whole text of a file. Undefined for a file that is not known. */
export function sourceLocation(lines: LineMap, textOf: (file: string) => string | undefined, compiledOffset: number): Location | undefined {
  const { file, offset } = sourceOf(lines, compiledOffset);
  const text = textOf(file);
  return text === undefined ? undefined : locationAt(file, text, offset);
}
