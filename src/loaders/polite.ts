import type { Clock } from '../core/ports';
import type { Fetcher, HttpRequest, HttpResponse } from './fetcher';
import { allowanceOf, retryAfter } from './rateHeaders';

/** What is known of one host. */
interface Host {
  underWay: number;
  readonly waiting: { readonly request: HttpRequest; readonly go: () => void }[];
  /** When the latest requests were let through, as many as the rate limit counts, oldest first; milliseconds. */
  readonly grants: number[];
  /** Milliseconds: nobody is let through before. */
  closedUntil: number;
}

/**
 * `fetcher`, but no host is asked by more requests at once, or more often, than declared; and none that has said that it wants to be left alone
 * (`Retry-After`, an allowance that is used up), as far as `maxDelay` goes. Who waits is served in the order of coming.
 */
export function polite(fetcher: Fetcher, clock: Clock): Fetcher {
  const hosts = new Map<string, Host>();
  return async (request, signal) => {
    // an address that cannot be read is for the fetcher to refuse
    const host = hostOf(hosts, URL.canParse(request.url) ? new URL(request.url).host : '');
    await slot(host, request, signal);
    try {
      const wait = waitOf(host, request, clock.now().getTime());
      if (wait > 0) await clock.sleep(wait, signal);
      signal.throwIfAborted();
      const response = await fetcher(request, signal);
      learn(host, request, response, clock.now());
      return response;
    } finally {
      leave(host);
    }
  };
}

function hostOf(hosts: Map<string, Host>, name: string): Host {
  const known = hosts.get(name) ?? { underWay: 0, waiting: [], grants: [], closedUntil: 0 };
  hosts.set(name, known);
  return known;
}

/** Resolves when one more request may be under way. */
async function slot(host: Host, request: HttpRequest, signal: AbortSignal): Promise<void> {
  if (host.waiting.length === 0 && host.underWay < request.manners.concurrency) {
    host.underWay += 1;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      host.waiting.splice(host.waiting.indexOf(entry), 1);
      reject(signal.reason as Error);
    };
    const entry = {
      request,
      go: () => {
        signal.removeEventListener('abort', stop);
        resolve();
      },
    };
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    host.waiting.push(entry);
  });
}

/** Gives the slot on to whoever waits longest, if there may be as many as that one says. */
function leave(host: Host): void {
  host.underWay -= 1;
  for (let next = host.waiting[0]; next !== undefined && host.underWay < next.request.manners.concurrency; next = host.waiting[0]) {
    host.waiting.shift();
    host.underWay += 1;
    next.go();
  }
}

/** Milliseconds until the request may be sent; its place in the rate is taken with the answer. */
function waitOf(host: Host, { manners: { rateLimit, maxDelay }, attempt }: HttpRequest, now: number): number {
  // whoever asks again has waited as long as the host said
  const opens = attempt > 1 ? now : Math.min(host.closedUntil, now + maxDelay * 1000);
  if (rateLimit === undefined) return opens - now;
  const { grants } = host;
  const earliest =
    grants.length < rateLimit.requests ? opens : Math.max(opens, grants[grants.length - rateLimit.requests]! + rateLimit.per * 1000);
  const grant = Math.max(now, earliest);
  grants.push(grant);
  if (grants.length > rateLimit.requests) grants.splice(0, grants.length - rateLimit.requests);
  return grant - now;
}

function learn(host: Host, { manners: { maxDelay } }: HttpRequest, response: HttpResponse, now: Date): void {
  const refused = response.status === 429 || response.status === 503 ? retryAfter(response.headers['retry-after'], now) : undefined;
  const allowance = allowanceOf(response.headers, now);
  // the host may not have counted those that are under way yet
  const used = allowance !== undefined && allowance.left < host.underWay ? allowance.seconds : undefined;
  const seconds = Math.min(Math.max(refused ?? 0, used ?? 0), maxDelay);
  host.closedUntil = Math.max(host.closedUntil, now.getTime() + seconds * 1000);
}
