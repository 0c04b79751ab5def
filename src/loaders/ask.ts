import { failure, type EtlxError } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import type { Authority } from './auth';
import { isRecorded, type HttpRequest, type HttpResponse } from './fetcher';
import { followed } from './follow';
import type { Hidden } from './hidden';
import { excerpt } from './json';
import type { PageRequest } from './paginate';
import type { LoaderPorts } from './ports';
import { reachOf } from './reach';
import type { Requests } from './request';
import { actionOf, askAgain, isPassing, type Asked } from './retry';

/** Asks for the pages of one resource. */
export interface Asker {
  /**
   * A response that the API stands by; undefined for one that is declared to be ignored, and for a probe that it refuses because nothing is there.
   * Throws `extract.http`, `extract.link` and `extract.auth`.
   */
  readonly ask: (page: PageRequest, requests: Requests, signal: AbortSignal) => Promise<HttpResponse | undefined>;
}

/** What means that the body is the answer. */
const GOOD = new Set([200, 201]);

/** How APIs refuse, or leave empty, a page behind the last one. */
const PAST_THE_END = new Set([204, 400, 404, 416]);

/** Asks as `resource` declares: signed by `authority`, again where that may help, redirects followed within the declared server. */
export function askerOf(
  resource: Resource,
  authority: Authority,
  ports: Pick<LoaderPorts, 'fetcher' | 'clock' | 'random'>,
  hidden: Hidden,
): Asker {
  /** One attempt; a token that ended early is renewed once. */
  const attemptAt = async (request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> => {
    // what goes to another server shows nobody's credentials
    if (!isRecorded(request.url) && reachOf(request.url, resource) !== 'own') return followed(ports.fetcher, resource, request, signal);
    const signed = await authority.sign(request);
    const response = await followed(ports.fetcher, resource, signed, signal);
    if (response.status !== 401 || !authority.renew(signed)) return response;
    return followed(ports.fetcher, resource, await authority.sign(request), signal);
  };

  return {
    async ask(page, requests, signal) {
      const request = requests.of(page);
      const asked = await askAgain((attempt) => attemptAt({ ...request, attempt }, signal), resource, ports, signal);
      const action = asked.response && actionOf(resource, asked.response);
      if (action === 'ignore') return undefined;
      if (page.probe && action === undefined && asked.response !== undefined && PAST_THE_END.has(asked.response.status)) return undefined;
      if (action === undefined && asked.response !== undefined && GOOD.has(asked.response.status)) return asked.response;
      throw problemOf(asked, action, resource, requests.named(page), hidden);
    },
  };
}

function problemOf(
  { attempts, response, error }: Asked,
  action: string | undefined,
  resource: Resource,
  request: string,
  hidden: Hidden,
): EtlxError {
  const often = attempts > 1 ? `, at the last of ${attempts} attempts` : '';
  const declared = action === undefined ? '' : `, for which \`response_actions\` says \`${action}\``;
  const problem =
    response === undefined
      ? `${error?.message ?? 'no answer'}${often}`
      : `answered ${response.status}${declared}${often}${saying(response)}`;
  const hint = response === undefined ? (error?.hint ?? 'is `base_url` right, and the API up?') : hintOf(response, resource);
  const transient = response === undefined ? error?.transient : action === 'retry' || (action === undefined && isPassing(response.status));
  return failure('extract.http', { request, problem: hidden.in(problem), hint: hint && hidden.in(hint) }, resource.at, {
    cause: error,
    transient,
  });
}

function saying({ body }: HttpResponse): string {
  const text = excerpt(Buffer.from(body.subarray(0, 2000)).toString('utf8'));
  return text === '' ? '' : `: ${text}`;
}

function hintOf({ status, headers }: HttpResponse, { baseUrl, allowHosts, auth }: Resource): string | undefined {
  if (isRecorded(baseUrl)) return 'a recorded API answers only what was recorded: check `path`, `params` and `paginator`';
  if (status >= 300 && status < 400) {
    const to =
      headers.location !== undefined && URL.canParse(headers.location, baseUrl) ? new URL(headers.location, baseUrl).href : undefined;
    const reach = to === undefined ? undefined : reachOf(to, { baseUrl, allowHosts });
    return typeof reach === 'object'
      ? `the redirect ${reach.problem}: ${reach.hint}`
      : 'it was redirected too often, or to nowhere: write the final address';
  }
  if (status === 401 || status === 403) return `check the credentials under ${auth === undefined ? '`headers`, `params` or ' : ''}\`auth\``;
  if (status === 404) return 'check `base_url` and `path`';
  if (status === 429)
    return 'the API limits how often it may be asked: declare `rate_limit`, or raise `retry.max_attempts` or `retry.max_delay`';
  return undefined;
}
