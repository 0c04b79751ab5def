import type { RateLimit, Timeout } from '../core/loader';

/** One request, with its secrets revealed: never to be printed as it is. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeout: Timeout;
  /** The largest body, in bytes, its compression undone. */
  readonly maxBytes: number;
  /** Addresses that are not of the public internet are refused. */
  readonly publicOnly: boolean;
  readonly manners: Manners;
  /** Which attempt at the same request this is, from 1. */
  readonly attempt: number;
}

/** How often a host may be asked, as it was declared. */
export interface Manners {
  readonly concurrency: number;
  readonly rateLimit?: RateLimit;
  /** The longest that a host may make us wait, in seconds. */
  readonly maxDelay: number;
}

/** A complete answer. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As the client sees it: without its transfer's compression. */
  readonly body: Uint8Array;
}

/** Asks once. Throws NetworkError when no complete answer came, and `signal`'s reason when it aborts. */
export type Fetcher = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;

/** No complete answer came. */
export class NetworkError extends Error {
  /** The same request may well succeed when it is sent again. */
  readonly transient: boolean;
  /** What to do about it. */
  readonly hint?: string;

  constructor(message: string, facts: { readonly transient: boolean; readonly hint?: string }, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NetworkError';
    this.transient = facts.transient;
    this.hint = facts.hint;
  }
}

/** Sends `recorded:` addresses to the one fetcher and all others to the other. */
export const fetcherOf =
  (http: Fetcher, recorded: Fetcher): Fetcher =>
  (request, signal) =>
    (isRecorded(request.url) ? recorded : http)(request, signal);

export const isRecorded = (url: string): boolean => url.startsWith('recorded:');
