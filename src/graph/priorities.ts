/**
 * How much work still hangs on each step: its own weight and the heaviest chain of steps behind it. Starting what has the most behind it
 * first keeps all slots busy to the end (the critical path first).
 *
 * `ids` are in topological order, as a plan has its steps; `after` answers what a step waits for (ids that are not among `ids` do not
 * count); `weight` is its expected cost in any unit, 1 by default. One pass, from the end to the beginning.
 */
export function priorities<Id extends string>(
  ids: readonly Id[],
  after: (id: Id) => Iterable<Id>,
  weight: (id: Id) => number = () => 1,
): ReadonlyMap<Id, number> {
  const behind = new Map<Id, number>(ids.map((id) => [id, 0]));
  for (const id of ids.toReversed()) {
    const path = behind.get(id)! + weight(id);
    behind.set(id, path);
    for (const earlier of after(id)) {
      const known = behind.get(earlier);
      if (known !== undefined && known < path) behind.set(earlier, path);
    }
  }
  return behind;
}
