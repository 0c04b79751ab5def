import { failure, type EtlxError } from '../core/diagnostic';
import type { Auth, Resource } from '../core/loader';
import type { Fetcher, HttpRequest, HttpResponse } from './fetcher';
import { parseJson, pathOf, valueAt, type Json } from './json';
import type { LoaderPorts } from './ports';
import { askAgain, isPassing } from './retry';

export interface Token {
  readonly text: string;
  /** Milliseconds since 1970; absent: until the API refuses it. */
  readonly expiresAt?: number;
}

/** The tokens of one run by what they were asked with. Resources of one client share theirs. */
export type TokenCache = Map<string, Promise<Token>>;

/** A token is renewed before it ends, because requests take time: by this part of its life, at most a minute. */
const MARGIN = 0.1;
const MOST_MARGIN_SECONDS = 60;

/** How a token is asked for, and where it is in the answer. */
export interface TokenRequest {
  readonly request: HttpRequest;
  readonly tokenPath: string;
  /** Where the answer says how many seconds it holds. */
  readonly expiresPath?: string;
  readonly expiresIn?: number;
}

/** Asks for a token, again where that may help. Nothing of the answer is kept but the token. Throws `extract.auth`. */
export async function tokenOf(
  { request, tokenPath, expiresPath, expiresIn }: TokenRequest,
  resource: Resource,
  ports: Pick<LoaderPorts, 'clock' | 'random'>,
  fetcher: Fetcher,
  hide: (text: string) => string,
  signal: AbortSignal,
): Promise<Token> {
  const asked = await askAgain((attempt) => fetcher({ ...request, attempt }, signal), resource, ports, signal);
  const name = hide(`${request.method} ${request.url}`);
  const refuse = (problem: string, transient: boolean): EtlxError =>
    failure('extract.auth', { request: name, problem: hide(problem) }, resource.at, { transient, cause: asked.error });
  const { response, error } = asked;
  if (response === undefined) throw refuse(error?.message ?? 'no answer', error?.transient ?? false);
  const body = jsonOf(response);
  if (response.status < 200 || response.status > 299)
    throw refuse(`answered ${response.status}${reasonOf(body)}`, isPassing(response.status));
  const text = valueAt(body, pathOf(tokenPath));
  // the answer itself is not shown: it may hold other secrets
  if (typeof text !== 'string' || text === '') throw refuse(`the answer has no text at \`${tokenPath}\``, false);
  const seconds = secondsAt(body, expiresPath) ?? expiresIn;
  if (seconds === undefined) return { text };
  const margin = Math.min(seconds * MARGIN, MOST_MARGIN_SECONDS);
  return { text, expiresAt: ports.clock.now().getTime() + (seconds - margin) * 1000 };
}

/** What tells the tokens of one way to ask from others. */
export const tokenKey = (auth: Auth, baseUrl: string): string => JSON.stringify([baseUrl, auth]);

function jsonOf({ body }: HttpResponse): Json | undefined {
  try {
    return parseJson(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The words that RFC 6749 §5.2 has for a refusal. */
function reasonOf(body: Json | undefined): string {
  const words = ['error', 'error_description', 'message'].map((key) => valueAt(body, [key])).filter((each) => typeof each === 'string');
  return words.length === 0 ? '' : `: ${words.join(': ')}`;
}

function secondsAt(body: Json | undefined, path: string | undefined): number | undefined {
  const value = path === undefined ? undefined : valueAt(body, pathOf(path));
  const seconds = typeof value === 'bigint' || typeof value === 'string' ? Number(value) : Number.NaN;
  return seconds > 0 ? seconds : undefined;
}
