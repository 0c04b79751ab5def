import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { Lake } from '../core/manifest';
import { reveal, type ReadSecretFile } from '../core/secret';

/** How to reach S3, and how to store in it, besides what the SDK finds by itself (profiles, instance roles). */
export interface S3Options extends Pick<Lake, 'region' | 'profile' | 'forcePathStyle' | 'sse' | 'kmsKey' | 'checksum'> {
  /** A server that is not AWS. */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** Milliseconds before a request is sent a second time (100); twice as many before each further time. */
  readonly backoff?: number;
}

const CONNECT_MILLISECONDS = 10_000;
/** Without a byte in either direction for so long, a connection is taken for dead; a server at work on a large object needs a while. */
const SILENT_MILLISECONDS = 60_000;

/** What `lake` says, over what AWS's own environment variables say. A profile that is named stands over the keys of the environment. */
export function s3OptionsOf(lake: Lake, env: Readonly<Record<string, string | undefined>>, secretFile?: ReadSecretFile): S3Options {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  const { url: _, endpoint, region, ...rest } = lake;
  return {
    ...rest,
    endpoint: (endpoint && reveal(endpoint, env, secretFile)) || env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined,
    region: region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined),
    ...(lake.profile === undefined &&
      accessKeyId &&
      secretAccessKey && { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
  };
}

/**
 * A client for `options`. It sends each request once: sending it again is `sender`'s business. Other servers than AWS are asked by path, and
 * without the checksums that many of them store as data or refuse, unless `options` say otherwise.
 */
export function s3Client(
  Client: typeof S3Client,
  { endpoint, region, profile, forcePathStyle, checksum, credentials }: S3Options,
): S3Client {
  // Node 20 is supported here; the SDK would tell every user otherwise, once per process
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const foreign = endpoint !== undefined;
  const sums = (checksum ?? (foreign ? 'when_required' : 'when_supported')).toUpperCase() as 'WHEN_REQUIRED' | 'WHEN_SUPPORTED';
  const config: S3ClientConfig = {
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_MILLISECONDS, socketTimeout: SILENT_MILLISECONDS },
    forcePathStyle: forcePathStyle ?? foreign,
    requestChecksumCalculation: sums,
    responseChecksumValidation: sums,
    ...(foreign && { endpoint }),
    // the SDK wants a region, and a server that is not AWS takes any
    ...((region ?? (foreign ? 'us-east-1' : undefined)) !== undefined && { region: region ?? 'us-east-1' }),
    ...(profile !== undefined && { profile }),
    ...(credentials && { credentials }),
  };
  return new Client(config);
}
