import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What goes wrong with one answer. */
export type Fault =
  /** The connection ends half-way through a body of announced length. */
  | 'truncated'
  /** The body is whole by HTTP's measure, and half of the JSON. */
  | 'cut-json'
  | 'reset'
  | 'html'
  /** `null` where the list should be. */
  | 'null-list'
  /** The first page, whatever is asked for. */
  | 'repeated-page'
  /** The answer begins and never ends. */
  | 'stalled'
  | 'gzip'
  | { readonly total: number }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** `fault` befalls the requests to `table` from the `at`-th (1 is the first), `times` of them (default 1). */
export interface FaultAt {
  readonly table: string;
  readonly at: number;
  readonly times?: number;
  readonly fault: Fault;
}

export interface Api {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Every request so far: its address from the path on, and its headers. */
  readonly requests: readonly { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  stop(): Promise<void>;
}

/**
 * Serves each table at its name as `{<name>: […], total, skip, limit}`, paged by `limit` (default 30) and `skip`, on a port that the system
 * chooses. A record that is a text is JSON already, digits and all.
 */
export async function startApi(
  tables: Readonly<Record<string, readonly (object | string)[]>>,
  faults: readonly FaultAt[] = [],
): Promise<Api> {
  const requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const table = url.pathname.slice(1);
    requests.push({ url: request.url ?? '/', headers: request.headers });
    const records = tables[table];
    if (records === undefined) return void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>');
    const nth = (asked.get(table) ?? 0) + 1;
    asked.set(table, nth);
    const fault = faults.find((each) => each.table === table && nth >= each.at && nth < each.at + (each.times ?? 1))?.fault;
    const limit = Number(url.searchParams.get('limit') ?? 30);
    const skip = fault === 'repeated-page' ? 0 : Number(url.searchParams.get('skip') ?? 0);
    const page = records.slice(skip, limit === 0 ? undefined : skip + limit);
    const total = typeof fault === 'object' && 'total' in fault ? fault.total : records.length;
    const list =
      fault === 'null-list' ? 'null' : `[${page.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(',')}]`;
    answer(response, `{"${table}":${list},"total":${total},"skip":${skip},"limit":${page.length}}`, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, body: string, fault: Fault | undefined): void {
  const bytes = Buffer.from(body);
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const half = bytes.subarray(0, bytes.byteLength / 2);
  switch (fault) {
    case 'truncated':
      response.writeHead(200, { ...json, 'content-length': bytes.byteLength });
      return void response.write(half, () => response.destroy());
    case 'cut-json':
      return void response.writeHead(200, json).end(half);
    case 'reset':
      return void response.socket?.resetAndDestroy();
    case 'html':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>\n<html><body>Please sign in</body></html>');
    case 'stalled':
      response.writeHead(200, json);
      return void response.write(half);
    case 'gzip':
      return void response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(bytes));
  }
  if (typeof fault === 'object' && 'status' in fault)
    return void response.writeHead(fault.status, fault.headers).end(fault.body ?? '{"message":"no"}');
  response.writeHead(200, { ...json, 'content-length': bytes.byteLength }).end(bytes);
}
