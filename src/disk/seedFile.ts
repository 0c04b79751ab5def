import { createReadStream } from 'node:fs';
import { failure } from '../core/diagnostic';
import { pathInside } from './inside';

/** What is made of a piece is gone before the next one: small enough for the collector of young objects, large enough to be few. */
const PIECE = 128 * 1024;

/** The bytes of a seed, piece by piece. Throws EtlxError `seed.invalid` when the file is gone, unreadable, or no longer in the project. */
export async function* seedFile(root: string, path: string): AsyncIterable<Uint8Array> {
  const file = pathInside(root, path);
  const at = { file: path, line: 1, column: 1 };
  if (file === undefined) throw failure('seed.invalid', { problem: 'it leads out of the project' }, at);
  try {
    for await (const piece of createReadStream(file, { highWaterMark: PIECE })) yield piece as Uint8Array;
  } catch (error) {
    throw failure('seed.invalid', { problem: error instanceof Error ? error.message : String(error) }, at, { cause: error });
  }
}
