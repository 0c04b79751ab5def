import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Answer } from '../support/http';
import { startApiField, type ApiField } from './apiField';

/** Answers that are too slow or too large, against a process whose memory is measured. */
let field: ApiField;
beforeAll(async () => {
  field = await startApiField();
});
afterAll(() => field.stop());

const MEGABYTE = 1_000_000;
/** What the process may have at most. */
const MOST = 300 * MEGABYTE;
const impatient = { timeout: { connect: 0.5, first_byte: 0.5, idle: 0.5, total: 1 }, retry: { max_attempts: 2, backoff: 0.1 } };

const servers: { readonly server: TcpServer; readonly sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that does with its connections what it likes. Answers its address. */
async function raw(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    talk(socket);
  }).listen(0, '127.0.0.1');
  servers.push({ server, sockets });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Writes `text` every `milliseconds`, as long as somebody is there. */
function trickle(socket: Socket, text: string, milliseconds: number): void {
  const timer = setInterval(() => socket.write(text), milliseconds);
  socket.on('close', () => clearInterval(timer));
}

describe('F34: an answer that is too slow', () => {
  test.each<readonly [string, (socket: Socket) => void, RegExp]>([
    ['nothing at all', () => undefined, /no answer within 0.5 seconds, at the last of 2 attempts/],
    [
      'a header byte by byte',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx-long: ');
        trickle(socket, 'x', 100);
      },
      /no (complete )?answer within (0.5|1) seconds, at the last of 2 attempts/,
    ],
    [
      'header after header',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        trickle(socket, 'x-more: 1\r\n', 100);
      },
      /no (complete )?answer within (0.5|1) seconds, at the last of 2 attempts/,
    ],
    [
      'a body that stops',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'),
      /the answer stopped for 0.5 seconds, at the last of 2 attempts/,
    ],
    [
      'a body byte by byte, without end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        trickle(socket, '1\r\n \r\n', 100);
      },
      /no complete answer within 1 seconds, at the last of 2 attempts/,
    ],
    [
      'headers without end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        trickle(socket, `x-more: ${'y'.repeat(10_000)}\r\n`, 1);
      },
      /Headers Overflow|at the last of 2 attempts/,
    ],
  ])('%s', async (_, talk, says) => {
    const root = await field.stand({ client: { ...impatient, base_url: await raw(talk) } });
    const ran = await field.spawnedLoad(root, () => ({ json: {} }));
    expect(ran.seconds).toBeLessThan(15);
    expect(ran.peak ?? 0).toBeLessThan(MOST);
    await field.expectRefused(root, ran, says);
  });
});

describe('F34: an answer that is too large', () => {
  const block = Buffer.alloc(MEGABYTE, ' ');
  /** `megabytes` of blanks, as fast as they are taken. */
  const large =
    (megabytes: number, headers: Readonly<Record<string, string | number>>): Answer =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      let left = megabytes;
      const more = (): void => {
        for (; left > 0; left -= 1) if (!response.write(block)) return void ((left -= 1), response.once('drain', more));
        response.end();
      };
      more();
    };
  const zeros = Buffer.alloc(200 * MEGABYTE);
  const packed = (encoding: string, bytes: Uint8Array): Answer => ({ bytes, headers: { 'content-encoding': encoding } });

  test.each<readonly [string, () => Answer]>([
    ['a gigabyte, as announced', () => large(1000, { 'content-length': 1000 * MEGABYTE })],
    ['a gigabyte that nobody announced', () => large(1000, {})],
    ['a body that never ends', () => large(Infinity, {})],
    ['a gzip bomb', () => packed('gzip', gzipSync(zeros, { level: 1 }))],
    ['a bomb in a bomb', () => packed('gzip, gzip', gzipSync(gzipSync(zeros, { level: 1 })))],
    ['a brotli bomb', () => packed('br', brotliCompressSync(zeros, { params: { 1: 1 } }))],
  ])('%s', async (_, answer) => {
    const root = await field.stand({ client: { timeout: 60, retry: { max_attempts: 2, backoff: 0.1 } } });
    const sent = answer();
    const ran = await field.spawnedLoad(root, () => sent);
    expect(ran.came).toHaveLength(1);
    expect(ran.peak ?? 0).toBeLessThan(MOST);
    await field.expectRefused(root, ran, /users\?limit=2&offset=0: the body is larger than \d+ bytes/);
  });
});
