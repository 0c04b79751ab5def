import { failure } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import type { TemplateValue } from '../core/macro';
import { filledText, onlyPlaceholder } from '../core/placeholder';
import type { HttpRequest } from './fetcher';
import { HIDDEN, type Hidden } from './hidden';
import { jsonText, type Json } from './json';
import type { PageRequest } from './paginate';
import { publicOnly, reachOf } from './reach';
import { revealedAll, secretsOf, type SecretPlaces } from './revealed';

/** How to ask one resource, with its secrets revealed, and how to speak of it without them. */
export interface Requests {
  /** The request for a page; one that a link leads to another server carries nothing of what was declared. Throws `extract.link`. */
  readonly of: (page: PageRequest) => HttpRequest;
  /** The same in words, for messages: `GET https://api/users?limit=30&key=***`. */
  readonly named: (page: PageRequest) => string;
}

/** The value of a parent's field, by its path. */
export type FieldOf = (path: string) => Json;

/** Of headers that were declared, the ones that another server may see. */
const HARMLESS = new Set(['accept', 'accept-language']);

/**
 * The requests of `resource`; `fieldOf` fills its placeholders. Secrets are read here, and told to `hidden`. Throws `env.missing` and
 * `secret.file` when one is not there.
 */
export function requestsOf(resource: Resource, places: SecretPlaces, hidden: Hidden): (fieldOf?: FieldOf) => Requests {
  const { method, timeout, maxBytes, concurrency, rateLimit, retry, at } = resource;
  const headers = revealedAll(resource.headers, at, places);
  const params = revealedAll(resource.params, at, places);
  hidden.add(...secretsOf(resource.headers, headers), ...secretsOf(resource.params, params), ...userInfoOf(resource.baseUrl));
  const shown = Object.fromEntries(
    Object.entries(resource.params).map(([name, value]) => [name, typeof value === 'string' ? value : HIDDEN]),
  );
  const common = {
    timeout,
    maxBytes,
    publicOnly: publicOnly(resource),
    manners: { concurrency, rateLimit, maxDelay: retry.maxDelay },
    attempt: 1,
  } as const;

  return (fieldOf = () => '') => {
    const text = (template: string): string => filledText(template, (path) => String(fieldOf(path)));
    const filled = (values: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
    const path = filledText(resource.path, (field) => encodeURIComponent(String(fieldOf(field))));
    const address = addressOf(resource.baseUrl, path);
    const bound = filled(params);
    const boundShown = filled(shown);
    const json = resource.json === undefined ? undefined : filledJson(resource.json, text, fieldOf);

    const named = ({ params: paging, link }: PageRequest): string =>
      hidden.in(`${method} ${link ?? withParams(address, { ...boundShown, ...paging }).replaceAll(encodeURIComponent(HIDDEN), HIDDEN)}`);

    return {
      named,
      of(page) {
        const body = method === 'POST' ? { body: jsonText(withPaging(json ?? {}, page.body)) ?? '{}' } : {};
        if (page.link === undefined) return { ...common, method, url: withParams(address, { ...bound, ...page.params }), headers, ...body };
        const reach = reachOf(page.link, resource);
        if (typeof reach === 'object')
          throw failure('extract.link', { request: named(page), problem: reach.problem, hint: reach.hint }, at);
        return { ...common, method, url: page.link, headers: reach === 'own' ? headers : harmless(headers), ...body };
      },
    };
  };
}

/** The headers that a server gets which is not the declared one. */
export const harmless = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.has(name.toLowerCase())));

/** `path` behind `baseUrl`. */
export function addressOf(baseUrl: string, path: string): string {
  const base = baseUrl.replace(/\/+$/, '');
  return path === '' ? base : `${base}/${path.replace(/^\/+/, '')}`;
}

/** `address` with `params` added; one that it has already is replaced. */
export function withParams(address: string, params: Readonly<Record<string, string>>): string {
  const question = address.indexOf('?');
  const path = question < 0 ? address : address.slice(0, question);
  const search = new URLSearchParams(question < 0 ? '' : address.slice(question + 1));
  for (const [name, value] of Object.entries(params)) search.set(name, value);
  return search.size === 0 ? path : `${path}?${String(search)}`;
}

/** `template` with its placeholders filled; a text that is one placeholder becomes the field as it is, a number say. */
function filledJson(template: TemplateValue, text: (template: string) => string, fieldOf: FieldOf): unknown {
  if (typeof template === 'string') {
    const only = onlyPlaceholder(template);
    return only === undefined ? text(template) : fieldOf(only);
  }
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((each: TemplateValue) => filledJson(each, text, fieldOf));
  return Object.fromEntries(Object.entries(template).map(([key, each]) => [key, filledJson(each as TemplateValue, text, fieldOf)]));
}

/** `json` with `values` at their dotted paths. */
function withPaging(json: unknown, values: PageRequest['body']): unknown {
  return Object.entries(values).reduce<unknown>((done, [path, value]) => withValue(done, path.split('.'), value), json);
}

function withValue(json: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object = typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Readonly<Record<string, unknown>>) : {};
  return { ...object, [key]: withValue(object[key], rest, value) };
}

/** What stands before the host in `https://user:password@host`, if somebody wrote it. */
function userInfoOf(url: string): readonly string[] {
  const userInfo = /^https?:\/\/([^/?#@]+)@/.exec(url)?.[1];
  return userInfo === undefined ? [] : [userInfo, userInfo.slice(userInfo.indexOf(':') + 1)];
}
