import type { LineMap } from '../core/node';
import { sourceOf } from '../core/position';

/** From an offset of the old text on, how far everything has moved; ascending. */
export type Moved = readonly (readonly [offset: number, by: number])[];

/** The map of a text in which pieces were put in the place of others. */
export function movedMap(lines: LineMap, moved: Moved): LineMap {
  const by = (offset: number): number => moved.findLast(([from]) => from <= offset)?.[1] ?? 0;
  const after = moved.map(([offset]) => {
    const { file, offset: source } = sourceOf(lines, offset);
    return [offset, source, file] as const;
  });
  const marks = [...lines.marks, ...after]
    .sort(([a], [b]) => a - b)
    .map(([compiled, ...source]) => [compiled + by(compiled), ...source] as const);
  return { file: lines.file, marks };
}
