import { promisify } from 'node:util';
import type { Agent } from 'undici';
import { NetworkError, type Fetcher, type HttpResponse } from './fetcher';

/** No page of an API is larger; what claims to be would fill the memory. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;
const CONNECT_MILLISECONDS = 10_000;

/** A fetcher over the network, and how to end its connections. */
export interface HttpClient {
  readonly fetch: Fetcher;
  close(): Promise<void>;
}

/**
 * HTTP with connections kept open between requests; undici is loaded with the first one. Redirects are answers like any other:
 * following them would carry the request's secrets to whatever address they name.
 */
export function httpClient(): HttpClient {
  let agent: Agent | undefined;
  return {
    async fetch({ method, url, headers, timeout }, signal) {
      const { Agent, request } = await import('undici');
      agent ??= new Agent({ connect: { timeout: CONNECT_MILLISECONDS }, headersTimeout: 0, bodyTimeout: 0 });
      const deadline = AbortSignal.timeout(timeout * 1000);
      try {
        const response = await request(url, {
          method,
          headers: { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'etlx', ...headers },
          dispatcher: agent,
          signal: AbortSignal.any([signal, deadline]),
        });
        const received = Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
        );
        const body = await decoded(await collected(response.body), received['content-encoding']);
        return { status: response.statusCode, headers: received, body } satisfies HttpResponse;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (deadline.aborted) throw new NetworkError(`no complete answer within ${timeout} seconds`, { transient: true }, { cause: error });
        throw networkError(error);
      }
    },
    close: async () => agent?.close(),
  };
}

async function collected(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new NetworkError(`the body is larger than ${MAX_BODY_BYTES} bytes`, { transient: false });
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes);
}

async function decoded(body: Buffer, encodings = ''): Promise<Buffer> {
  const names = encodings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  let result = body;
  // the last one named was applied last
  for (const name of names.reverse()) {
    if (name === '' || name === 'identity') continue;
    const zlib = await import('node:zlib');
    const options = { maxOutputLength: MAX_BODY_BYTES };
    if (name === 'gzip' || name === 'x-gzip') result = await promisify<Buffer, typeof options, Buffer>(zlib.gunzip)(result, options);
    else if (name === 'deflate') result = await promisify<Buffer, typeof options, Buffer>(zlib.inflate)(result, options);
    else if (name === 'br') result = await promisify<Buffer, typeof options, Buffer>(zlib.brotliDecompress)(result, options);
    else throw new NetworkError(`the body is encoded as \`${name}\`, which was not asked for`, { transient: false });
  }
  return result;
}

const LASTING: readonly (string | RegExp)[] = [
  'ERR_INVALID_URL',
  'UND_ERR_INVALID_ARG',
  'ERR_BUFFER_TOO_LARGE',
  /^CERT_/,
  /_CERT/,
  /^ERR_TLS/,
];

function networkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const { message = String(error), code = '' } = error as { readonly message?: string; readonly code?: string };
  const transient = !LASTING.some((each) => (typeof each === 'string' ? each === code : each.test(code)));
  return new NetworkError(
    WORDS[code] ?? (code === '' || message.includes(code) ? message : `${message} (${code})`),
    { transient },
    { cause: error },
  );
}

const WORDS: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  ECONNRESET: 'the connection was reset before the answer was complete',
  UND_ERR_CONNECT_TIMEOUT: `no connection within ${CONNECT_MILLISECONDS / 1000} seconds`,
  Z_BUF_ERROR: 'the compressed body ends too early',
  Z_DATA_ERROR: 'the compressed body is damaged',
};
