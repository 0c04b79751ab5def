import type { Agent, Dispatcher } from 'undici';
import { agentOf } from './connection';
import { collected, decoded } from './decode';
import { NetworkError, type Fetcher, type HttpRequest, type HttpResponse } from './fetcher';

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
  const agents = new Map<string, Agent>();
  const agentFor = async ({ timeout, publicOnly }: HttpRequest): Promise<Agent> => {
    const undici = await import('undici');
    const key = `${timeout.connect} ${publicOnly}`;
    const agent = agents.get(key) ?? agentOf(undici, timeout.connect, publicOnly);
    agents.set(key, agent);
    return agent;
  };
  return {
    async fetch(request, signal) {
      const dispatcher = await agentFor(request);
      const deadline = deadlineOf(request.timeout.total, signal);
      try {
        return await answerTo(request, dispatcher, deadline.signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (deadline.passed())
          throw new NetworkError(`no complete answer within ${request.timeout.total} seconds`, { transient: true }, { cause: error });
        throw networkError(error, request);
      } finally {
        deadline.clear();
      }
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.close()));
    },
  };
}

async function answerTo(
  { method, url, headers, body, timeout, maxBytes }: HttpRequest,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { request } = await import('undici');
  const response = await request(url, {
    method,
    headers: headersOf(headers, body),
    body,
    dispatcher,
    signal,
    headersTimeout: timeout.firstByte * 1000,
    bodyTimeout: timeout.idle * 1000,
  });
  const received = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const bytes = await collected(response.body, maxBytes, Number(received['content-length'] ?? 0));
  return { status: response.statusCode, headers: received, body: await decoded(bytes, received['content-encoding'], maxBytes) };
}

/** The declared headers over those that etlx sends of itself; names mean the same in any case. */
function headersOf(declared: HttpRequest['headers'], body: string | undefined): Readonly<Record<string, string>> {
  const named = Object.entries(declared).map(([name, value]) => [name.toLowerCase(), value] as const);
  const type: HttpRequest['headers'] = body === undefined ? {} : { 'content-type': 'application/json' };
  return { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'etlx', ...type, ...Object.fromEntries(named) };
}

/** A signal that aborts after `seconds`, or with `signal`; unlike `AbortSignal.any` it leaves nothing behind once it is cleared. */
function deadlineOf(seconds: number, signal: AbortSignal): { readonly signal: AbortSignal; passed(): boolean; clear(): void } {
  const controller = new AbortController();
  const late = new Error('late');
  const timer = setTimeout(() => controller.abort(late), seconds * 1000);
  const stop = (): void => controller.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    passed: () => controller.signal.reason === late,
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}

const LASTING: readonly (string | RegExp)[] = ['ERR_INVALID_URL', 'UND_ERR_INVALID_ARG', /^CERT_/, /_CERT/, /^ERR_TLS/];

function networkError(error: unknown, { timeout }: HttpRequest): NetworkError {
  if (error instanceof NetworkError) return error;
  const { message = String(error), code = '' } = error as { readonly message?: string; readonly code?: string };
  const transient = !LASTING.some((each) => (typeof each === 'string' ? each === code : each.test(code)));
  const words: Readonly<Record<string, string>> = {
    UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
    ECONNRESET: 'the connection was reset before the answer was complete',
    UND_ERR_CONNECT_TIMEOUT: `no connection within ${timeout.connect} seconds`,
    UND_ERR_HEADERS_TIMEOUT: `no answer within ${timeout.firstByte} seconds`,
    UND_ERR_BODY_TIMEOUT: `the answer stopped for ${timeout.idle} seconds`,
    Z_BUF_ERROR: 'the compressed body ends too early',
    Z_DATA_ERROR: 'the compressed body is damaged',
  };
  const told = words[code] ?? (code === '' || message.includes(code) ? message : `${message} (${code})`);
  return new NetworkError(told, { transient }, { cause: error });
}
