import { failure } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import type { Ahead } from './ahead';
import type { HttpResponse } from './fetcher';
import type { Hidden } from './hidden';
import { recordsBeyond, type Page } from './page';
import { nextRequest, probableRequests, type PageRequest } from './paginate';
import { formatOf } from './records';
import type { Requests } from './request';
import { seriesOf, type Series } from './series';

/** Lands, reads and checks one response of a series. */
export type Receive = (
  response: Pick<HttpResponse, 'body' | 'headers'>,
  request: string,
  series: Series,
  included?: string,
) => Promise<Page>;

/** A page of one of the series, and how it is asked for. */
export interface Wanted {
  readonly page: PageRequest;
  readonly requests: Requests;
  /** Tells the series apart. */
  readonly series: number;
  /** The fields that its records get from their parent, as JSON text. */
  readonly included?: string;
}

/** What all series of a resource have in common. */
export interface Receiving {
  readonly resource: Resource;
  /** Answers undefined for a response that was declared to be ignored, and for a probe that found nothing. */
  readonly ahead: Ahead<Wanted, HttpResponse | undefined>;
  readonly hidden: Hidden;
  readonly signal: AbortSignal;
  readonly receive: Receive;
}

export interface ReceivedSeries {
  /** As the API announced it; null when it announces none. */
  readonly total: number | null;
  /** Responses that were declared to be ignored. */
  readonly ignored: number;
}

/** Asks for the pages of one series, which begins with `start`; the series of `others` come after it. Throws `extract.*`, `lake.error`. */
export async function receiveSeries(receiving: Receiving, start: Wanted, others: readonly Wanted[]): Promise<ReceivedSeries> {
  const series = seriesOf(receiving.resource);
  try {
    return await receivedInto(series, receiving, start, others);
  } finally {
    series.close();
  }
}

async function receivedInto(
  series: Series,
  { resource, ahead, hidden, signal, receive }: Receiving,
  start: Wanted,
  others: readonly Wanted[],
): Promise<ReceivedSeries> {
  const { paginator } = resource;
  const { requests, included } = start;
  // a link that leads back to the beginning is a loop as well
  if (paginator.type === 'json_link' || paginator.type === 'header_link') series.follow(requests.of(start.page).url, '', hidden.in);
  let probable: Iterable<Wanted> = others;
  let page: PageRequest | undefined = start.page;
  while (page !== undefined) {
    signal.throwIfAborted();
    const current: PageRequest = page;
    const response = await ahead.take({ ...start, page: current }, probable);
    if (response === undefined) return { total: series.end().total, ignored: current.probe ? 0 : 1 };
    const name = requests.named(current);
    if (current.probe) {
      const answer = { ...response, format: formatOf(resource.format, response.headers['content-type']), request: name };
      if (!series.exceededBy(recordsBeyond(answer, resource, hidden.in), name)) break;
      // it lands, for whoever wants to see what was not announced
      await receive(response, name, series, included);
      throw series.excess(name);
    }
    const read = await receive(response, name, series, included);
    // what was announced is more than what is wanted
    if (read.isLast) return { total: null, ignored: 0 };
    const facts = { ...read, records: read.records.length, next: addressOf(read.next, current, requests, resource, name) };
    page = nextRequest(paginator, current, facts);
    if (page?.given !== undefined) series.follow(page.given, name, hidden.in);
    probable = after(probableRequests(paginator, current, facts), start, others);
  }
  return { total: series.end().total, ignored: 0 };
}

/** The pages of the series after the next one, then the beginnings of the series after it. */
function* after(pages: Iterable<PageRequest>, start: Wanted, others: readonly Wanted[]): Generator<Wanted> {
  for (const page of pages) yield { ...start, page };
  yield* others;
}

/** A next link as a whole address: it may be given relative to the page that it stands in. A cursor stays as it is. */
function addressOf(
  next: string | undefined,
  page: PageRequest,
  requests: Requests,
  { paginator, at }: Resource,
  request: string,
): string | undefined {
  if (next === undefined || paginator.type === 'cursor') return next;
  const { url } = requests.of(page);
  if (URL.canParse(next, url)) return new URL(next, url).href;
  throw failure('extract.link', { request, problem: 'gave a next link that is no address', hint: 'check `paginator`' }, at);
}
