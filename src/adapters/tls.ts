import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { SslMode } from '../core/sslMode';

interface Files {
  readonly sslrootcert?: string;
  readonly sslcert?: string;
  readonly sslkey?: string;
}

/** Ways to connect, in the order in which they are tried. */
type Attempts = { readonly attempts: readonly (TlsOptions | false)[] };

/**
 * What `mode` means, as libpq has it: `require` encrypts and believes any certificate, unless a root certificate is given; `verify-ca` checks
 * the certificate, `verify-full` the host's name in it as well. Without `sslrootcert` the authorities are those that Node trusts.
 */
export function tlsOptionsOf(
  host: string,
  mode: SslMode,
  { sslrootcert, sslcert, sslkey }: Files,
  read: (path: string) => Buffer,
): Attempts | { readonly problem: string } {
  // A socket in the file system never leaves the machine.
  if (host.startsWith('/') || mode === 'disable') return { attempts: [false] };
  const files: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {};
  for (const [name, path] of [
    ['ca', sslrootcert === 'system' ? undefined : sslrootcert],
    ['cert', sslcert],
    ['key', sslkey],
  ] as const) {
    if (path === undefined) continue;
    try {
      files[name] = read(path);
    } catch {
      return { problem: `the certificate file \`${path}\` cannot be read` };
    }
  }
  const tls: TlsOptions = { ...files, ...checksOf(mode, files.ca !== undefined) };
  switch (mode) {
    case 'allow':
      return { attempts: [false, tls] };
    case 'prefer':
      return { attempts: [tls, false] };
    default:
      return { attempts: [tls] };
  }
}

function checksOf(mode: SslMode, hasRoot: boolean): TlsOptions {
  if (mode === 'verify-full') return { rejectUnauthorized: true };
  if (mode === 'verify-ca' || (mode === 'require' && hasRoot)) return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
  return { rejectUnauthorized: false };
}
