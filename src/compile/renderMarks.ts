import type { LineMap } from '../core/node';
import type { Text } from '../parse/template';

type Mark = LineMap['marks'][number];

/** Collects where the pieces of a compiled text came from; offsets have to come in ascending order of the compiled text. */
export interface Marks {
  add(compiled: number, source: number): void;
  readonly all: readonly Mark[];
}

/** Marks that begin with the template's start. A mark that only continues the one before is left out; of two at one offset the last counts. */
export function marksFrom(start: number): Marks {
  const all: Mark[] = [[0, start]];
  return {
    all,
    add(compiled, source) {
      if (all.length > 0 && all[all.length - 1]![0] === compiled) all.pop();
      const last = all[all.length - 1];
      if (last === undefined || source - last[1] !== compiled - last[0]) all.push([compiled, source]);
    },
  };
}

/** The offset in the source of the first solid character of `part`, which is where its mark points. */
export function solidSource(part: Text): number {
  return part.escaped ? part.start + 1 + part.solid : part.start + part.solid;
}
