import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { failure } from '../core/diagnostic';
import type { Store } from '../core/ports';
import { checkKey } from './key';
import { blocksOf, putMultipart } from './s3Multipart';

/** How to reach S3, besides what the SDK finds by itself (profiles, instance roles). */
export interface S3Options {
  /** A server that is not AWS. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

/** The options that AWS's own environment variables give. */
export function s3OptionsOf(env: Readonly<Record<string, string | undefined>>): S3Options {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  return {
    endpoint: env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined,
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
  };
}

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
  const client = clientOf(sdk.S3Client, options);
  const base = prefix === '' ? '' : `${prefix}/`;
  const target = (key: string) => ({ Bucket: bucket, Key: `${base}${checkKey(key, location)}` });
  const refuse = (error: unknown, key: string): never => {
    throw problemOf(error, key, location);
  };

  return {
    location,

    async put(key, body) {
      const at = target(key);
      const hash = createHash('sha256');
      const blocks = blocksOf(body, hash);
      try {
        const first = await blocks.next();
        const second = first.done ? first : await blocks.next();
        if (second.done) {
          const whole = first.done ? Buffer.alloc(0) : first.value;
          await client.send(new sdk.PutObjectCommand({ ...at, Body: whole }));
          return { bytes: whole.byteLength, sha256: hash.digest('hex') };
        }
        const bytes = await putMultipart(client, sdk, at, [first.value!, second.value], blocks);
        return { bytes, sha256: hash.digest('hex') };
      } catch (error) {
        return refuse(error, key);
      }
    },

    async *get(key) {
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand(target(key)));
        for await (const chunk of Body as AsyncIterable<Uint8Array>) yield chunk;
      } catch (error) {
        refuse(error, key);
      }
    },

    async *list(start) {
      try {
        let next: string | undefined;
        do {
          const page = await client.send(
            new sdk.ListObjectsV2Command({
              Bucket: bucket,
              Prefix: `${base}${start}`,
              ...(next !== undefined && { ContinuationToken: next }),
            }),
          );
          for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key.slice(base.length);
          next = page.NextContinuationToken;
        } while (next !== undefined);
      } catch (error) {
        refuse(error, start);
      }
    },

    async remove(key) {
      await client.send(new sdk.DeleteObjectCommand(target(key))).catch((error: unknown) => refuse(error, key));
    },
  };
}

function clientOf(Client: typeof S3Client, { endpoint, region, credentials }: S3Options): S3Client {
  const custom = {
    endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const;
  return new Client({
    ...(endpoint !== undefined && { ...custom, region: 'us-east-1' }),
    ...(region && { region }),
    ...(credentials && { credentials }),
  });
}

/** What the SDK throws, by shape: its classes differ between services, realms and versions. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const CREDENTIALS = 'CredentialsProviderError';

const isSdkError = (error: unknown): error is SdkError =>
  typeof error === 'object' && error !== null && ('$metadata' in error || (error as Partial<SdkError>).name === CREDENTIALS);

/** The SDK's errors in words; what the body's producer threw keeps its own. */
function problemOf(error: unknown, key: string, location: string): unknown {
  if (!isSdkError(error)) return error;
  const status = error.$metadata?.httpStatusCode;
  // without a status nobody answered
  const transient = error.name !== CREDENTIALS && (status === undefined || status === 429 || status >= 500);
  return failure('lake.error', { location, ...wordsOf(error, status, key) }, undefined, { cause: error, transient });
}

function wordsOf(error: SdkError, status: number | undefined, key: string): { readonly problem: string; readonly hint?: string } {
  if (error.name === 'NoSuchKey') return { problem: `it holds no object \`${key}\`` };
  if (error.name === 'NoSuchBucket') return { problem: 'the bucket does not exist', hint: 'create it; etlx makes no buckets' };
  if (error.name === CREDENTIALS) {
    return { problem: error.message, hint: 'set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or a profile' };
  }
  return { problem: [`\`${key}\``, status, error.name, error.message].filter((part) => part !== undefined && part !== 'Error').join(': ') };
}
