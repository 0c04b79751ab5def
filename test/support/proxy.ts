import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** What happens to a connection when its time has come. `stall` passes nothing more, in either direction, and says nothing: a network that drops packets. */
export type Ending = 'rst' | 'fin' | 'stall';

export interface Faults {
  /** Milliseconds that each piece of data is under way, in each direction. */
  readonly latency?: number;
  /** Bytes a second towards the client. */
  readonly throttle?: number;
  /** After so many bytes from the client. */
  readonly afterBytes?: number;
  /** At the first message of a client for which this holds; `index` counts them from 0 behind the startup message. */
  at?(message: Message, index: number): boolean;
  /** Lets that message through, and strikes at its answer. */
  readonly forward?: boolean;
  readonly ending?: Ending;
  /** How many connections the ending strikes; all of them unless given. */
  readonly times?: number;
  /** Called when it strikes. */
  onStrike?(): void;
}

/** A frontend message of PostgreSQL: its type's letter (`startup` for those without one), and its content. */
export interface Message {
  readonly type: string;
  readonly text: string;
}

export interface Proxy {
  readonly port: number;
  /** Every message of every client so far, in order. */
  readonly messages: readonly Message[];
  /** Connections that were struck. */
  readonly struck: () => number;
  /** From now on, for connections to come; those that stall end. */
  set(faults: Faults): void;
  close(): Promise<void>;
}

/** Passes TCP connections on to a PostgreSQL server at `port`, and does to them what was last `set`. */
export async function startProxy(port: number): Promise<Proxy> {
  let faults: Faults = {};
  let struck = 0;
  const messages: Message[] = [];
  const sockets = new Set<Socket>();
  const stalled = new Set<Socket>();

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = createConnection({ port, host: '127.0.0.1', noDelay: true });
    const mine = faults;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    let received = 0;
    let count = -1;
    let over = false;

    const strike = (): void => {
      over = true;
      struck += 1;
      if (mine.ending === 'stall') {
        for (const socket of [client.pause(), upstream.pause()]) stalled.add(socket);
      } else if (mine.ending === 'fin') {
        client.end();
        upstream.end();
      } else {
        client.resetAndDestroy();
        upstream.resetAndDestroy();
      }
      mine.onStrike?.();
    };
    const strikes = (): boolean => mine.ending !== undefined && struck < (mine.times ?? Infinity);
    const later = (work: () => void): void => {
      if (mine.latency) setTimeout(work, mine.latency);
      else work();
    };

    /** Passes what the client sends message by message, up to the one at which the connection ends. */
    const read = reader((message, bytes) => {
      if (over) return;
      messages.push(message);
      count += message.type === 'startup' ? 0 : 1;
      const hit = strikes() && message.type !== 'startup' && mine.at?.(message, count) === true;
      if (!hit || mine.forward) later(() => upstream.write(bytes));
      if (!hit) return;
      // A forwarded message gets the time to be done before the answer is lost.
      if (mine.forward) upstream.once('data', strike);
      else strike();
      over = true;
    });
    client.on('data', (data) => {
      if (over) return;
      if (mine.afterBytes !== undefined && strikes() && received + data.length > mine.afterBytes) {
        upstream.write(data.subarray(0, Math.max(0, mine.afterBytes - received)), strike);
        over = true;
        return;
      }
      received += data.length;
      if (mine.afterBytes === undefined) read(data);
      else if (!upstream.write(data)) {
        client.pause();
        upstream.once('drain', () => client.resume());
      }
    });
    upstream.on('data', (data) => {
      if (over) return;
      later(() => client.write(data));
      if (mine.throttle === undefined) return;
      upstream.pause();
      setTimeout(() => upstream.resume(), (1000 * data.length) / mine.throttle);
    });
    client.on('close', () => mine.ending !== 'stall' && upstream.destroy());
    upstream.on('close', () => later(() => client.end()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    struck: () => struck,
    set: (next) => {
      faults = next;
      struck = 0;
      messages.length = 0;
      for (const socket of stalled) socket.destroy();
      stalled.clear();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Cuts a client's bytes into messages: the first has no type's letter (protocol documentation, 54.7), and so has a request for TLS before it. */
function reader(take: (message: Message, bytes: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  return (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      const type = started ? String.fromCharCode(bytes[0]!) : 'startup';
      // The request for TLS and the cancel request are 8 and 16 bytes long; a startup message is longer.
      started ||= length > 16;
      take({ type, text: bytes.toString('utf8', head + 4) }, bytes);
    }
  };
}
