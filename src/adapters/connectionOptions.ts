import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ConnectionPart, PostgresTarget } from '../core/manifest';
import { reveal, secretPlace, type ReadSecretFile, type Secret } from '../core/secret';
import { SSL_MODES, type SslMode } from '../core/sslMode';
import { parametersOfEnvironment, parametersOfService, parametersOfUrl, passwordIn, type Parameters } from './libpq';
import { tlsOptionsOf } from './tls';

/** How a server is reached, with everything resolved. `tls` are the ways to try, in order: TLS with these options, or `false` for none. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly applicationName: string;
  /** Command-line options for the session: `-c work_mem=64MB`. */
  readonly options?: string;
  /** Milliseconds for one attempt to connect. */
  readonly connectTimeout: number;
  readonly tls: readonly (TlsOptions | false)[];
}

export interface Places {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secretFile?: ReadSecretFile;
}

const PARTS: readonly ConnectionPart[] = ['host', 'port', 'user', 'password', 'database', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const CONNECT_SECONDS = 10;

/**
 * How the server of `target` is reached. Each parameter comes from the first that has it: the target's URL, its parts, the service file, libpq's
 * environment variables, the defaults (host `localhost`, the system's user, a database of the user's name, `sslmode` `prefer`); the password at
 * last from the password file. Answers `problem`, in words without secrets, when that does not work out.
 */
export function connectionOptionsOf(target: PostgresTarget, places: Places): ConnectionOptions | { readonly problem: string } {
  const given = givenBy(target, places);
  if ('problem' in given) return given as { readonly problem: string };
  const environment = parametersOfEnvironment(places.env);
  const service = serviceOf(given.service ?? environment.service, places.env);
  if (service !== undefined && 'problem' in service) return service as { readonly problem: string };
  const found: Parameters = { ...environment, ...service, ...given };

  const host = found.host ?? 'localhost';
  const port = Number(found.port ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return { problem: `its port is \`${found.port}\`` };
  const user = found.user ?? userInfo().username;
  const database = found.database ?? user;
  const mode = found.sslmode ?? 'prefer';
  if (!isSslMode(mode)) return { problem: `its \`sslmode\` is \`${mode}\`, which is none of ${SSL_MODES.join(', ')}` };
  const tls = tlsOptionsOf(host, mode, found, (path) => readFileSync(resolve(places.root, path)));
  if ('problem' in tls) return tls;
  const password = found.password ?? passwordIn(passFile(found.passfile, places.env), [host, String(port), database, user]);
  return {
    host,
    port,
    user,
    ...(password !== undefined && { password }),
    database,
    applicationName: found.application_name ?? 'etlx',
    ...(found.options !== undefined && { options: found.options }),
    connectTimeout: 1000 * (target.timeouts?.connect ?? (Number(found.connect_timeout) || CONNECT_SECONDS)),
    tls: tls.attempts,
  };
}

function givenBy(target: PostgresTarget, { env, secretFile }: Places): Parameters | { readonly problem: string } {
  const parts: [ConnectionPart, string][] = [];
  for (const name of PARTS) {
    const secret = target[name];
    if (secret === undefined) continue;
    const value = reveal(secret, env, secretFile);
    if (value === undefined) return { problem: `${nameOf(secret, name)} is not set` };
    parts.push([name, value]);
  }
  if (target.url === undefined) return Object.fromEntries(parts);
  const url = reveal(target.url, env, secretFile);
  if (url === undefined) return { problem: `${nameOf(target.url, 'url')} is not set` };
  const ofUrl = parametersOfUrl(url);
  return 'problem' in ofUrl ? ofUrl : { ...Object.fromEntries(parts), ...ofUrl };
}

function nameOf(secret: Secret, key: string): string {
  return typeof secret === 'string' ? `\`${key}\`` : secretPlace(secret);
}

function serviceOf(name: string | undefined, env: Places['env']): Parameters | { readonly problem: string } | undefined {
  if (name === undefined) return undefined;
  const files = env['PGSERVICEFILE'] ? [env['PGSERVICEFILE']] : env['HOME'] ? [join(env['HOME'], '.pg_service.conf')] : [];
  for (const file of files) {
    const found = parametersOfService(textOf(file) ?? '', name);
    if (found !== undefined) return found;
  }
  return { problem: `the service \`${name}\` is in no service file` };
}

/** The text of the password file, or nothing: libpq too passes over one that others may read. */
function passFile(named: string | undefined, env: Places['env']): string {
  const path = named ?? (env['HOME'] ? join(env['HOME'], '.pgpass') : undefined);
  if (path === undefined) return '';
  try {
    return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0 ? '' : readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const isSslMode = (word: string): word is SslMode => (SSL_MODES as readonly string[]).includes(word);
