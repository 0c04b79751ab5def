import type * as Sdk from '@aws-sdk/client-s3';
import type { Leftover, StoredObject } from '../core/ports';
import type { Send } from './s3Send';

/** The objects of `bucket` under `base` whose keys (without it) begin with `start`; as many requests as there are thousands of them. */
export async function* objectsUnder(
  send: Send,
  sdk: typeof Sdk,
  bucket: string,
  base: string,
  start: string,
): AsyncGenerator<StoredObject, void> {
  let next: string | undefined;
  do {
    const request = { Bucket: bucket, Prefix: `${base}${start}`, ...(next !== undefined && { ContinuationToken: next }) };
    const page = await send((client) => client.send(new sdk.ListObjectsV2Command(request)));
    for (const { Key, Size = 0, LastModified = new Date() } of page.Contents ?? []) {
      if (Key !== undefined) yield { key: Key.slice(base.length), bytes: Size, modified: LastModified };
    }
    next = page.NextContinuationToken;
  } while (next !== undefined);
}

/** The uploads in parts under `base` that were neither completed nor given up; their parts are stored, billed and seen by nobody. */
export async function* openUploads(send: Send, sdk: typeof Sdk, bucket: string, base: string): AsyncGenerator<Leftover, void> {
  let after: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
  do {
    const request: Sdk.ListMultipartUploadsCommandInput = { Bucket: bucket, Prefix: base, ...after };
    const page = await send((client) => client.send(new sdk.ListMultipartUploadsCommand(request)));
    for (const { Key, UploadId, Initiated = new Date() } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      yield {
        name: `parts of ${Key.slice(base.length)}`,
        begun: Initiated,
        remove: async () =>
          void (await send((client) => client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })))),
      };
    }
    after = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
  } while (after !== undefined);
}
