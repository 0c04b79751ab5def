import type { Clock } from '../core/ports';

/** Seconds from `began` to now; none when the clock was set back meanwhile. */
export const secondsSince = (began: Date, clock: Clock): number => Math.max(0, clock.now().getTime() - began.getTime()) / 1000;
