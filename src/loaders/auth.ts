import type { Auth, Resource } from '../core/loader';
import type { HttpRequest } from './fetcher';
import type { Hidden } from './hidden';
import type { LoaderPorts } from './ports';
import { publicOnly } from './reach';
import { addressOf, withParams } from './request';
import { revealed, revealedAll, secretsOf } from './revealed';
import { tokenKey, tokenOf, type Token, type TokenRequest } from './token';

/** Shows a server who asks. */
export interface Authority {
  /** `request` with credentials. Throws `extract.auth` when there is no token to be had. */
  readonly sign: (request: HttpRequest) => Promise<HttpRequest>;
  /** Whether there is something new to show to a server that answered 401 to `refused`, a signed request. */
  readonly renew: (refused: HttpRequest) => boolean;
}

type Ports = Pick<LoaderPorts, 'env' | 'secretFile' | 'clock' | 'random' | 'fetcher' | 'tokens'>;

/** The authority of `resource`; `signal` ends the asking for tokens. Its secrets are read here, and told to `hidden`. Throws `env.missing` and `secret.file`. */
export function authorityOf(resource: Resource, ports: Ports, hidden: Hidden, signal: AbortSignal): Authority {
  const { auth, at } = resource;
  if (auth === undefined) return fixed((request) => request);
  switch (auth.type) {
    case 'bearer': {
      const token = revealed(auth.token, at, ports);
      hidden.add(token);
      return fixed((request) => withHeader(request, 'authorization', `Bearer ${token}`));
    }
    case 'api_key': {
      const key = revealed(auth.apiKey, at, ports);
      hidden.add(key);
      const { name, location } = auth;
      if (location === 'header') return fixed((request) => withHeader(request, name, key));
      return fixed((request) => ({ ...request, url: withParams(request.url, { [name]: key }) }));
    }
    case 'http_basic': {
      const pair = `${revealed(auth.username, at, ports)}:${revealed(auth.password, at, ports)}`;
      hidden.add(pair, pair.slice(pair.indexOf(':') + 1));
      return fixed((request) => withHeader(request, 'authorization', `Basic ${Buffer.from(pair).toString('base64')}`));
    }
    default:
      return tokens(resource, auth, tokenRequestOf(resource, auth, ports, hidden), ports, hidden, signal);
  }
}

const fixed = (sign: (request: HttpRequest) => HttpRequest): Authority => ({ sign: async (request) => sign(request), renew: () => false });

/** A header that stands already under another case is replaced. */
function withHeader(request: HttpRequest, name: string, value: string): HttpRequest {
  const others = Object.entries(request.headers).filter(([each]) => each.toLowerCase() !== name.toLowerCase());
  return { ...request, headers: { ...Object.fromEntries(others), [name]: value } };
}

/** A token is asked for once, however many requests wait for it, and again when it ends or is refused. */
function tokens(resource: Resource, auth: Auth, asking: TokenRequest, ports: Ports, hidden: Hidden, signal: AbortSignal): Authority {
  const key = tokenKey(auth, resource.baseUrl);
  const used = new WeakMap<HttpRequest, Promise<Token>>();

  const ask = (): Promise<Token> => {
    // others wait for it too: it outlives the request that needed it first
    const asked = tokenOf(asking, resource, ports, ports.fetcher, hidden.in, signal);
    ports.tokens.set(key, asked);
    // whoever asks next begins anew
    asked.catch(() => forget(asked));
    return asked;
  };
  const forget = (token: Promise<Token>): void => void (ports.tokens.get(key) === token && ports.tokens.delete(key));

  return {
    async sign(request) {
      let held = ports.tokens.get(key) ?? ask();
      const { expiresAt } = await held;
      if (expiresAt !== undefined && expiresAt <= ports.clock.now().getTime()) {
        forget(held);
        held = ports.tokens.get(key) ?? ask();
      }
      const { text } = await held;
      hidden.add(text);
      const signed = withHeader(request, 'authorization', `Bearer ${text}`);
      used.set(signed, held);
      return signed;
    },
    renew(refused) {
      const token = used.get(refused);
      // it may be another's turn already: then the new token is there
      if (token !== undefined) forget(token);
      return token !== undefined;
    },
  };
}

function tokenRequestOf(
  resource: Resource,
  auth: Extract<Auth, { type: 'oauth2_client_credentials' | 'session' }>,
  ports: Ports,
  hidden: Hidden,
): TokenRequest {
  const { at, timeout, maxBytes, concurrency, rateLimit, retry, baseUrl } = resource;
  const common = { method: 'POST', timeout, maxBytes, manners: { concurrency, rateLimit, maxDelay: retry.maxDelay }, attempt: 1 } as const;
  if (auth.type === 'session') {
    const json = revealedAll(auth.json, at, ports);
    hidden.add(...secretsOf(auth.json, json));
    const request: HttpRequest = {
      ...common,
      url: addressOf(baseUrl, auth.path),
      publicOnly: publicOnly(resource),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(json),
    };
    return { request, tokenPath: auth.tokenPath, expiresIn: auth.expiresIn };
  }
  const data = revealedAll(auth.data, at, ports);
  const secret = revealed(auth.clientSecret, at, ports);
  hidden.add(secret, ...secretsOf(auth.data, data));
  const form = { grant_type: 'client_credentials', client_id: revealed(auth.clientId, at, ports), client_secret: secret, ...data };
  const request: HttpRequest = {
    ...common,
    url: auth.tokenUrl,
    publicOnly: publicOnly({ ...resource, baseUrl: auth.tokenUrl }),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: String(new URLSearchParams(form)),
  };
  return { request, tokenPath: 'access_token', expiresPath: 'expires_in', expiresIn: auth.expiresIn };
}
