import { rmSync } from 'node:fs';
import type { Resource } from '../../src/core/loader';
import type { Diagnostic } from '../../src/core/diagnostic';
import type { ExtractNode } from '../../src/core/node';
import { extract, type ExtractOutcome } from '../../src/loaders/extract';
import type { JsonObject } from '../../src/loaders/json';
import { latestManifest, type RawManifest } from '../../src/loaders/lakeManifest';
import { landedRecords } from '../../src/loaders/page';
import { verifiedBytes } from '../../src/loaders/verified';
import { sourcesOf } from '../../src/parse/sources';
import { extractNode, keysOf, testPorts, textOf, type TestPorts } from './loaders';

/** A source `shop` and a lake of its own. */
export interface Extraction {
  readonly ports: TestPorts;
  extract(resource: string, signal?: AbortSignal): Promise<ExtractOutcome>;
  /** The records of the latest load, as a transform gets them. */
  records(resource: string): Promise<readonly JsonObject[]>;
  manifest(resource: string): Promise<RawManifest>;
  /** Everything in the lake, as one text. */
  lake(): Promise<string>;
  stop(): Promise<void>;
}

const never = new AbortController().signal;

/** What is said under `extract`, as YAML or JSON. Throws when something is wrong with it. */
export function resourcesOf(declared: object): readonly Resource[] {
  const problems: Diagnostic[] = [];
  const text = JSON.stringify({ sources: [{ name: 'shop', extract: declared }] });
  const [source] = sourcesOf(
    { path: 'sources/shop.yaml', text },
    (each) => each,
    (problem) => problems.push(problem),
  );
  if (problems.length > 0 || source === undefined)
    throw new Error(problems.map(({ message, hint }) => `${message} (${hint ?? ''})`).join('\n'));
  return source.resources;
}

export function extraction(declared: object, over: Parameters<typeof testPorts>[0] = {}): Extraction {
  const resources = resourcesOf(declared);
  const ports = testPorts(over);
  const nodeOf = (name: string): ExtractNode => ({ ...extractNode(name), resource: resources.find((each) => each.name === name)! });
  const manifest = (name: string): Promise<RawManifest> => latestManifest<RawManifest>(ports.store, `raw/shop/${name}`, name, 'pages');
  return {
    ports,
    extract: (name, signal = never) => extract(nodeOf(name), ports, signal),
    manifest,
    async records(name) {
      const { pages, data_selector } = await manifest(name);
      const read = pages.map(async (page) => landedRecords(await verifiedBytes(ports.store, page), data_selector, page));
      return (await Promise.all(read)).flat();
    },
    async lake() {
      const keys = await keysOf(ports.store);
      return (await Promise.all(keys.map(async (key) => `${key}\n${await textOf(ports.store, key)}`))).join('\n');
    },
    async stop() {
      await ports.client.close();
      rmSync(ports.root, { recursive: true, force: true });
    },
  };
}

/** The codes and messages of what `work` throws. */
export async function problemsOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { diagnostics } = error as { readonly diagnostics?: readonly Diagnostic[] };
  if (diagnostics === undefined) throw error ?? new Error('nothing was thrown');
  return diagnostics.map(({ code, message, hint }) => `${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`);
}
