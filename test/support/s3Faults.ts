import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The requests of S3 that a lake makes. */
export type Operation = 'put' | 'get' | 'head' | 'list' | 'delete' | 'create' | 'part' | 'complete' | 'abort' | 'uploads';

export type S3Fault =
  | { readonly status: number; readonly code: string }
  /** The connection is cut before anything was done. */
  | 'reset'
  /** It is done, and the connection is cut before the answer. */
  | 'lost-answer'
  /** Half of the body is kept, and the answer says that all is well; or half of it is sent. */
  | 'half-body'
  /** One byte of the body is another. */
  | 'flipped-byte';

/** `fault` befalls the requests `on` from the `at`-th (1 is the first), `times` of them (default 1). */
export interface S3FaultAt {
  readonly on: Operation;
  readonly at?: number;
  readonly times?: number;
  readonly fault: S3Fault;
}

export interface FaultyS3 {
  readonly options: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly backoff: number;
  };
  /** By key. */
  readonly objects: ReadonlyMap<string, { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> }>;
  /** Multipart uploads that were neither completed nor aborted. */
  readonly uploads: ReadonlyMap<string, unknown>;
  /** Every request so far, in order. */
  readonly requests: readonly {
    readonly operation: Operation;
    readonly key: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  stop(): Promise<void>;
}

interface Options {
  readonly faults?: readonly S3FaultAt[];
  /** Whether it knows `If-None-Match: *`: keeps it, does as if it were not there, or refuses it. */
  readonly conditional?: 'keeps' | 'ignores' | 'refuses';
  /** A listing shows only what has stood for so many requests. */
  readonly staleLists?: number;
  /** Its clock is ahead of ours by so many seconds, and it refuses requests of another time by more than 15 minutes. */
  readonly ahead?: number;
  /** Milliseconds that it takes for every PUT. */
  readonly slow?: number;
  /** Told of every request, the first is 1, before anything is done about it. */
  readonly onRequest?: (nth: number) => void;
}

