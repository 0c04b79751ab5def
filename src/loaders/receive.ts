import { failure } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import { placeholdersIn } from '../core/placeholder';
import { aheadOf, type Ahead } from './ahead';
import { askerOf } from './ask';
import { authorityOf } from './auth';
import type { HttpResponse } from './fetcher';
import type { Hidden } from './hidden';
import type { Page } from './page';
import { firstRequest, nextRequest, probableRequests, requestKey, type PageRequest } from './paginate';
import { parentsOf, type Parent, type Parents } from './parents';
import type { LoaderPorts } from './ports';
import { requestsOf, type Requests } from './request';
import { seriesOf, type Series } from './series';

/** Lands, reads and checks one response of a series. */
export type Receive = (response: Pick<HttpResponse, 'body' | 'headers'>, request: string, series: Series, included?: string) => Promise<Page>;

/** What came of asking for everything. */
export interface Received {
  /** As the API announced it, of all series together; null when it announces none. */
  readonly total: number | null;
  /** Responses that were declared to be ignored. */
  readonly ignored: number;
  readonly parent?: Parents['load'];
  /** The first request, without secrets. */
  readonly request: string;
}

/** A page of one of the series, and how it is asked for. */
interface Wanted {
  readonly page: PageRequest;
  readonly requests: Requests;
  /** Tells the series apart. */
  readonly series: number;
}

/**
 * Asks for all pages of `resource` over HTTP: one series of them, or one for each record of its parent. Pages are asked early where it is known
 * that there are more, and given to `receive` in their order; the first error ends it all.
 *
 * Throws `extract.*`, `env.missing`, `secret.file`, `lake.*`.
 */
export async function receiveAll(source: string, resource: Resource, ports: LoaderPorts, hidden: Hidden, signal: AbortSignal, receive: Receive): Promise<Received> {
  const bind = requestsOf(resource, ports, hidden);
  const { ask } = askerOf(resource, authorityOf(resource, ports, hidden), ports, hidden);
  const ahead = aheadOf<Wanted, HttpResponse | undefined>(
    ({ page, requests }, stop) => ask(page, requests, stop),
    ({ page, series }) => `${series} ${requestKey(page)}`,
    resource.concurrency,
    signal,
  );
  const first = firstRequest(resource.paginator);
  try {
    if (resource.parent === undefined) {
      const requests = bind();
      const { total, ignored } = await receiveSeries({ page: first, requests, series: 0 }, [], resource, ahead, hidden, signal, receive);
      return { total, ignored, request: requests.named(first) };
    }
    const paths = placeholderPaths(resource);
    const parents = await parentsOf(source, resource, paths, ports.store);
    let total: number | null = null;
    let ignored = 0;
    let series = 0;
    for await (const batch of parents.batches) {
      const begin = series;
      const starts = batch.map(({ fieldOf }, index): Wanted => ({ page: first, requests: bind(fieldOf), series: begin + index }));
      for (const [index, start] of starts.entries()) {
        const outcome = await receiveSeries(start, starts.slice(index + 1, index + 1 + resource.concurrency), resource, ahead, hidden, signal, withParent(receive, batch[index]!));
        if (outcome.total !== null) total = (total ?? 0) + outcome.total;
        ignored += outcome.ignored;
      }
      series += batch.length;
    }
    return { total, ignored, parent: parents.load, request: bind((path) => `{${path}}`).named(first) };
  } finally {
    await ahead.end();
  }
}

/** Asks for the pages of one series, which begins with `start`; the series of `others` come after it. */
async function receiveSeries(
  start: Wanted,
  others: readonly Wanted[],
  resource: Resource,
  ahead: Ahead<Wanted, HttpResponse | undefined>,
  hidden: Hidden,
  signal: AbortSignal,
  receive: Receive,
): Promise<{ readonly total: number | null; readonly ignored: number }> {
  const { paginator } = resource;
  const { requests } = start;
  const series = seriesOf(resource);
  // a link that leads back to the beginning is a loop as well
  if (paginator.type === 'json_link' || paginator.type === 'header_link') series.follow(requests.of(start.page).url, '', hidden.in);
  let probable: Iterable<Wanted> = others;
  let ignored = 0;
  for (let page: PageRequest | undefined = start.page; page !== undefined; ) {
    signal.throwIfAborted();
    const response = await ahead.take({ ...start, page }, probable);
    if (response === undefined) {
      ignored += 1;
      break;
    }
    const name = requests.named(page);
    const read = await receive(response, name, series);
    const facts = { ...read, records: read.records.length, next: nextOf(read.next, page, requests, resource, name) };
    const current: PageRequest = page;
    page = nextRequest(paginator, current, facts);
    if (page?.given !== undefined) series.follow(page.given, name, hidden.in);
    probable = after(probableRequests(paginator, current, facts), start, others);
  }
  return { total: series.end().total, ignored };
}

/** The pages of the series after the next one, then the beginnings of the series after it. */
function* after(pages: Iterable<PageRequest>, start: Wanted, others: readonly Wanted[]): Generator<Wanted> {
  for (const page of pages) yield { ...start, page };
  yield* others;
}

/** A link as a whole address: it may be given relative to the page that it stands in. */
function nextOf(next: string | undefined, page: PageRequest, requests: Requests, { paginator, at }: Resource, request: string): string | undefined {
  if (next === undefined || paginator.type === 'cursor') return next;
  const { url } = requests.of(page);
  if (URL.canParse(next, url)) return new URL(next, url).href;
  throw failure('extract.link', { request, problem: 'gave a next link that is no address', hint: 'check `paginator`' }, at);
}

const withParent =
  (receive: Receive, { included }: Parent): Receive =>
  (response, request, series) =>
    receive(response, request, series, included);

/** The fields of the parent that the placeholders name. */
function placeholderPaths({ path, params, json }: Resource): readonly string[] {
  const texts = [path, ...Object.values(params).filter((value) => typeof value === 'string'), JSON.stringify(json ?? null)];
  return [...new Set(texts.flatMap(placeholdersIn).map((placeholder) => placeholder.path))];
}
