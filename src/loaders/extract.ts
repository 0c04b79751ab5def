import type { ExtractNode } from '../core/node';
import { boundedResource, boundsOf } from './cursorBounds';
import { highWaterOf } from './cursorRecords';
import { landedWindow, windowOf, windowText, type Standing } from './cursorWindow';
import { hidden } from './hidden';
import { resourcePrefix, type LandedPage } from './lakeManifest';
import { landingOf, type Landed } from './land';
import { overlapping } from './overlapping';
import { pageOf } from './page';
import type { LoaderPorts } from './ports';
import { receiveAll } from './receive';
import { receiveModule } from './receiveModule';
import type { Receive } from './receiveSeries';
import { formatOf } from './records';

export interface ExtractOutcome {
  readonly loadId: string;
  readonly pages: number;
  readonly records: number;
  readonly bytes: number;
  /** What an incremental resource was asked for, in words. */
  readonly window?: string;
}

/**
 * Asks for every page of a resource and lands each response, whatever is found in it. The load exists (has its manifest) only when all
 * pages came and landed, have the declared shape, differ, and hold as many distinct records as the API announces.
 *
 * Of an incremental resource it asks for what the tables that it fills, as they stand, do not have yet.
 *
 * Throws `extract.*`, `load.cursor`, `env.missing`, `secret.file`, `lake.*`; transient where trying again may help.
 */
export async function extract(
  node: ExtractNode,
  ports: LoaderPorts,
  signal: AbortSignal,
  standing: Standing = { fills: [], committed: [] },
): Promise<ExtractOutcome> {
  const { source } = node;
  const window = windowOf(node.resource, standing);
  const resource = window === undefined ? node.resource : boundedResource(node.resource, window);
  const highWater = window && highWaterOf(window, resource.at);
  const { store, clock, emit } = ports;
  const loadId = ports.nextLoadId();
  const startedAt = clock.now();
  const landing = landingOf(store, resourcePrefix(resource.land, source, resource.name), loadId);
  // a lake takes its time: while it keeps one page, the next ones are asked for and read
  const landings = overlapping(resource.concurrency);
  const secrets = hidden();
  const landed: Landed[] = [];
  const read: Omit<LandedPage, keyof Landed>[] = [];
  let records = 0;

  const receive: Receive = async ({ body, headers }, request, series, included) => {
    const format = formatOf(resource.format, headers['content-type']);
    const index = read.length;
    await landings.begin(landing.page(body, format).then((each) => (landed[index] = each)));
    const page = pageOf({ body, format, headers, request }, resource, included, secrets.in);
    series.add(page, request);
    read.push({ records: page.records.length, ...(format !== 'json' && { format }), ...(included !== undefined && { parent: included }) });
    records += page.records.length;
    const isLast = highWater?.add(page.records, request) === true;
    emit({ rows: records, pages: read.length });
    return isLast ? { ...page, isLast } : page;
  };
  const receiveEverything = async () => {
    if (resource.module === undefined) return receiveAll(source, resource, ports, secrets, signal, receive);
    const { total } = await receiveModule(resource, resource.module, ports, secrets, signal, receive, window && boundsOf(window));
    return { request: resource.module, total, ignored: 0 };
  };

  // a page that is wrong has landed as well, for whoever wants to see why
  const { request, total, ignored, parent } = await receiveEverything().finally(() => landings.settle());
  await landings.end();
  await landing.complete({
    version: 1,
    source,
    resource: resource.name,
    load_id: loadId,
    started_at: startedAt.toISOString(),
    ended_at: clock.now().toISOString(),
    request,
    data_selector: resource.dataSelector,
    pages: landed.map((each, index) => ({ ...each, ...read[index]! })),
    records,
    ...(ignored > 0 && { ignored }),
    ...(parent !== undefined && { parent }),
    ...(window && highWater && { incremental: landedWindow(window, highWater.last()) }),
    total,
    status: 'complete',
  });
  const bytes = landed.reduce((sum, each) => sum + each.bytes, 0);
  return { loadId, pages: landed.length, records, bytes, ...(window && { window: windowText(window) }) };
}
