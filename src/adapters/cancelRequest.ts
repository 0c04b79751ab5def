import { createConnection } from 'node:net';

/** PostgreSQL's number for a CancelRequest (protocol documentation, 54.7). */
const CANCEL = 80_877_102;

/**
 * Makes the server at `host` stop what the process `pid` runs; resolves when it was told, or could not be. The protocol's own request,
 * because it needs neither a free connection nor a password, and poolers pass it on. It is sent in the clear, as libpq did until version 17: it
 * holds nothing but the key of this one session.
 */
export function cancelRequest(
  { host, port, pid, key }: { readonly host: string; readonly port: number; readonly pid: number; readonly key: number },
  limit: number,
): Promise<void> {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL, 4);
  message.writeInt32BE(pid, 8);
  message.writeInt32BE(key, 12);
  return new Promise((resolve) => {
    const socket = host.startsWith('/') ? createConnection(`${host}/.s.PGSQL.${port}`) : createConnection(port, host);
    socket.setTimeout(limit, () => socket.destroy());
    // Not `end`: the server closes the connection once it has passed the request on, and pgbouncer 1.18 crashes when the client does so first.
    socket.on('connect', () => socket.write(message));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
}
