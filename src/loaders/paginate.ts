import type { Paginator } from '../core/loader';

/** One request of a series: the parameters that page, and how many records come before it. */
export interface PageRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly offset: number;
}

/** The request that a series begins with. */
export function firstRequest(paginator: Paginator): PageRequest {
  return paginator.type === 'offset' ? requestAt(paginator, 0) : { params: {}, offset: 0 };
}

/**
 * The request after `current`, which gave `records` and announced `total`; undefined when the series is over.
 *
 * The offset moves by the records that came, not by `limit`: servers cap the size of pages. A short page does not end a series, because
 * servers also filter pages after cutting them; only `total`, or an empty page, does.
 */
export function nextRequest(
  paginator: Paginator,
  current: PageRequest,
  records: number,
  total: number | undefined,
): PageRequest | undefined {
  if (paginator.type === 'single_page' || records === 0) return undefined;
  const offset = current.offset + records;
  return total !== undefined && offset >= total ? undefined : requestAt(paginator, offset);
}

const requestAt = ({ limit, limitParam, offsetParam }: Extract<Paginator, { type: 'offset' }>, offset: number): PageRequest => ({
  params: { [limitParam]: String(limit), [offsetParam]: String(offset) },
  offset,
});
