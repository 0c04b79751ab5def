import { DatabaseError } from '../core/ports';
import { budgetOf } from './budget';
import { StatementError } from './problem';

const failed = (code: string, transient = true): Error => new StatementError(new DatabaseError('no', { code, transient }), undefined);
const retry = { max: 4, delay: 5, backoff: 3, max_delay: 60 };

/** The waits that a budget grants for the same failure again and again. */
function waitsFor(error: Error, random: () => number, settings = retry): readonly number[] {
  const budget = budgetOf(settings, random);
  const waits: number[] = [];
  while (budget.allows(error)) waits.push(budget.spend(error));
  expect(budget.used()).toBe(waits.length);
  return waits;
}

test('the longest wait grows by its factor up to its limit', () => {
  expect(waitsFor(failed('08006'), () => 1)).toEqual([5, 15, 45, 60]);
});

test('each wait is a random part of the longest', () => {
  const parts = [0, 0.5, 0.1, 0.99];
  expect(waitsFor(failed('57P01'), () => parts.shift()!)).toEqual([0, 7.5, 4.5, 59.4]);
});

test('conflicts have attempts of their own, and come again within seconds', () => {
  for (const code of ['40001', '40P01', '55P03', '23505', 'XX000']) {
    expect(waitsFor(failed(code), () => 1, { ...retry, max: 0 })).toEqual([0.2, 0.4, 0.8, 1.6, 3]);
  }
});

test('what does not pass is not tried again, whatever its code', () => {
  for (const code of ['42601', '23505', 'XX000', '57014', '53100']) expect(waitsFor(failed(code, false), () => 1)).toEqual([]);
  expect(waitsFor(new Error('broken'), () => 1)).toEqual([]);
});
