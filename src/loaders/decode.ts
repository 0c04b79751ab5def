import { promisify } from 'node:util';
import { NetworkError } from './fetcher';

/** Nobody compresses more often than once; a long list is an attack on whoever undoes it. */
const MOST_ENCODINGS = 3;

const tooLarge = (maxBytes: number): NetworkError =>
  new NetworkError(`the body is larger than ${maxBytes} bytes`, { transient: false, hint: 'ask for smaller pages, or raise `max_bytes`' });

/** The pieces of a body together. Throws NetworkError as soon as they are, or were announced to become, more than `maxBytes`. */
export async function collected(body: AsyncIterable<Uint8Array>, maxBytes: number, announced = 0): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (Math.max(bytes, announced) > maxBytes) throw tooLarge(maxBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes);
}

/** A body without the compression that `Content-Encoding` names; never more than `maxBytes` of it. Throws NetworkError and what zlib throws. */
export async function decoded(body: Buffer, encodings: string | undefined, maxBytes: number): Promise<Buffer> {
  const names = (encodings ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length === 0) return body;
  if (names.length > MOST_ENCODINGS) throw new NetworkError(`the body is compressed ${names.length} times`, { transient: false });
  const zlib = await import('node:zlib');
  const options = { maxOutputLength: maxBytes };
  const decoders: Readonly<Record<string, (buffer: Buffer, o: typeof options) => Promise<Buffer>>> = {
    gzip: promisify<Buffer, typeof options, Buffer>(zlib.gunzip),
    'x-gzip': promisify<Buffer, typeof options, Buffer>(zlib.gunzip),
    deflate: promisify<Buffer, typeof options, Buffer>(zlib.inflate),
    br: promisify<Buffer, typeof options, Buffer>(zlib.brotliDecompress),
  };
  let result = body;
  // the last one named was applied last
  for (const name of names.reverse()) {
    if (!Object.hasOwn(decoders, name))
      throw new NetworkError(`the body is encoded as \`${name}\`, which was not asked for`, { transient: false });
    result = await decoders[name]!(result, options).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(maxBytes) : error;
    });
  }
  return result;
}
