import { spool } from './spool';

/** Byte strings by the number of their arrival, from 0; beyond a megabyte they are on the disk. */
export interface Pile {
  add(bytes: Uint8Array): void;
  /** They are good until the next call. */
  at(number: number): Buffer;
  replace(number: number, bytes: Uint8Array): void;
  readonly size: number;
  close(): void;
}

/** Of each byte string where it begins, and its length: two doubles, because files grow beyond 32 bits. */
const ENTRY_BYTES = 16;
const LENGTH_AT = 8;

/** Throws `scratch`. */
export function pile(): Pile {
  const data = spool();
  const index = spool();
  const entry = Buffer.alloc(ENTRY_BYTES);
  let size = 0;
  const appended = (bytes: Uint8Array): Buffer => {
    entry.writeDoubleLE(data.append(bytes), 0);
    entry.writeDoubleLE(bytes.byteLength, LENGTH_AT);
    return entry;
  };
  return {
    get size() {
      return size;
    },
    add(bytes) {
      index.append(appended(bytes));
      size += 1;
    },
    at(number) {
      const found = index.at(number * ENTRY_BYTES, ENTRY_BYTES);
      return data.at(found.readDoubleLE(0), found.readDoubleLE(LENGTH_AT));
    },
    replace(number, bytes) {
      index.overwrite(number * ENTRY_BYTES, appended(bytes));
    },
    close() {
      data.close();
      index.close();
    },
  };
}
