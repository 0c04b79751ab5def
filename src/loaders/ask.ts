import { failure, type EtlxError } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import { isRecorded, type HttpResponse } from './fetcher';
import { excerpt } from './json';
import type { LoaderPorts } from './ports';
import type { Requests } from './request';
import { askAgain, isPassing, type Asked } from './retry';

/** The body that the API answers with (status 200) to a request with the paging parameters `params`. Throws `extract.http`. */
export async function bodyOf(
  resource: Resource,
  requests: Requests,
  params: Readonly<Record<string, string>>,
  ports: LoaderPorts,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const request = requests.of(params);
  const asked = await askAgain(() => ports.fetcher(request, signal), resource.retry, ports, signal);
  if (asked.response?.status === 200) return asked.response.body;
  throw problemOf(asked, resource, requests, requests.named(params));
}

function problemOf({ attempts, response, error }: Asked, resource: Resource, requests: Requests, request: string): EtlxError {
  const often = attempts > 1 ? `, at the last of ${attempts} attempts` : '';
  const problem =
    response === undefined ? `${error?.message ?? 'no answer'}${often}` : `answered ${response.status}${often}${saying(response)}`;
  const hint = hintOf(response, resource);
  const facts = { request, problem: requests.withoutSecrets(problem), hint: hint && requests.withoutSecrets(hint) };
  const transient = response === undefined ? error?.transient : isPassing(response.status);
  return failure('extract.http', facts, resource.at, { cause: error, transient });
}

function saying({ body }: HttpResponse): string {
  const text = excerpt(Buffer.from(body.subarray(0, 2000)).toString('utf8'));
  return text === '' ? '' : `: ${text}`;
}

function hintOf(response: HttpResponse | undefined, { baseUrl }: Resource): string | undefined {
  if (response === undefined) return 'is `base_url` right, and the API up?';
  const { status, headers } = response;
  if (isRecorded(baseUrl)) return 'a recorded API answers only what was recorded: check `path`, `params` and `paginator`';
  if (status >= 300 && status < 400)
    return `redirects are not followed: write the final address${headers.location ? ` (\`${headers.location}\`)` : ''}`;
  if (status === 401 || status === 403) return 'check the credentials under `headers` or `params`';
  if (status === 404) return 'check `base_url` and `path`';
  if (status === 429) return 'the API limits how often it may be asked: raise `retry.max_attempts` or `retry.max_delay`';
  return undefined;
}
