import type { Resource } from '../core/loader';
import type { Clock } from '../core/ports';
import { NetworkError, type HttpResponse } from './fetcher';
import { secondsToWait } from './rateHeaders';

/** Answers that say "not now": the server was busy, restarting or protecting itself. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

export const isPassing = (status: number): boolean => PASSING.has(status);

/** What came of asking: an answer, whatever its status, or no answer; and how often it was asked. */
export interface Asked {
  readonly attempts: number;
  readonly response?: HttpResponse;
  readonly error?: NetworkError;
}

/** What a declared response action says of an answer; undefined when none is about it. */
export function actionOf(
  { responseActions }: Pick<Resource, 'responseActions'>,
  { status, body }: HttpResponse,
): 'ignore' | 'retry' | 'fail' | undefined {
  return responseActions.find(
    ({ statusCode = status, content }) =>
      statusCode === status && (content === undefined || Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(content)),
  )?.action;
}

/**
 * Asks until an answer is final or `retry.maxAttempts` are used. Between attempts it waits as long as the answer's headers say, else twice as long
 * each time, with jitter so that many clients do not return at once; never longer than `retry.maxDelay`. Throws what is no NetworkError.
 */
export async function askAgain(
  ask: (attempt: number) => Promise<HttpResponse>,
  { retry, responseActions }: Pick<Resource, 'retry' | 'responseActions'>,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  signal: AbortSignal,
): Promise<Asked> {
  for (let attempts = 1; ; attempts += 1) {
    const asked = await outcomeOf(ask, attempts);
    if (isFinal(asked, responseActions) || attempts >= retry.maxAttempts) return asked;
    const wait = secondsToWait(asked.response, clock.now()) ?? retry.backoff * 2 ** (attempts - 1) * (0.5 + random() / 2);
    await clock.sleep(Math.min(wait, retry.maxDelay) * 1000, signal);
    signal.throwIfAborted();
  }
}

function isFinal({ response, error }: Asked, responseActions: Resource['responseActions']): boolean {
  if (response === undefined) return error?.transient !== true;
  const action = actionOf({ responseActions }, response);
  return action === undefined ? !isPassing(response.status) : action !== 'retry';
}

async function outcomeOf(ask: (attempt: number) => Promise<HttpResponse>, attempts: number): Promise<Asked> {
  try {
    return { attempts, response: await ask(attempts) };
  } catch (error) {
    if (error instanceof NetworkError) return { attempts, error };
    throw error;
  }
}
