import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FlakySettings {
  /** How many records there are in all. */
  readonly records: number;
  /** The most that one page holds, whatever is asked for. */
  readonly pageSize: number;
  /** The share of answers that fail, from 0 to 1. */
  readonly failing: number;
  /** Which answers fail, and how; the same for the same seed, in whatever order pages are asked for. */
  readonly seed: string;
}

export interface FlakyApi {
  /** `http://127.0.0.1:<port>`; the records are at `/events`. */
  readonly url: string;
  /** How many answers there were of each kind. */
  readonly answers: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** The kinds of failure, each as likely as the others. */
const FAILURES = ['500', '503', 'reset', 'reset in the body', 'cut', 'stalled'] as const;
type Failure = (typeof FAILURES)[number];

/**
 * Serves made-up records as `{events: […], total}`, paged by `limit` and `offset`. Of every hundred records one is of another status, one has an
 * amount with too many digits, and two are of the order of the record before them.
 */
export async function startFlakyApi({ records, pageSize, failing, seed }: FlakySettings): Promise<FlakyApi> {
  const answers = new Map<string, number>();
  const attempts = new Map<number, number>();
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const offset = Number(searchParams.get('offset') ?? 0);
    const end = Math.min(records, offset + Math.min(pageSize, Number(searchParams.get('limit') ?? pageSize)));
    const attempt = (attempts.get(offset) ?? 0) + 1;
    attempts.set(offset, attempt);
    const failure = failureOf(`${seed} ${offset} ${attempt}`, failing);
    const kind = failure ?? 'whole';
    answers.set(kind, (answers.get(kind) ?? 0) + 1);
    const events = Array.from({ length: Math.max(0, end - offset) }, (_, index) => eventText(offset + index + 1));
    answer(response, Buffer.from(`{"events":[${events.join(',')}],"total":${records}}`), failure);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function failureOf(text: string, failing: number): Failure | undefined {
  const hash = createHash('sha256').update(text).digest();
  return hash.readUInt32LE(0) / 2 ** 32 < failing ? FAILURES[hash.readUInt32LE(4) % FAILURES.length] : undefined;
}

/** The record with the number `id`, from 1, as JSON: its amount has digits that a JavaScript number does not keep. */
function eventText(id: number): string {
  const amount = `${(id * 7919) % 100_000_000}${id % 100 === 50 ? '.125' : `.${String(id % 100).padStart(2, '0')}`}`;
  const event = {
    id,
    order_id: id % 50 === 2 ? id - 1 : id,
    status: id % 100 === 0 ? 'test' : 'paid',
    customer: { name: NAMES[id % NAMES.length], email: `customer.${(id * 31) % 250_007}@example.org` },
    quantity: (id % 9) + 1,
    created_at: new Date(Date.UTC(2026, 0, 1) + id * 1013).toISOString(),
    tags: id % 3 === 0 ? [] : ['web', `campaign-${id % 17}`],
    note: id % 5 === 0 ? 'said "yes",\nthen left' : null,
  };
  return `${JSON.stringify(event).slice(0, -1)},"amount":${amount}}`;
}

const NAMES = ['Zoë Müller', '李小龍', 'Łukasz Żak', 'Anaïs 🤗 Noël', "Conan O'Brien", 'محمد علي', ''];

function answer(response: ServerResponse, body: Buffer, failure: Failure | undefined): void {
  const begin = (): void => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength });
  };
  const half = body.subarray(0, body.byteLength / 2);
  switch (failure) {
    case undefined:
      begin();
      return void response.end(body);
    case '500':
      return void response.writeHead(500).end('out of order');
    case '503':
      return void response.writeHead(503, { 'retry-after': '0' }).end();
    case 'reset':
      return void response.socket?.resetAndDestroy();
    case 'reset in the body':
      begin();
      return void response.write(half, () => response.socket?.resetAndDestroy());
    case 'cut':
      begin();
      return void response.write(half, () => response.destroy());
    case 'stalled':
      begin();
      return void response.write(half);
  }
}

/** A project that loads `/events` into `schema`: once as it is, once with filters, a merge and rows that do not fit. */
export const flakyProject = (url: string, schema: string): Readonly<Record<string, string>> => ({
  'project.yaml': `name: volume
default_target: server
targets:
  server: {type: postgres, url: {env: DATABASE_URL}, schema: ${schema}, threads: 1}
lake: .etlx/lake
retries: {max: 0}
`,
  'sources/api.yaml': `sources:
  - name: api
    extract:
      client:
        base_url: ${url}
        timeout: {first_byte: 1, idle: 1, total: 30}
        retry: {max_attempts: 8, backoff: 0.02, max_delay: 1}
        paginator: {type: offset, limit: 100}
      resources: [{name: events, primary_key: id}]
    tables:
      - name: events
        transform:
          from: events
          columns:
            id: id
            status: status
            customer: customer.name
            email: customer.email
            quantity: quantity
            amount: amount
            created_at: created_at
            tags: tags
            note: note
        load: {primary_key: [id]}
        columns:
          - {name: id, data_type: BIGINT}
          - {name: status, data_type: VARCHAR(10)}
          - {name: customer, data_type: TEXT}
          - {name: email, data_type: VARCHAR(100)}
          - {name: quantity, data_type: SMALLINT}
          - {name: amount, data_type: 'DECIMAL(14,3)'}
          - {name: created_at, data_type: TIMESTAMPTZ}
          - {name: tags, data_type: JSONB}
          - {name: note, data_type: TEXT}
      - name: orders
        transform:
          from: events
          filter: record.status == 'paid'
          columns: {order_id: order_id, customer: customer.name, quantity: quantity, amount: amount, last_at: created_at}
          merge: {key: [order_id], columns: {quantity: sum, last_at: max}, otherwise: first}
          schema_contract: {data_type: discard_row}
        load: {primary_key: [order_id]}
        columns:
          - {name: order_id, data_type: BIGINT}
          - {name: customer, data_type: TEXT}
          - {name: quantity, data_type: INT}
          - {name: amount, data_type: 'DECIMAL(14,2)'}
          - {name: last_at, data_type: TIMESTAMPTZ}
`,
});
