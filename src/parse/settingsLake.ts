import type { Lake } from '../core/manifest';
import { mapping, optional, required, type Reader } from './shape';
import { boolean, oneOf, secret, text } from './shapeValues';

const readFull = mapping('`lake`', {
  url: required(secret),
  endpoint: optional(secret),
  region: optional(text),
  profile: optional(text),
  force_path_style: optional(boolean),
  sse: optional(oneOf(['AES256', 'aws:kms'] as const)),
  kms_key: optional(text),
  checksum: optional(oneOf(['when_required', 'when_supported'] as const)),
});

/** Where the lake is, as a secret alone; or a mapping of `url` and how S3 is reached. */
export const lake: Reader<Lake> = (node, key, report) => {
  if (node.kind !== 'map' || !node.entries.some((entry) => entry.key === 'url')) {
    const url = secret(node, key, report);
    return url === undefined ? undefined : { url };
  }
  const read = readFull(node, key, report);
  if (read === undefined) return undefined;
  const { force_path_style: forcePathStyle, kms_key: kmsKey, ...rest } = read;
  return { ...rest, ...(forcePathStyle !== undefined && { forcePathStyle }), ...(kmsKey !== undefined && { kmsKey }) };
};
