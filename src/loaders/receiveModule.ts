import { EtlxError, failure } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import type { Hidden } from './hidden';
import { jsonText } from './json';
import { firstRequest } from './paginate';
import type { LoaderPorts } from './ports';
import { functionOf } from './projectModule';
import type { Receive } from './receiveSeries';
import { requestsOf } from './request';
import { seriesOf } from './series';

/**
 * Takes the pages that a loader in TypeScript yields; what the resource declares comes to it as its context, and the bounds of its window as
 * `incremental`. Answers the total that the pages announce. Throws `macro.module`, `extract.*`, `env.missing`, `secret.file`.
 */
export async function receiveModule(
  resource: Resource,
  file: string,
  ports: LoaderPorts,
  hidden: Hidden,
  signal: AbortSignal,
  receive: Receive,
  incremental?: Readonly<Record<string, string>>,
): Promise<{ readonly total: number | null }> {
  const load = await functionOf(ports, file, 'default', resource.at);
  const { url, headers } = requestsOf(resource, ports, hidden)().of({ ...firstRequest({ type: 'single_page' }) });
  const pages = load({ resource: resource.name, url, headers, env: ports.env, signal, ...(incremental && { incremental }) });
  if (typeof pages !== 'object' || pages === null || !(Symbol.asyncIterator in pages || Symbol.iterator in pages)) {
    throw failure('macro.module', { file, problem: 'its default export is not a generator: write `async function*`' }, resource.at);
  }
  const series = seriesOf(resource);
  let number = 0;
  try {
    for await (const page of yieldedBy(pages as AsyncIterable<unknown>, file, resource, hidden)) {
      signal.throwIfAborted();
      number += 1;
      const { isLast } = await receive({ body: bytesOf(page), headers: {} }, `page ${number} of \`${file}\``, series);
      if (isLast) return { total: null };
    }
    return series.end();
  } finally {
    series.close();
  }
}

/** The pages of a loader in TypeScript; what it throws is told as its own, without the secrets that it was given. */
async function* yieldedBy(pages: AsyncIterable<unknown>, file: string, { at }: Resource, hidden: Hidden): AsyncGenerator<unknown> {
  try {
    yield* pages;
  } catch (error) {
    if (error instanceof EtlxError) throw error;
    const problem = hidden.in(error instanceof Error ? error.message : String(error));
    throw failure('extract.module', { file, problem }, at, { cause: error });
  }
}

const bytesOf = (page: unknown): Uint8Array =>
  page instanceof Uint8Array ? page : Buffer.from(typeof page === 'string' ? page : (jsonText(page) ?? ''));
