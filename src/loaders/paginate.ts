import type { PagingPlace, Paginator } from '../core/loader';

/** One request of a series: what pages in it, and where in the series it is. */
export interface PageRequest {
  /** Parameters of the query. */
  readonly params: Readonly<Record<string, string>>;
  /** Values in the JSON body, by dotted path. */
  readonly body: Readonly<Record<string, string | number>>;
  /** The whole address, where the API gave it; nothing is added to it. */
  readonly link?: string;
  /** What the API gave to come here: a cursor, a link. The same one twice is a loop. */
  readonly given?: string;
  /** The offset, or the number of the page. */
  readonly position: number;
  /** Records of the series before this page. */
  readonly before: number;
  /** The series is complete by what was announced; this asks whether that is true. */
  readonly probe?: true;
}

/** What a page says about the series. */
export interface PageFacts {
  readonly records: number;
  /** How many records there are in all. */
  readonly total?: number;
  readonly totalPages?: number;
  /** The cursor, or the whole address, of the page after it. */
  readonly next?: string;
}

const FIRST: PageRequest = { params: {}, body: {}, position: 0, before: 0 };

/** The request that a series begins with. */
export function firstRequest(paginator: Paginator): PageRequest {
  if (paginator.type === 'offset') return requestAt(paginator, 0, 0);
  return paginator.type === 'page_number' ? requestAt(paginator, paginator.base, 0) : FIRST;
}

/**
 * The request after `current`, whose page said `facts`; undefined when the series is over.
 *
 * An offset moves by the records that came, not by `limit`: servers cap the size of pages. A short page does not end a series, because
 * servers also filter pages after cutting them; only a total, or an empty page, does. Where the announced end falls on the end of a full page
 * there is one more request, a probe: an announcement that is too short would hide the rest. Cursors and links end where none is given, and not
 * before: an empty page may have a next one.
 */
export function nextRequest(
  paginator: Paginator,
  current: PageRequest,
  { records, total, totalPages, next }: PageFacts,
): PageRequest | undefined {
  const before = current.before + records;
  const complete = total !== undefined && before >= total;
  switch (paginator.type) {
    case 'single_page':
      return undefined;
    case 'offset':
      if (records === 0) return undefined;
      if (!complete) return requestAt(paginator, current.position + records, before);
      return before === total && records >= paginator.limit
        ? { ...requestAt(paginator, current.position + records, before), probe: true }
        : undefined;
    case 'page_number': {
      const page = current.position + 1;
      const last = totalPages === undefined ? records === 0 || complete : page - paginator.base >= totalPages;
      if (!last) return requestAt(paginator, page, before);
      // nobody said how large pages are: one that is smaller than those before it is not full
      const full = records > 0 && records * (current.position - paginator.base) >= current.before;
      return full && (total === undefined || before === total) ? { ...requestAt(paginator, page, before), probe: true } : undefined;
    }
    case 'cursor':
      return next === undefined ? undefined : { ...FIRST, ...at(paginator.cursorAt, next), given: next, before };
    case 'json_link':
    case 'header_link':
      return next === undefined ? undefined : { ...FIRST, link: next, given: next, before };
  }
}

/**
 * The requests that will follow `current` if its pages are all of the size that it was; none where nobody can know. They are only asked early:
 * what really comes next is for `nextRequest` to say.
 */
export function* probableRequests(
  paginator: Paginator,
  current: PageRequest,
  { records, total, totalPages }: PageFacts,
): Generator<PageRequest> {
  if ((paginator.type !== 'offset' && paginator.type !== 'page_number') || records === 0) return;
  const pages = paginator.type === 'page_number' ? totalPages : undefined;
  if (pages === undefined && total === undefined) return;
  for (let ahead = 1; ; ahead += 1) {
    const before = current.before + ahead * records;
    const position = current.position + ahead * (paginator.type === 'offset' ? records : 1);
    if (pages === undefined ? before >= total! : position - (paginator.type === 'offset' ? 0 : paginator.base) >= pages) return;
    yield requestAt(paginator, position, before);
  }
}

/** One text for the same request, different ones for others; a probe is another one, because it may be refused. */
export const requestKey = ({ params, body, link, probe }: PageRequest): string => JSON.stringify([link, params, body, probe]);

function requestAt(paginator: Extract<Paginator, { type: 'offset' | 'page_number' }>, position: number, before: number): PageRequest {
  if (paginator.type === 'page_number') return { ...at(paginator.pageAt, position), position, before };
  const limit = at(paginator.limitAt, paginator.limit);
  const offset = at(paginator.offsetAt, position);
  return { params: { ...limit.params, ...offset.params }, body: { ...limit.body, ...offset.body }, position, before };
}

function at(place: PagingPlace, value: string | number): Pick<PageRequest, 'params' | 'body'> {
  return 'param' in place ? { params: { [place.param]: String(value) }, body: {} } : { params: {}, body: { [place.bodyPath]: value } };
}
