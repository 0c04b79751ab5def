import { createHash } from 'node:crypto';
import { failure } from '../core/diagnostic';
import type { Store, StoredObject } from '../core/ports';
import { checkKey } from './key';
import { s3Client, type S3Options } from './s3Client';
import { objectsUnder, openUploads } from './s3List';
import { blocksOf, contentMd5, putMultipart } from './s3Multipart';
import { isCalled, problemOf } from './s3Problem';
import { bytesFrom } from './s3Read';
import { sender } from './s3Send';

/**
 * A lake in S3, or in a server that speaks its protocol, at `s3://bucket/prefix`. Throws `lake.error` when `url` names no bucket.
 *
 * Bodies are sent as buffers: streamed ones carry checksum trailers that other servers store as data. Large bodies go up in parts.
 */
export async function s3Store(url: string, options: S3Options): Promise<Store> {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*?))?\/*$/i.exec(url) ?? [];
  const location = url.replace(/\/+$/, '');
  if (bucket === undefined) throw failure('lake.error', { location: url, problem: 'an S3 address is `s3://bucket/prefix`' });
  const sdk = await import('@aws-sdk/client-s3');
  const send = sender(s3Client(sdk.S3Client, options), options.backoff);
  const { sse: ServerSideEncryption, kmsKey: SSEKMSKeyId } = options;
  const encryption = { ...(ServerSideEncryption && { ServerSideEncryption }), ...(SSEKMSKeyId && { SSEKMSKeyId }) };
  const base = prefix === '' ? '' : `${prefix}/`;
  /** The new objects (the manifests) of this process: where listings lag behind, it finds them all the same. */
  const own = new Set<string>();
  const target = (key: string) => ({ Bucket: bucket, Key: `${base}${checkKey(key, location)}` });
  const refuse = (error: unknown, key: string): never => {
    throw problemOf(error, key, location);
  };

  /** Puts a body that fits into one request; with `fresh`, where nothing stands. */
  const putWhole = async (at: ReturnType<typeof target>, body: Buffer, fresh: boolean): Promise<void> => {
    const object = { ...at, ...encryption, Body: body, ContentMD5: contentMd5(body) };
    await send(async (client, attempt) => {
      try {
        await client.send(new sdk.PutObjectCommand({ ...object, ...(fresh && { IfNoneMatch: '*' }) }));
      } catch (error) {
        // a server that knows no conditional writes
        if (fresh && isCalled(error, 'NotImplemented', 501)) return void (await client.send(new sdk.PutObjectCommand(object)));
        // what stands there may be this very body, put by an earlier attempt whose answer was lost
        if (attempt > 1 && isCalled(error, 'PreconditionFailed') && (await standsAs(at, body))) return;
        throw error;
      }
    });
  };

  const standsAs = async (at: ReturnType<typeof target>, body: Buffer): Promise<boolean> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytesFrom(send, sdk, at)) pieces.push(piece);
    return body.equals(Buffer.concat(pieces));
  };

  const listed = async function* (start: string): AsyncGenerator<StoredObject, void> {
    try {
      yield* objectsUnder(send, sdk, bucket, base, start);
    } catch (error) {
      refuse(error, start);
    }
  };

  return {
    location,

    async put(key, body, { fresh = false } = {}) {
      const at = target(key);
      const hash = createHash('sha256');
      const blocks = blocksOf(body, hash);
      try {
        const first = await blocks.next();
        const second = first.done ? first : await blocks.next();
        if (second.done) {
          const whole = first.done ? Buffer.alloc(0) : first.value;
          await putWhole(at, whole, fresh);
          if (fresh) own.add(key);
          return { bytes: whole.byteLength, sha256: hash.digest('hex') };
        }
        const bytes = await putMultipart(send, sdk, at, encryption, [first.value!, second.value], blocks);
        return { bytes, sha256: hash.digest('hex') };
      } catch (error) {
        return refuse(error, key);
      }
    },

    async *get(key) {
      const at = target(key);
      try {
        yield* bytesFrom(send, sdk, at);
      } catch (error) {
        refuse(error, key);
      }
    },

    async *list(start) {
      const unlisted = new Set([...own].filter((key) => key.startsWith(start)));
      for await (const { key } of listed(start)) {
        unlisted.delete(key);
        yield key;
      }
      yield* unlisted;
    },

    objects: listed,

    async *leftovers() {
      try {
        yield* openUploads(send, sdk, bucket, base);
      } catch (error) {
        refuse(error, '');
      }
    },

    async remove(key) {
      const at = target(key);
      own.delete(key);
      await send((client) => client.send(new sdk.DeleteObjectCommand(at))).catch((error: unknown) => refuse(error, key));
    },
  };
}
