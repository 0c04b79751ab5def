import type { Neighbours } from './graph';

/**
 * The nodes, each after all of its parents; of those that could come next always the smallest (Kahn's algorithm with a heap).
 * Nodes on or below a cycle are left out.
 */
export function topologicalOrder(parents: Neighbours, children: Neighbours): readonly number[] {
  const awaited = Int32Array.from(parents, (own) => own.length);
  // Ascending numbers are a heap already.
  const ready = [...awaited.keys()].filter((node) => awaited[node] === 0);
  const order: number[] = [];
  for (let node = takeSmallest(ready); node !== undefined; node = takeSmallest(ready)) {
    order.push(node);
    for (const child of children[node]!) {
      awaited[child]! -= 1;
      if (awaited[child] === 0) put(ready, child);
    }
  }
  return order;
}

/** Adds `value` to the binary heap. */
function put(heap: number[], value: number): void {
  let at = heap.length;
  heap.push(value);
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (heap[above]! <= value) break;
    heap[at] = heap[above]!;
    at = above;
  }
  heap[at] = value;
}

/** Takes the smallest number out of the binary heap; undefined when it is empty. */
function takeSmallest(heap: number[]): number | undefined {
  const smallest = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return smallest;
  let at = 0;
  for (let below = 1; below < heap.length; below = 2 * at + 1) {
    if (below + 1 < heap.length && heap[below + 1]! < heap[below]!) below += 1;
    if (heap[below]! >= last) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = last;
  return smallest;
}
