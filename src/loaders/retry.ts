import type { HttpRetry } from '../core/loader';
import type { Clock } from '../core/ports';
import { NetworkError, type HttpResponse } from './fetcher';

/** Answers that say "not now": the server was busy, restarting or protecting itself. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

export const isPassing = (status: number): boolean => PASSING.has(status);

/** What came of asking: an answer, whatever its status, or no answer; and how often it was asked. */
export interface Asked {
  readonly attempts: number;
  readonly response?: HttpResponse;
  readonly error?: NetworkError;
}

/**
 * Asks until an answer is final or `retry.maxAttempts` are used. Between attempts it waits as long as `Retry-After` says, else twice as long
 * each time, with jitter so that many clients do not return at once; never longer than `retry.maxDelay`. Throws what is no NetworkError.
 */
export async function askAgain(
  ask: () => Promise<HttpResponse>,
  retry: HttpRetry,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  signal: AbortSignal,
): Promise<Asked> {
  for (let attempts = 1; ; attempts += 1) {
    const asked = await outcomeOf(ask, attempts);
    const final = asked.response ? !isPassing(asked.response.status) : !asked.error?.transient;
    if (final || attempts >= retry.maxAttempts) return asked;
    const wait =
      retryAfter(asked.response?.headers['retry-after'], clock.now()) ?? retry.backoff * 2 ** (attempts - 1) * (0.5 + random() / 2);
    await clock.sleep(Math.min(wait, retry.maxDelay) * 1000, signal);
    signal.throwIfAborted();
  }
}

async function outcomeOf(ask: () => Promise<HttpResponse>, attempts: number): Promise<Asked> {
  try {
    return { attempts, response: await ask() };
  } catch (error) {
    if (error instanceof NetworkError) return { attempts, error };
    throw error;
  }
}

/** Seconds from a `Retry-After` header: a number of them, or a date (RFC 9110 §10.2.3); undefined for anything else. */
export function retryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) || /^[-+\d.]/.test(header.trim()) ? undefined : Math.max(0, (date - now.getTime()) / 1000);
}
