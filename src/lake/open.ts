import { isAbsolute, join } from 'node:path';
import { failure, type EtlxError } from '../core/diagnostic';
import type { Lake } from '../core/manifest';
import type { Store } from '../core/ports';
import { reveal, type ReadSecretFile, type Secret } from '../core/secret';
import { localStore } from './local';

/**
 * Opens `lake`: `s3://bucket/prefix`, or a folder, taken from `root` (absolute) when it is relative. `env` gives its secrets, and to the S3
 * client what `lake` does not say. The AWS SDK is loaded only for `s3:`. Throws `env.missing` and `lake.error`.
 */
export async function openLake(
  lake: Lake,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  secretFile?: ReadSecretFile,
): Promise<Store> {
  const url = reveal(lake.url, env, secretFile);
  if (url === undefined || url === '') throw missing(lake.url);
  if (!/^s3:/i.test(url)) return localStore(isAbsolute(url) ? url : join(root, url), url);
  const [{ s3Store }, { s3OptionsOf }] = await Promise.all([import('./s3'), import('./s3Client')]);
  return s3Store(url, s3OptionsOf(lake, env, secretFile));
}

function missing(url: Secret): EtlxError {
  if (typeof url === 'string')
    return failure('config.invalid', { problem: '`lake` is empty', hint: 'name a folder, or `s3://bucket/prefix`' });
  return 'env' in url ? failure('env.missing', { name: url.env }) : failure('secret.file', { path: url.file });
}
