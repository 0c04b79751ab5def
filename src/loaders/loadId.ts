import type { Clock } from '../core/ports';

/** The suffix has 24 bits; a first one of at most 23 leaves room to count upwards within its millisecond. */
const FIRST_SUFFIXES = 0x80_0000;

/**
 * Makes load ids like `20261122T230102123Z-4f9c1a`: they sort by time, and those of one process by their making, also within a millisecond
 * and when the clock is set back. Two processes differ by chance.
 */
export function loadIds(clock: Clock, random: () => number): () => string {
  let stamp = '';
  let suffix = 0;
  return () => {
    const now = clock.now().toISOString().replace(/[-:.]/g, '');
    if (now > stamp) {
      stamp = now;
      suffix = Math.floor(random() * FIRST_SUFFIXES);
    } else {
      suffix += 1;
    }
    return `${stamp}-${suffix.toString(16).padStart(6, '0')}`;
  };
}

/** When the load `id` began, in ISO 8601. */
export const timeOfLoad = (id: string): string =>
  id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-.*$/, '$1-$2-$3T$4:$5:$6.$7Z');
