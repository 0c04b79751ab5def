import type { Fetcher } from './fetcher';

/** The bytes of a project file, undefined when it is not there; the path is relative to the project folder. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

/**
 * Answers `recorded:<folder>/users?limit=30&skip=0` from the project file `<folder>/users/limit=30&skip=0.json` (parameters sorted by name,
 * encoded as in the address; without parameters `<folder>/users.json`), and with 404 where there is no such file.
 */
export function recordedFetcher(readFile: ReadFile): Fetcher {
  return async ({ url }, signal) => {
    signal.throwIfAborted();
    const path = recordingPath(url);
    const body = await readFile(path);
    return body === undefined
      ? { status: 404, headers: {}, body: Buffer.from(`no recorded response: \`${path}\` is not in the project`) }
      : { status: 200, headers: { 'content-type': 'application/json' }, body };
  };
}

/** Where the answer to a `recorded:` address is kept. */
export function recordingPath(url: string): string {
  const [path = '', query = ''] = url.slice('recorded:'.length).split('?');
  const sorted = new URLSearchParams(query);
  sorted.sort();
  return sorted.size === 0 ? `${path}.json` : `${path}/${String(sorted)}.json`;
}
