import type * as Sdk from '@aws-sdk/client-s3';
import { isPassing } from './s3Problem';
import type { Send } from './s3Send';

/** An answer that broke off is taken up again where it ended, at most this often without a byte in between. */
const MAX_BREAKS = 5;

/** The bytes of an object. A connection that breaks is no end: the rest is asked for, of the same version of the object. */
export async function* bytesFrom(
  send: Send,
  sdk: typeof Sdk,
  at: { readonly Bucket: string; readonly Key: string },
): AsyncGenerator<Uint8Array, void> {
  let seen = 0;
  let total: number | undefined;
  let etag: string | undefined;
  for (let breaks = 0; ;) {
    const rest = seen === 0 ? {} : { Range: `bytes=${seen}-`, ...(etag !== undefined && { IfMatch: etag }) };
    const { Body, ContentLength, ContentRange, ETag } = await send((client) => client.send(new sdk.GetObjectCommand({ ...at, ...rest })));
    if (seen > 0 && ContentRange === undefined) throw new Error('the connection was closed, and the server cannot send the rest alone');
    total ??= ContentLength;
    etag ??= ETag;
    try {
      for await (const piece of Body as AsyncIterable<Uint8Array>) {
        seen += piece.byteLength;
        breaks = 0;
        yield piece;
      }
      if (total === undefined || seen >= total) return;
      throw Object.assign(new Error('the connection was closed before the object was complete'), { name: 'TimeoutError' });
    } catch (error) {
      breaks += 1;
      if (!isPassing(error) || breaks > MAX_BREAKS) throw error;
    }
  }
}
