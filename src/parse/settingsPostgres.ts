import type { ConnectionPart } from '../core/manifest';
import { mapping, mappingOf, optional, type Field, type Fields, type Reader } from './shape';
import { anyText, oneOf, seconds, secretOrFile } from './shapeValues';
import type { Secret } from '../core/secret';
import { SSL_MODES } from '../core/sslMode';

/** One of libpq's words, or where it is kept. */
const sslMode: Reader<Secret> = (node, key, report) => (node.kind === 'map' ? secretOrFile : oneOf(SSL_MODES))(node, key, report);

const part = optional(secretOrFile);

const parts: Readonly<Record<ConnectionPart, Field<Secret | undefined>>> = {
  host: part,
  port: part,
  user: part,
  password: part,
  database: part,
  sslmode: optional(sslMode),
  sslrootcert: part,
  sslcert: part,
  sslkey: part,
};

const wait = optional(seconds);

const timeouts = mapping('`timeouts`', {
  connect: wait,
  reconnect: wait,
  statement: wait,
  lock: wait,
  publish: wait,
  idle: wait,
  silence: wait,
});

/** The keys of a `postgres` target beside those of every target. */
export const POSTGRES_FIELDS = {
  url: part,
  ...parts,
  timeouts: optional(timeouts),
  session: optional(mappingOf(anyText)),
} satisfies Fields;
