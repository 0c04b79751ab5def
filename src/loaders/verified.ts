import { createHash } from 'node:crypto';
import { failure } from '../core/diagnostic';
import type { Store, Stored } from '../core/ports';

/**
 * The bytes of an object that a manifest names, piece by piece. Throws `lake.corrupt`, at the latest after the last piece, when they are not
 * the bytes that were written: whatever was made of them must not be published before the end is reached.
 */
export async function* verified(store: Store, { key, bytes, sha256 }: Stored & { readonly key: string }): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let seen = 0;
  for await (const piece of store.get(key)) {
    hash.update(piece);
    seen += piece.byteLength;
    yield piece;
  }
  if (seen !== bytes) throw failure('lake.corrupt', { key, problem: `it has ${seen} bytes instead of ${bytes}` });
  if (hash.digest('hex') !== sha256) throw failure('lake.corrupt', { key, problem: 'its bytes were changed (SHA-256)' });
}

/** The same, whole: for objects that fit in memory. */
export async function verifiedBytes(store: Store, object: Stored & { readonly key: string }): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of verified(store, object)) pieces.push(piece);
  return Buffer.concat(pieces);
}
