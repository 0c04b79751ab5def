import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import { listOf, mapping, optional, required, type Fields, type Reader, type Shaped, type Text } from './shape';
import { nameBy, paths, text } from './shapeValues';
import { client } from './sourcesClient';
import { endpoint, type Endpoint } from './sourcesEndpoint';
import { isGiven } from './sourcesGiven';
import { checkIncremental, checkParents, incremental } from './sourcesIncremental';
import { includeFromParent, parentOf } from './sourcesParent';
import { renderedNode, reportExcept, type RenderText } from './sourcesRender';
import type { YamlNode } from './yamlNode';

const BASE_URL = /^(?:https?:\/\/[^/]|recorded:.)/;

const RESOURCE_FIELDS = {
  name: required(nameBy('part')),
  primary_key: optional(paths),
  include_from_parent: optional(includeFromParent),
  endpoint: optional(endpoint, {}),
  module: optional(text),
  incremental: optional(incremental),
} satisfies Fields;

type RawResource = Partial<Shaped<typeof RESOURCE_FIELDS>> & { readonly name: Text };

const readResource = mapping('a resource', RESOURCE_FIELDS);

/** A mapping, or the name alone. */
const resource: Reader<RawResource> = (node, key, report) => {
  if (node.kind === 'map') return readResource(node, key, report);
  const name = nameBy('part')(node, key, report);
  return name === undefined ? undefined : { name };
};

const NO_DEFAULTS: { readonly primary_key: readonly string[] | undefined; readonly endpoint: Endpoint } = {
  primary_key: undefined,
  endpoint: {},
};

const readExtract = mapping('`extract`', {
  client: optional(client),
  resource_defaults: optional(
    mapping('`resource_defaults`', { primary_key: optional(paths), endpoint: optional(endpoint, {}) }),
    NO_DEFAULTS,
  ),
  resources: required(listOf(resource)),
});

type Client = NonNullable<ReturnType<typeof client>>;

/**
 * The resources of `extract`, templates rendered, defaults filled in: a resource's own endpoint stands before `resource_defaults`, that before
 * the client; parameters and headers add up in the same order. `land` is where their responses go, under the lake. Undefined when nothing
 * can be said about them.
 */
export function resourcesOf(node: YamlNode, land: string, render: RenderText, report: Report): readonly Resource[] | undefined {
  const failed = new Set<Location>();
  const reportNews = reportExcept(failed, report);
  const rendered = renderedNode(node, render, failed);
  const extract = readExtract(rendered, 'extract', reportNews);
  if (extract === undefined) return undefined;
  const ofClient = extract.client ?? client({ kind: 'map', entries: [], at: node.at }, 'client', report)!;
  const base = ofClient.base_url;
  if (base !== undefined && !BASE_URL.test(base.text)) {
    const problem = `\`base_url\` must begin with \`https://\`, \`http://\` or \`recorded:\`, found \`${base.text}\``;
    reportNews(diagnose('config.invalid', { problem }, base.at));
  }
  const clientNode = rendered.kind === 'map' ? rendered.entries.find((entry) => entry.key === 'client')?.value : undefined;
  const baseMissing = clientNode === undefined || !isGiven(clientNode, 'base_url');
  const known = extract.resources.map((raw) => raw.name.text);
  const resources = new Map<string, Resource>();
  for (const raw of extract.resources) {
    const { text: name, at } = raw.name;
    if (resources.has(name)) report(diagnose('name.duplicate', { name, kind: 'resource', other: at.file }, at));
    if (baseMissing && raw.module === undefined) {
      report(diagnose('config.missing-key', { key: 'base_url', where: `\`client\`, for the resource \`${name}\`,` }, at));
    }
    const asking = resolved(raw, extract.resource_defaults, ofClient, land);
    const parent = parentOf(asking, raw.include_from_parent, known, reportNews);
    checkIncremental(asking, reportNews);
    if (!resources.has(name)) resources.set(name, parent === undefined ? asking : { ...asking, parent });
  }
  checkParents(resources, reportNews);
  return [...resources.values()];
}

/** A resource with what holds for all of them filled in. */
function resolved(raw: RawResource, { primary_key, endpoint: common }: typeof NO_DEFAULTS, ofClient: Client, land: string): Resource {
  const own: Endpoint = raw.endpoint ?? {};
  const { text: name, at } = raw.name;
  const { max_attempts: maxAttempts, backoff, max_delay: maxDelay } = ofClient.retry;
  const auth = own.auth ?? common.auth ?? ofClient.auth;
  const json = own.json ?? common.json;
  const format = own.format ?? common.format;
  return {
    name,
    at,
    baseUrl: ofClient.base_url?.text ?? '',
    path: own.path ?? common.path ?? name,
    method: own.method ?? common.method ?? 'GET',
    headers: { ...ofClient.headers, ...common.headers, ...own.headers },
    params: { ...ofClient.params, ...common.params, ...own.params },
    ...(json !== undefined && { json }),
    ...(auth !== undefined && { auth }),
    dataSelector: own.data_selector ?? common.data_selector ?? name,
    ...(format !== undefined && { format }),
    paginator: own.paginator ?? common.paginator ?? ofClient.paginator ?? { type: 'single_page' },
    primaryKey: raw.primary_key ?? primary_key ?? [],
    responseActions: own.response_actions ?? common.response_actions ?? [],
    retry: { maxAttempts, backoff, maxDelay },
    timeout: ofClient.timeout,
    concurrency: ofClient.concurrency,
    ...(ofClient.rate_limit !== undefined && { rateLimit: ofClient.rate_limit }),
    maxBytes: ofClient.max_bytes,
    allowHosts: ofClient.allow_hosts,
    allowPrivate: ofClient.allow_private,
    land,
    ...(raw.module !== undefined && { module: raw.module }),
    ...(raw.incremental !== undefined && { incremental: raw.incremental }),
  };
}
