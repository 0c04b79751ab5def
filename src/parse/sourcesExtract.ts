import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import { listOf, mapping, mappingOf, optional, required, type Fields, type Reader, type Shaped, type Text } from './shape';
import { integer, nameBy, oneOf, path, paths, secret, seconds, text } from './shapeValues';
import { paginator } from './sourcesPaginator';
import { renderedNode, reportExcept, type RenderText } from './sourcesRender';
import type { YamlNode } from './yamlNode';

const TIMEOUT = 60;
const RETRY = { maxAttempts: 4, backoff: 0.5, maxDelay: 30 };
const BASE_URL = /^(?:https?:\/\/[^/]|recorded:.)/;

const retry = mapping('`retry`', {
  max_attempts: optional(integer(1), RETRY.maxAttempts),
  backoff: optional(seconds, RETRY.backoff),
  max_delay: optional(seconds, RETRY.maxDelay),
});

const client = mapping('`client`', {
  base_url: optional<Text>((node, key, report) => withPlace(text(node, key, report), node.at)),
  headers: optional(mappingOf(secret), {}),
  params: optional(mappingOf(secret), {}),
  timeout: optional(seconds, TIMEOUT),
  retry: optional(retry, { max_attempts: RETRY.maxAttempts, backoff: RETRY.backoff, max_delay: RETRY.maxDelay }),
  paginator: optional(paginator),
});

const ENDPOINT_FIELDS = {
  path: optional(text),
  method: optional(oneOf(['GET', 'POST'] as const)),
  params: optional(mappingOf(secret), {}),
  headers: optional(mappingOf(secret), {}),
  data_selector: optional(selector()),
  paginator: optional(paginator),
} satisfies Fields;

type Endpoint = Partial<Shaped<typeof ENDPOINT_FIELDS>>;

const readEndpoint = mapping('an endpoint', ENDPOINT_FIELDS);

/** A mapping, or the path alone. */
const endpoint: Reader<Endpoint> = (node, key, report) => {
  if (node.kind === 'map') return readEndpoint(node, key, report);
  const only = text(node, key, report);
  return only === undefined ? undefined : { path: only };
};

const RESOURCE_FIELDS = {
  name: required(nameBy('part')),
  primary_key: optional(paths),
  endpoint: optional(endpoint, {}),
  module: optional(text),
} satisfies Fields;

type RawResource = Partial<Shaped<typeof RESOURCE_FIELDS>> & { readonly name: Text };

const readResource = mapping('a resource', RESOURCE_FIELDS);

/** A mapping, or the name alone. */
const resource: Reader<RawResource> = (node, key, report) => {
  if (node.kind === 'map') return readResource(node, key, report);
  const name = nameBy('part')(node, key, report);
  return name === undefined ? undefined : { name };
};

const readExtract = mapping('`extract`', {
  client: optional(client),
  resource_defaults: optional(mapping('`resource_defaults`', { primary_key: optional(paths), endpoint: optional(endpoint, {}) }), {
    primary_key: undefined,
    endpoint: {},
  }),
  resources: required(listOf(resource)),
});

/**
 * The resources of `extract`, templates rendered, defaults filled in: a resource's own endpoint stands before `resource_defaults`, that before
 * the client; parameters and headers add up in the same order. `land` is where their responses go, under the lake. Undefined when nothing
 * can be said about them.
 */
export function resourcesOf(node: YamlNode, land: string, render: RenderText, report: Report): readonly Resource[] | undefined {
  const failed = new Set<Location>();
  const reportNews = reportExcept(failed, report);
  const extract = readExtract(renderedNode(node, render, failed), 'extract', reportNews);
  if (extract === undefined) return undefined;
  const ofClient = extract.client ?? client({ kind: 'map', entries: [], at: node.at }, 'client', report)!;
  const base = ofClient.base_url;
  if (base !== undefined && !BASE_URL.test(base.text)) {
    const problem = `\`base_url\` must begin with \`https://\`, \`http://\` or \`recorded:\`, found \`${base.text}\``;
    reportNews(diagnose('config.invalid', { problem }, base.at));
  }
  const defaults = extract.resource_defaults;
  const resources = new Map<string, Resource>();
  for (const raw of extract.resources) {
    const { text: name, at } = raw.name;
    if (resources.has(name)) report(diagnose('name.duplicate', { name, kind: 'resource', other: at.file }, at));
    if (base === undefined && raw.module === undefined) {
      report(diagnose('config.missing-key', { key: 'base_url', where: `\`client\`, for the resource \`${name}\`,` }, at));
    }
    const own: Endpoint = raw.endpoint ?? {};
    const common: Endpoint = defaults.endpoint;
    const resolved: Resource = {
      name,
      at,
      baseUrl: base?.text ?? '',
      path: own.path ?? common.path ?? name,
      method: own.method ?? common.method ?? 'GET',
      headers: { ...ofClient.headers, ...common.headers, ...own.headers },
      params: { ...ofClient.params, ...common.params, ...own.params },
      dataSelector: own.data_selector ?? common.data_selector ?? name,
      paginator: own.paginator ?? common.paginator ?? ofClient.paginator ?? { type: 'single_page' },
      primaryKey: raw.primary_key ?? defaults.primary_key ?? [],
      retry: { maxAttempts: ofClient.retry.max_attempts, backoff: ofClient.retry.backoff, maxDelay: ofClient.retry.max_delay },
      timeout: ofClient.timeout,
      land,
      ...(raw.module !== undefined && { module: raw.module }),
    };
    if (!resources.has(name)) resources.set(name, resolved);
  }
  return [...resources.values()];
}

/** A dotted path, or an empty text for the body itself. */
function selector(): Reader<string> {
  return (node, key, report) => (node.kind === 'scalar' && node.value === '' ? '' : path(node, key, report));
}

function withPlace(read: string | undefined, at: Location): Text | undefined {
  return read === undefined ? undefined : { text: read, at };
}
