import { isAbsolute, join } from 'node:path';
import type { Store } from '../core/ports';
import { localStore } from './local';

/**
 * The lake at `uri`: `s3://bucket/prefix`, or a folder, taken from `root` (absolute) when it is relative.
 * `env` gives the S3 client its endpoint, region and keys. The AWS SDK is loaded only for `s3:`.
 */
export async function openLake(uri: string, root: string, env: Readonly<Record<string, string | undefined>>): Promise<Store> {
  if (!/^s3:/i.test(uri)) return localStore(isAbsolute(uri) ? uri : join(root, uri), uri);
  const { s3Store, s3OptionsOf } = await import('./s3');
  return s3Store(uri, s3OptionsOf(env));
}
