import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came, its body read. */
export interface Came {
  readonly method: string;
  /** From the path on. */
  readonly url: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is answered: JSON of any value, or bytes and headers as they are; a function does what it likes with the response. */
export type Answer =
  | { readonly json: unknown; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly bytes: string | Uint8Array; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | ((response: ServerResponse) => void);

export interface Site {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Every request so far, in the order of coming. */
  readonly came: readonly Came[];
  /** The most requests that were under way at once. */
  readonly most: () => number;
  stop(): Promise<void>;
}

/** A server on a port that the system chooses; `answer` is asked once for each request, `nth` counting them from 1. */
export async function serve(answer: (came: Came, nth: number) => Answer | Promise<Answer>): Promise<Site> {
  const came: Came[] = [];
  let now = 0;
  let most = 0;
  const server = createServer((request, response) => {
    now += 1;
    most = Math.max(most, now);
    response.on('close', () => (now -= 1));
    void read(request).then(async (each) => {
      came.push(each);
      send(response, await answer(each, came.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    came,
    most: () => most,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<Came> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    path: url.pathname,
    params: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(pieces).toString('utf8'),
  };
}

function send(response: ServerResponse, answer: Answer): void {
  if (typeof answer === 'function') return answer(response);
  const type = 'json' in answer ? { 'content-type': 'application/json' } : {};
  response.writeHead(answer.status ?? 200, { ...type, ...answer.headers });
  response.end('json' in answer ? JSON.stringify(answer.json) : answer.bytes);
}
