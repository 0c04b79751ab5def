import type { ExtractNode } from '../core/node';
import { hidden } from './hidden';
import { resourcePrefix, type LandedPage } from './lakeManifest';
import { landingOf } from './land';
import { pageOf } from './page';
import type { LoaderPorts } from './ports';
import { receiveAll, type Receive } from './receive';
import { receiveModule } from './receiveModule';
import { formatOf } from './records';

export interface ExtractOutcome {
  readonly loadId: string;
  readonly pages: number;
  readonly records: number;
  readonly bytes: number;
}

/**
 * Asks for every page of a resource and lands each response before anything is made of it. The load exists (has its manifest) only when all
 * pages came, have the declared shape, differ, and hold as many distinct records as the API announces.
 *
 * Throws `extract.*`, `env.missing`, `secret.file`, `lake.*`; transient where trying again may help.
 */
export async function extract(node: ExtractNode, ports: LoaderPorts, signal: AbortSignal): Promise<ExtractOutcome> {
  const { resource, source } = node;
  const { store, clock, emit } = ports;
  const loadId = ports.nextLoadId();
  const startedAt = clock.now();
  const landing = landingOf(store, resourcePrefix(resource.land, source, resource.name), loadId);
  const secrets = hidden();
  const landed: LandedPage[] = [];
  let records = 0;
  let bytes = 0;

  const receive: Receive = async ({ body, headers }, request, series, included) => {
    const format = formatOf(resource.format, headers['content-type']);
    const stored = await landing.page(body, format);
    const page = pageOf({ body, format, headers, request }, resource, included, secrets.in);
    series.add(page, request);
    const read = { ...(format !== 'json' && { format }), ...(included !== undefined && { parent: included }) };
    landed.push({ ...stored, records: page.records.length, ...read });
    records += page.records.length;
    bytes += stored.bytes;
    emit({ rows: records, pages: landed.length });
    return page;
  };

  const { request, total, ignored, parent } =
    resource.module === undefined
      ? await receiveAll(source, resource, ports, secrets, signal, receive)
      : { request: resource.module, ignored: 0, parent: undefined, ...(await receiveModule(resource, resource.module, ports, secrets, signal, receive)) };

  await landing.complete({
    version: 1,
    source,
    resource: resource.name,
    load_id: loadId,
    started_at: startedAt.toISOString(),
    ended_at: clock.now().toISOString(),
    request,
    data_selector: resource.dataSelector,
    pages: landed,
    records,
    ...(ignored > 0 && { ignored }),
    ...(parent !== undefined && { parent }),
    total,
    status: 'complete',
  });
  return { loadId, pages: landed.length, records, bytes };
}
