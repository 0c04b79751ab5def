import { readFileSync } from 'node:fs';

/** The most memory that a process ever had, in bytes (the kernel keeps count: no peak is missed); undefined once it is gone, and where there is no `/proc`. */
export function peakOf(pid: number): number | undefined {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024 || undefined;
  } catch {
    return undefined;
  }
}

/** Looks at a process until `ended`; answers its peak, at most 20 ms before its end. */
export async function peakUntil(pid: number, ended: Promise<unknown>): Promise<number | undefined> {
  let peak: number | undefined;
  const timer = setInterval(() => (peak = peakOf(pid) ?? peak), 20);
  try {
    await ended;
  } finally {
    clearInterval(timer);
  }
  return peak;
}
