/** One request, with its secrets revealed: never to be printed as it is. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds for the whole of it, the body included. */
  readonly timeout: number;
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

  constructor(message: string, facts: { readonly transient: boolean }, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NetworkError';
    this.transient = facts.transient;
  }
}

/** Sends `recorded:` addresses to the one fetcher and all others to the other. */
export const fetcherOf =
  (http: Fetcher, recorded: Fetcher): Fetcher =>
  (request, signal) =>
    (isRecorded(request.url) ? recorded : http)(request, signal);

export const isRecorded = (url: string): boolean => url.startsWith('recorded:');
