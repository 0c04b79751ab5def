import type { ConnectionPart } from '../core/manifest';

/** What a connection is made of, all of it text, by libpq's names (`database` for its `dbname`). */
export type Parameters = Readonly<Partial<Record<Parameter, string>>>;
export type Parameter = ConnectionPart | 'application_name' | 'connect_timeout' | 'options' | 'passfile' | 'service';

/** libpq's environment variables (PostgreSQL documentation, 32.15). */
const VARIABLES: Readonly<Record<Parameter, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  database: 'PGDATABASE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  application_name: 'PGAPPNAME',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  options: 'PGOPTIONS',
  passfile: 'PGPASSFILE',
  service: 'PGSERVICE',
};

const names = Object.keys(VARIABLES) as readonly Parameter[];

/** Parameters of libpq that change nothing for etlx: accepted, because they stand in URLs that people copy. */
const indifferent =
  /^(keepalives|tcp_|gss|krb|target_session_attrs$|channel_binding$|client_encoding$|fallback_application_name$|sslcompression$|sslsni$)/;

/** The parameters that the environment gives; a variable that is set to nothing counts as not set. */
export function parametersOfEnvironment(env: Readonly<Record<string, string | undefined>>): Parameters {
  return Object.fromEntries(names.flatMap((name) => (env[VARIABLES[name]] ? [[name, env[VARIABLES[name]]]] : [])));
}

/** What is wrong with a URL, in words that hold nothing secret of it, or its parameters. */
export function parametersOfUrl(url: string): Parameters | { readonly problem: string } {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { problem: 'its URL cannot be read' };
  }
  if (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:')
    return { problem: `its URL begins with \`${parsed.protocol}//\`` };
  const found: [string, string][] = [
    ['host', decoded(parsed.hostname).replace(/^\[(.*)\]$/, '$1')],
    ['port', parsed.port],
    ['user', decoded(parsed.username)],
    ['password', decoded(parsed.password)],
    ['database', decoded(parsed.pathname.slice(1))],
  ];
  for (const [key, value] of parsed.searchParams) {
    const name = key === 'dbname' ? 'database' : key;
    if ((names as readonly string[]).includes(name)) found.push([name, value]);
    else if (!indifferent.test(key)) return { problem: `its URL has the unknown parameter \`${key}\`` };
  }
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}

/** The section `[service]` of libpq's service file; undefined when it has none. */
export function parametersOfService(file: string, service: string): Parameters | undefined {
  const lines = file.split(/\r?\n/).map((line) => line.trim());
  const start = lines.indexOf(`[${service}]`);
  if (start < 0) return undefined;
  const found: [string, string][] = [];
  for (const line of lines.slice(start + 1)) {
    if (line.startsWith('[')) break;
    const [, key, value] = /^([^#=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
    const name = key === 'dbname' ? 'database' : key;
    if (name !== undefined && value && (names as readonly string[]).includes(name)) found.push([name, value]);
  }
  return Object.fromEntries(found);
}

/** The password of the first line of a password file (`~/.pgpass`) that fits: `host:port:database:user:password`, `*` for any, `\` before `:` and `\`. */
export function passwordIn(
  file: string,
  wanted: readonly [host: string, port: string, database: string, user: string],
): string | undefined {
  for (const line of file.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    if (fields.length >= 5 && wanted.every((value, index) => fields[index] === '*' || fields[index] === value)) return fields[4];
  }
  return undefined;
}

function fieldsOf(line: string): readonly string[] {
  const fields: string[] = [];
  for (const [, field = '', colon] of line.matchAll(/((?:\\.|[^\\:])*)(:?)/g)) {
    fields.push(field.replace(/\\(.)/g, '$1'));
    if (colon === '') break;
  }
  return fields;
}

/** A percent sign that begins no escape stands for itself, as people write passwords. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