/** A small S3 with one bucket, in memory, on a port that the system chooses, that goes wrong as it is told to. It refuses bodies in AWS's chunked encoding. */
export async function startFaultyS3({
  faults = [],
  conditional = 'keeps',
  staleLists = 0,
  ahead = 0,
  slow = 0,
  onRequest,
}: Options = {}): Promise<FaultyS3> {
  const objects = new Map<string, { body: Buffer; headers: Readonly<Record<string, string>>; at: number }>();
  const uploads = new Map<string, { key: string; headers: Readonly<Record<string, string>>; parts: Map<number, Buffer> }>();
  const requests: FaultyS3['requests'][number][] = [];
  const asked = new Map<Operation, number>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
    const operation = operationOf(request.method ?? 'GET', url);
    requests.push({ operation, key, headers: request.headers });
    onRequest?.(requests.length);
    const nth = (asked.get(operation) ?? 0) + 1;
    asked.set(operation, nth);
    const fault = faults.find((each) => each.on === operation && nth >= (each.at ?? 1) && nth < (each.at ?? 1) + (each.times ?? 1))?.fault;
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    response.setHeader('date', new Date(Date.now() + ahead * 1000).toUTCString());
    if (slow > 0 && request.method === 'PUT') await new Promise((resolve) => setTimeout(resolve, slow));
    if (Math.abs(secondsOff(request) - ahead) > SKEW_SECONDS) return refuse(response, 403, 'RequestTimeTooSkewed');
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (typeof fault === 'object') return refuse(response, fault.status, fault.code);
    let body: Buffer = Buffer.concat(pieces);
    if (request.headers['content-encoding']?.includes('aws-chunked')) return refuse(response, 501, 'NotImplemented');
    if (fault === 'flipped-byte' && operation !== 'get' && body.length > 0) (body = Buffer.from(body)).writeUInt8(body[0]! ^ 1, 0);
    const md5 = request.headers['content-md5'];
    if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64')) return refuse(response, 400, 'BadDigest');
    // a server that does not know what it lost
    if (fault === 'half-body' && operation !== 'get') body = body.subarray(0, body.length / 2);
    if (fault === 'lost-answer') {
      perform(operation, key, url, body, request, silent());
      return void request.socket.resetAndDestroy();
    }
    perform(operation, key, url, body, request, response, fault);
  };

  const perform = (
    operation: Operation,
    key: string,
    url: URL,
    body: Buffer,
    request: IncomingMessage,
    response: Pick<ServerResponse, 'writeHead' | 'end' | 'write' | 'destroy'>,
    fault?: S3Fault,
  ): void => {
    const etag = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`;
    const xml = (text: string) =>
      void response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
    const stored = objects.get(key);
    const upload = uploads.get(url.searchParams.get('uploadId') ?? '');
    const sent = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.startsWith('x-amz-'))) as Record<
      string,
      string
    >;
    switch (operation) {
      case 'put':
        if (request.headers['if-none-match'] === '*' && conditional === 'refuses') return refuse(response, 501, 'NotImplemented');
        if (request.headers['if-none-match'] === '*' && conditional === 'keeps' && stored !== undefined)
          return refuse(response, 412, 'PreconditionFailed');
        objects.set(key, { body, headers: sent, at: requests.length });
        return void response.writeHead(200, { etag: etag(body) }).end();
      case 'create': {
        const id = `upload-${uploads.size + 1}-${requests.length}`;
        uploads.set(id, { key, headers: sent, parts: new Map() });
        return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
      }
      case 'part':
        if (upload === undefined) return refuse(response, 404, 'NoSuchUpload');
        upload.parts.set(Number(url.searchParams.get('partNumber')), body);
        return void response.writeHead(200, { etag: etag(body) }).end();
      case 'complete': {
        if (upload === undefined) return refuse(response, 404, 'NoSuchUpload');
        const whole = Buffer.concat([...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part));
        objects.set(key, { body: whole, headers: upload.headers, at: requests.length });
        uploads.delete(url.searchParams.get('uploadId')!);
        return xml(`<CompleteMultipartUploadResult><ETag>${etag(whole)}</ETag></CompleteMultipartUploadResult>`);
      }
      case 'abort':
        uploads.delete(url.searchParams.get('uploadId') ?? '');
        return void response.writeHead(204).end();
      case 'uploads':
        return xml(
          `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${[...uploads].map(([id, each]) => `<Upload><Key>${each.key}</Key><UploadId>${id}</UploadId><Initiated>2020-01-01T00:00:00.000Z</Initiated></Upload>`).join('')}</ListMultipartUploadsResult>`,
        );
      case 'head':
      case 'get': {
        if (stored === undefined) return refuse(response, 404, 'NoSuchKey');
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
        const part = Buffer.from(stored.body.subarray(from));
        if (fault === 'flipped-byte' && part.length > 0) part.writeUInt8(part[0]! ^ 1, 0);
        const range =
          request.headers.range === undefined ? {} : { 'content-range': `bytes ${from}-${stored.body.length - 1}/${stored.body.length}` };
        response.writeHead(from > 0 ? 206 : 200, { etag: etag(stored.body), 'content-length': part.length, ...range });
        if (operation === 'head') return void response.end();
        return void (fault === 'half-body'
          ? response.write(part.subarray(0, part.length / 2), () => setTimeout(() => response.destroy(), 20))
          : response.end(part));
      }
      case 'list': {
        const prefix = url.searchParams.get('prefix') ?? '';
        const shown = [...objects]
          .filter(([name, { at }]) => name.startsWith(prefix) && at + staleLists <= requests.length)
          .sort(([a], [b]) => (a < b ? -1 : 1));
        const contents = shown.map(
          ([name, each]) =>
            `<Contents><Key>${name}</Key><Size>${each.body.length}</Size><LastModified>2020-01-01T00:00:00.000Z</LastModified></Contents>`,
        );
        return xml(`<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`);
      }
      case 'delete':
        objects.delete(key);
        return void response.writeHead(204).end();
    }
  };

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    options: { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, backoff: 2 },
    objects,
    uploads,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What AWS bears. */
const SKEW_SECONDS = 900;

/** How far the time that a request was signed at is ahead of now. */
function secondsOff(request: IncomingMessage): number {
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(String(request.headers['x-amz-date'])) ?? [];
  if (date === undefined || time === undefined) return 0;
  const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  return (Date.parse(iso) - Date.now()) / 1000;
}

function operationOf(method: string, { pathname, searchParams }: URL): Operation {
  const inBucket = pathname.split('/').filter(Boolean).length > 1;
  switch (method) {
    case 'PUT':
      return searchParams.has('partNumber') ? 'part' : 'put';
    case 'POST':
      return searchParams.has('uploads') ? 'create' : 'complete';
    case 'DELETE':
      return searchParams.has('uploadId') ? 'abort' : 'delete';
    case 'HEAD':
      return 'head';
    default:
      return inBucket ? 'get' : searchParams.has('uploads') ? 'uploads' : 'list';
  }
}

function refuse(response: Pick<ServerResponse, 'writeHead' | 'end'>, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

/** A response that nobody gets. */
function silent(): Pick<ServerResponse, 'writeHead' | 'end' | 'write' | 'destroy'> {
  const response = { writeHead: () => response, end: () => response, write: () => true, destroy: () => response };
  return response as unknown as ServerResponse;
}
