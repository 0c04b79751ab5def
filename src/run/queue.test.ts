import { queueOf } from './queue';

describe('queueOf', () => {
  it('gives the highest priority first, and equal ones in the order they came', () => {
    const queue = queueOf<string>();
    queue.put('low', 1);
    queue.put('high', 9);
    queue.put('middle, first', 5);
    queue.put('middle, second', 5);
    queue.put('middle, third', 5);
    expect([queue.take(), queue.take(), queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
      'high',
      'middle, first',
      'middle, second',
      'middle, third',
      'low',
      undefined,
    ]);
  });

  it('sorts whatever comes', () => {
    const queue = queueOf<number>();
    let seed = 7;
    const values = Array.from({ length: 1000 }, () => (seed = (seed * 48271) % 2147483647) % 100);
    values.forEach((value) => queue.put(value, value));
    const taken = values.map(() => queue.take());
    expect(taken).toEqual([...values].sort((a, b) => b - a));
    expect(queue.size()).toBe(0);
  });
});
