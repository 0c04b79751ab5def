import type { Resource } from '../core/loader';
import { isRecorded, type Fetcher, type HttpRequest, type HttpResponse } from './fetcher';
import { reachOf } from './reach';
import { harmless } from './request';

/** As many as reference clients follow; more is a loop. */
const MOST_REDIRECTS = 5;

/**
 * The answer at the end of the redirects that stay within the declared server; a host that is allowed gets none of the secrets. Any other
 * redirect is the answer itself: following it would carry them to whatever address it names.
 */
export async function followed(fetcher: Fetcher, resource: Resource, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  let current = request;
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetcher(current, signal);
    const next = redirects < MOST_REDIRECTS ? redirected(response, current, resource) : undefined;
    if (next === undefined) return response;
    current = next;
  }
}

/** The request that a redirect asks for; undefined when it is none, or not to be followed. */
function redirected({ status, headers }: HttpResponse, request: HttpRequest, resource: Resource): HttpRequest | undefined {
  // a POST that would become a GET, or the other way round, is no longer what was declared
  const follows = status === 307 || status === 308 || (request.method === 'GET' && (status === 301 || status === 302 || status === 303));
  if (!follows || headers.location === undefined || isRecorded(request.url) || !URL.canParse(headers.location, request.url))
    return undefined;
  const url = new URL(headers.location, request.url).href;
  const reach = reachOf(url, resource);
  if (typeof reach === 'object') return undefined;
  return { ...request, url, headers: reach === 'own' ? request.headers : harmless(request.headers) };
}
