import type * as Sdk from '@aws-sdk/client-s3';
import { createHash, type Hash } from 'node:crypto';
import { isCalled } from './s3Problem';
import type { Send } from './s3Send';

/** Large enough that 10,000 parts (S3's limit) hold 80 GB, small enough to keep two in memory. */
const BLOCK_BYTES = 8 * 1024 * 1024;

/** The body cut into blocks of 8 MiB, the last one shorter; every byte passes through `hash` in order. */
export async function* blocksOf(body: AsyncIterable<Uint8Array> | Uint8Array, hash: Hash): AsyncGenerator<Buffer, undefined> {
  let pending: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    hash.update(piece);
    for (let rest = piece; rest.byteLength > 0;) {
      const taken = rest.subarray(0, BLOCK_BYTES - size);
      pending.push(taken);
      size += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (size === BLOCK_BYTES) {
        yield Buffer.concat(pending);
        pending = [];
        size = 0;
      }
    }
  }
  if (size > 0) yield Buffer.concat(pending);
  return undefined;
}

/** The digest by which a server sees that a body came whole; every server knows this one. */
export const contentMd5 = (body: Uint8Array): string => createHash('md5').update(body).digest('base64');

/**
 * Puts an object in parts: `head`, then what `rest` yields; answers its bytes. The object appears when the last part is confirmed.
 * When anything fails the parts are given up, because S3 keeps (and bills) them otherwise.
 */
export async function putMultipart(
  send: Send,
  sdk: typeof Sdk,
  at: { readonly Bucket: string; readonly Key: string },
  encryption: Pick<Sdk.PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'>,
  head: readonly Buffer[],
  rest: AsyncIterable<Buffer>,
): Promise<number> {
  const { UploadId } = await send((client) => client.send(new sdk.CreateMultipartUploadCommand({ ...at, ...encryption })));
  try {
    const parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
    let bytes = 0;
    const sendPart = async (block: Buffer) => {
      const PartNumber = parts.length + 1;
      const part = { ...at, UploadId, PartNumber, Body: block, ContentMD5: contentMd5(block) };
      const { ETag } = await send((client) => client.send(new sdk.UploadPartCommand(part)));
      parts.push({ PartNumber, ETag });
      bytes += block.byteLength;
    };
    for (const block of head) await sendPart(block);
    for await (const block of rest) await sendPart(block);
    await send(async (client, attempt) => {
      try {
        await client.send(new sdk.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: parts } }));
      } catch (error) {
        // an earlier attempt may have been carried out, and only its answer lost
        if (attempt === 1 || !isCalled(error, 'NoSuchUpload')) throw error;
        const { ContentLength } = await client.send(new sdk.HeadObjectCommand(at));
        if (ContentLength !== bytes) throw error;
      }
    });
    return bytes;
  } catch (error) {
    await send((client) => client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId }))).catch(() => undefined);
    throw error;
  }
}
