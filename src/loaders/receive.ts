import type { Resource } from '../core/loader';
import { placeholdersIn } from '../core/placeholder';
import { aheadOf } from './ahead';
import { askerOf } from './ask';
import { authorityOf } from './auth';
import type { HttpResponse } from './fetcher';
import type { Hidden } from './hidden';
import { firstRequest, requestKey } from './paginate';
import { parentsOf, type Parents } from './parents';
import type { LoaderPorts } from './ports';
import { receiveSeries, type Receive, type ReceivedSeries, type Receiving, type Wanted } from './receiveSeries';
import { requestsOf } from './request';

/** What came of asking for everything: the sums over all series. */
export interface Received extends ReceivedSeries {
  readonly parent?: Parents['load'];
  /** The first request, without secrets. */
  readonly request: string;
}

/**
 * Asks for all pages of `resource` over HTTP: one series of them, or one for each record of its parent. Pages are asked early where it is known
 * that there are more, and given to `receive` in their order; the first error ends it all.
 *
 * Throws `extract.*`, `env.missing`, `secret.file`, `lake.*`.
 */
export async function receiveAll(
  source: string,
  resource: Resource,
  ports: LoaderPorts,
  hidden: Hidden,
  signal: AbortSignal,
  receive: Receive,
): Promise<Received> {
  const bind = requestsOf(resource, ports, hidden);
  const { ask } = askerOf(resource, authorityOf(resource, ports, hidden, signal), ports, hidden);
  const ahead = aheadOf<Wanted, HttpResponse | undefined>(
    ({ page, requests }, stop) => ask(page, requests, stop),
    ({ page, series }) => `${series} ${requestKey(page)}`,
    resource.concurrency,
    signal,
  );
  const receiving: Receiving = { resource, ahead, hidden, signal, receive };
  const page = firstRequest(resource.paginator);
  try {
    if (resource.parent === undefined) {
      const requests = bind();
      return { ...(await receiveSeries(receiving, { page, requests, series: 0 }, [])), request: requests.named(page) };
    }
    const parents = await parentsOf(source, resource, placeholderPaths(resource), ports.store);
    const starts = async function* (): AsyncGenerator<readonly Wanted[]> {
      let series = 0;
      for await (const batch of parents.batches) {
        yield batch.map(({ fieldOf, included }): Wanted => ({ page, requests: bind(fieldOf), series: (series += 1), included }));
      }
    };
    const sums = await receiveEach(receiving, starts());
    return { ...sums, parent: parents.load, request: bind((path) => `{${path}}`).named(page) };
  } finally {
    await ahead.end();
  }
}

/** One series after the other, the next ones begun early. */
async function receiveEach(receiving: Receiving, batches: AsyncIterable<readonly Wanted[]>): Promise<ReceivedSeries> {
  let total: number | null = null;
  let ignored = 0;
  for await (const starts of batches) {
    for (const [index, start] of starts.entries()) {
      const next = starts.slice(index + 1, index + 1 + receiving.resource.concurrency);
      const outcome = await receiveSeries(receiving, start, next);
      if (outcome.total !== null) total = (total ?? 0) + outcome.total;
      ignored += outcome.ignored;
    }
  }
  return { total, ignored };
}

/** The fields of the parent that the placeholders name. */
function placeholderPaths({ path, params, json }: Resource): readonly string[] {
  const texts = [path, ...Object.values(params).filter((value) => typeof value === 'string'), JSON.stringify(json ?? null)];
  return [...new Set(texts.flatMap(placeholdersIn).map((placeholder) => placeholder.path))];
}
