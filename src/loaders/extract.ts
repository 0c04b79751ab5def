import { EtlxError, failure } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import type { ExtractNode } from '../core/node';
import { bodyOf } from './ask';
import { jsonText } from './json';
import { resourcePrefix, type LandedPage } from './lakeManifest';
import { landingOf } from './land';
import { pageOf, type Page } from './page';
import { firstRequest, nextRequest, type PageRequest } from './paginate';
import type { LoaderPorts } from './ports';
import { functionOf } from './projectModule';
import { requestsOf, type Requests } from './request';
import { seriesOf } from './series';

export interface ExtractOutcome {
  readonly loadId: string;
  readonly pages: number;
  readonly records: number;
  readonly bytes: number;
}

/** Lands, reads and checks one response; `request` is its name in messages. */
type Receive = (body: Uint8Array, request: string) => Promise<Page>;

/**
 * Asks for every page of a resource and lands each response before anything is made of it. The load exists (has its manifest) only when all
 * pages came, have the declared shape, differ, and hold as many distinct records as the API announces.
 *
 * Throws `extract.*`, `env.missing`, `lake.error`; transient where trying again may help.
 */
export async function extract(node: ExtractNode, ports: LoaderPorts, signal: AbortSignal): Promise<ExtractOutcome> {
  const { resource, source } = node;
  const { store, clock, emit } = ports;
  const loadId = ports.nextLoadId();
  const startedAt = clock.now();
  const landing = landingOf(store, resourcePrefix(resource.land, source, resource.name), loadId);
  const requests = requestsOf(resource, ports.env);
  const series = seriesOf(resource);
  const landed: LandedPage[] = [];
  let records = 0;
  let bytes = 0;

  const receive: Receive = async (body, request) => {
    const stored = await landing.page(body);
    const page = pageOf(body, resource, request, requests.withoutSecrets);
    series.add(page, request);
    landed.push({ ...stored, records: page.records.length });
    records += page.records.length;
    bytes += stored.bytes;
    emit({ rows: records, pages: landed.length });
    return page;
  };

  if (resource.module === undefined) await receiveHttp(resource, requests, ports, signal, receive);
  else await receiveModule(resource, resource.module, requests, ports, signal, receive);

  const { total } = series.end();
  await landing.complete({
    version: 1,
    source,
    resource: resource.name,
    load_id: loadId,
    started_at: startedAt.toISOString(),
    ended_at: clock.now().toISOString(),
    request: resource.module ?? requests.named(firstRequest(resource.paginator).params),
    data_selector: resource.dataSelector,
    pages: landed,
    records,
    total,
    status: 'complete',
  });
  return { loadId, pages: landed.length, records, bytes };
}

async function receiveHttp(
  resource: Resource,
  requests: Requests,
  ports: LoaderPorts,
  signal: AbortSignal,
  receive: Receive,
): Promise<void> {
  let next: PageRequest | undefined = firstRequest(resource.paginator);
  while (next !== undefined) {
    signal.throwIfAborted();
    const body = await bodyOf(resource, requests, next.params, ports, signal);
    const { records, total } = await receive(body, requests.named(next.params));
    next = nextRequest(resource.paginator, next, records.length, total);
  }
}

/** A loader in TypeScript yields the bodies of its pages; what the resource declares comes to it as its context. */
async function receiveModule(
  resource: Resource,
  file: string,
  requests: Requests,
  ports: LoaderPorts,
  signal: AbortSignal,
  receive: Receive,
): Promise<void> {
  const load = await functionOf(ports, file, 'default', resource.at);
  const { url, headers } = requests.of({});
  const pages = load({ resource: resource.name, url, headers, env: ports.env, signal });
  if (typeof pages !== 'object' || pages === null || !(Symbol.asyncIterator in pages || Symbol.iterator in pages)) {
    throw failure('macro.module', { file, problem: 'its default export is not a generator: write `async function*`' }, resource.at);
  }
  let number = 0;
  for await (const page of yieldedBy(pages as AsyncIterable<unknown>, file, resource, requests)) {
    signal.throwIfAborted();
    number += 1;
    await receive(bytesOf(page), `page ${number} of \`${file}\``);
  }
}

/** The pages of a loader in TypeScript; what it throws is told as its own, without the secrets that it was given. */
async function* yieldedBy(pages: AsyncIterable<unknown>, file: string, { at }: Resource, { withoutSecrets }: Requests): AsyncGenerator<unknown> {
  try {
    yield* pages;
  } catch (error) {
    if (error instanceof EtlxError) throw error;
    const problem = withoutSecrets(error instanceof Error ? error.message : String(error));
    throw failure('extract.module', { file, problem }, at, { cause: error });
  }
}

const bytesOf = (page: unknown): Uint8Array =>
  page instanceof Uint8Array ? page : Buffer.from(typeof page === 'string' ? page : (jsonText(page) ?? ''));
