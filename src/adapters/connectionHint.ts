import type { DatabaseError } from '../core/ports';
import type { ConnectionOptions } from './connectionOptions';

/** What to do about a connection that failed. Names host, user and database, never the password. */
export function connectionHint(
  { code, message }: DatabaseError,
  { host, port, user, password, database }: ConnectionOptions,
): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return `is the server running at \`${host}:${port}\`?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `is \`${host}\` the name of the host?`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case '08006':
      return `does a firewall stand before \`${host}:${port}\`?`;
    case '28P01':
      return `is the password of \`${user}\` right?`;
    case '28000':
      return `does the server's \`pg_hba.conf\` let \`${user}\` in from here, and with or without TLS (\`sslmode\`)?`;
    case '3D000':
      return `create it with \`createdb ${database}\`, or name another in the target`;
    case '53300':
      return 'every connection of the server is taken: lower `threads`, or raise its `max_connections`';
    case '57P03':
      return 'the server is starting or stopping, try again';
    case '22023':
    case '42704':
    case '42501':
      return 'is every setting under `session:` one that this server has?';
    default:
      return hintOfWords(message, code, host, password);
  }
}

/** What the driver and Node's TLS have no SQLSTATE for. */
function hintOfWords(message: string, code: string | undefined, host: string, password: string | undefined): string | undefined {
  if (message === 'The server does not support SSL connections') return 'it has no TLS: `sslmode: disable` connects without';
  if (/password must be a (non-empty )?string/.test(message) && password === undefined)
    return 'it asks for a password: give it in the target, by `PGPASSWORD`, or in `~/.pgpass`';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is for another host than \`${host}\`: \`sslmode: verify-ca\` accepts that`;
  if (code !== undefined && /CERT|ISSUER|SIGNATURE/.test(code)) return 'name the authority that signed its certificate by `sslrootcert`';
  return undefined;
}
