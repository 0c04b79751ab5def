/** A priority queue: `take` gives the item of the highest priority, of equal ones the first in. Both operations take O(log n). */
export interface Queue<T> {
  put(item: T, priority: number): void;
  take(): T | undefined;
  readonly size: () => number;
}

interface Entry<T> {
  readonly item: T;
  readonly priority: number;
  readonly order: number;
}

const before = <T>(a: Entry<T>, b: Entry<T>): boolean => (a.priority === b.priority ? a.order < b.order : a.priority > b.priority);

/** An empty queue (a binary heap). */
export function queueOf<T>(): Queue<T> {
  const heap: Entry<T>[] = [];
  let order = 0;
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  const rise = (start: number): void => {
    for (let at = start; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < heap.length && before(heap[child]!, heap[first]!)) first = child;
      if (first === at) return;
      swap(at, first);
      at = first;
    }
  };
  return {
    put(item, priority) {
      heap.push({ item, priority, order: (order += 1) });
      rise(heap.length - 1);
    },
    take() {
      const top = heap[0];
      const last = heap.pop();
      if (top === undefined || last === undefined) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        sink();
      }
      return top.item;
    },
    size: () => heap.length,
  };
}
