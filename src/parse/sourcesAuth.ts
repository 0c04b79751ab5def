import { diagnose } from '../core/diagnostic';
import type { Auth } from '../core/loader';
import type { Secret } from '../core/secret';
import { mapping, mappingOf, optional, required, wrongType, type Reader } from './shape';
import { oneOf, path, secretOrFile, seconds, text } from './shapeValues';

const TYPES = ['bearer', 'api_key', 'http_basic', 'oauth2_client_credentials', 'session'] as const;
const type = required(oneOf(TYPES));
/** As dlt has it. */
const TOKEN_SECONDS = 3600;

/** A secret that is not written out: a project file is in version control, and what it says stands in every artifact. */
const reference: Reader<Secret> = (node, key, report) => {
  if (node.kind === 'map') return secretOrFile(node, key, report);
  const problem = `\`${key}\` must be a reference to a secret, not the secret itself`;
  report(diagnose('config.invalid', { problem, hint: `write \`${key}: {env: NAME}\` or \`${key}: {file: path}\`` }, node.at));
  return undefined;
};

const bearer = mapping('the auth `bearer`', { type, token: required(reference) });
const apiKey = mapping('the auth `api_key`', {
  type,
  name: optional(text, 'Authorization'),
  api_key: required(reference),
  location: optional(oneOf(['header', 'query'] as const), 'header'),
});
const basic = mapping('the auth `http_basic`', { type, username: required(secretOrFile), password: required(reference) });
const oauth2 = mapping('the auth `oauth2_client_credentials`', {
  type,
  access_token_url: required(text),
  client_id: required(secretOrFile),
  client_secret: required(reference),
  access_token_request_data: optional(mappingOf(secretOrFile), {}),
  default_token_expiration: optional(seconds, TOKEN_SECONDS),
});
const session = mapping('the auth `session`', {
  type,
  path: required(text),
  json: required(mappingOf(secretOrFile)),
  token_path: required(path),
  expires_in: optional(seconds),
});

/** How requests show who asks: `{type: bearer, token: {env: TOKEN}}`. */
export const auth: Reader<Auth> = (node, key, report) => {
  if (node.kind !== 'map') return wrongType(node, key, 'a mapping with a `type`', report);
  const found = node.entries.find((entry) => entry.key === 'type')?.value;
  const kind = found?.kind === 'scalar' ? found.text : undefined;
  switch (kind) {
    case 'api_key': {
      const read = apiKey(node, key, report);
      return read && { type: 'api_key', name: read.name, apiKey: read.api_key, location: read.location };
    }
    case 'http_basic': {
      const read = basic(node, key, report);
      return read && { type: 'http_basic', username: read.username, password: read.password };
    }
    case 'oauth2_client_credentials': {
      const read = oauth2(node, key, report);
      return (
        read && {
          type: 'oauth2_client_credentials',
          tokenUrl: read.access_token_url,
          clientId: read.client_id,
          clientSecret: read.client_secret,
          data: read.access_token_request_data,
          expiresIn: read.default_token_expiration,
        }
      );
    }
    case 'session': {
      const read = session(node, key, report);
      return (
        read && {
          type: 'session',
          path: read.path,
          json: read.json,
          tokenPath: read.token_path,
          ...(read.expires_in !== undefined && { expiresIn: read.expires_in }),
        }
      );
    }
    default: {
      // a type that is wrong is told by the reader of the simplest one
      const read = kind === 'bearer' || kind === undefined ? bearer(node, key, report) : type.read(found!, 'type', report) && undefined;
      return read && { type: 'bearer', token: read.token };
    }
  }
};
