import { failure } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import { reveal, type Secret } from '../core/secret';
import type { HttpRequest } from './fetcher';

/** What stands for a secret wherever something is shown. */
const HIDDEN = '***';

/** How to ask one resource, with its secrets revealed, and how to speak of it without them. */
export interface Requests {
  /** A request with the paging parameters `params` beside the declared ones. */
  readonly of: (params: Readonly<Record<string, string>>) => HttpRequest;
  /** The same in words, for messages: `GET https://api/users?limit=30&key=***`. */
  readonly named: (params: Readonly<Record<string, string>>) => string;
  /** `text` with every secret in it hidden: what comes from outside may repeat them. */
  readonly withoutSecrets: (text: string) => string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the secrets of `resource` from `env`. Throws `env.missing` when one is not set. */
export function requestsOf(resource: Resource, env: Env): Requests {
  const { method, timeout } = resource;
  const headers = revealed(resource, resource.headers, env);
  const params = revealed(resource, resource.params, env);
  const shown = Object.fromEntries(
    Object.entries(resource.params).map(([name, value]) => [name, typeof value === 'string' ? value : HIDDEN]),
  );
  const withoutSecrets = hiding([
    ...secretsOf(resource.headers, headers),
    ...secretsOf(resource.params, params),
    ...userInfoOf(resource.baseUrl),
  ]);
  const address = addressOf(resource);
  return {
    of: (paging) => ({ method, url: withParams(address, { ...params, ...paging }), headers, timeout }),
    named: (paging) =>
      withoutSecrets(`${method} ${withParams(address, { ...shown, ...paging }).replaceAll(encodeURIComponent(HIDDEN), HIDDEN)}`),
    withoutSecrets,
  };
}

const addressOf = ({ baseUrl, path }: Resource): string => {
  const base = baseUrl.replace(/\/+$/, '');
  return path === '' ? base : `${base}/${path.replace(/^\/+/, '')}`;
};

/** `address` with `params` added; one that it has already is replaced. */
function withParams(address: string, params: Readonly<Record<string, string>>): string {
  const [path, query] = address.split('?');
  const search = new URLSearchParams(query);
  for (const [name, value] of Object.entries(params)) search.set(name, value);
  return search.size === 0 ? path! : `${path}?${String(search)}`;
}

function revealed({ at }: Resource, values: Readonly<Record<string, Secret>>, env: Env): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, secret]) => {
      const value = reveal(secret, env);
      if (value === undefined && typeof secret !== 'string') throw failure('env.missing', { name: secret.env }, at);
      return [name, value ?? ''];
    }),
  );
}

const secretsOf = (declared: Readonly<Record<string, Secret>>, values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) => (typeof declared[name] === 'string' ? [] : [value]));

/** What stands before the host in `https://user:password@host`, if somebody wrote it. */
function userInfoOf(url: string): readonly string[] {
  const userInfo = /^https?:\/\/([^/?#@]+)@/.exec(url)?.[1];
  return userInfo === undefined ? [] : [userInfo, userInfo.slice(userInfo.indexOf(':') + 1)];
}

/** Hides the secrets as they are, in an address, and in a JSON text. */
function hiding(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    String(new URLSearchParams({ s: secret })).slice(2),
    JSON.stringify(secret).slice(1, -1),
  ]);
  // the longest first, so that a secret inside another does not leave the rest of it
  const ordered = [...new Set(forms)].filter((form) => form !== '').sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((done, form) => done.replaceAll(form, HIDDEN), text);
}
