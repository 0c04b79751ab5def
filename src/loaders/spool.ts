import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../core/diagnostic';

/** Bytes by their offset, as many as there are: the latest in memory, all before them in a temporary file. */
export interface Spool {
  /** Puts bytes behind the last ones; answers their offset. */
  append(bytes: Uint8Array): number;
  /** Bytes that were appended together, or a part of them; they are good until the next call. */
  at(offset: number, length: number): Buffer;
  /** Puts others, as many, in the place of bytes that were appended together. */
  overwrite(offset: number, bytes: Uint8Array): void;
  /** Removes the file. */
  close(): void;
}

const FIRST_BYTES = 16 * 1024;
/** What stays in memory. */
export const MOST_BYTES = 1024 * 1024;
/** What is read at once: rows are mostly read one behind the other. */
const WINDOW_BYTES = 16 * 1024;

/** An empty spool, whose file will be in `folder`. Throws `scratch` where that cannot be made, written or read. */
export function spool(folder: string = tmpdir()): Spool {
  let tail: Buffer = Buffer.alloc(0);
  /** What of the tail is in use, and the offset of its first byte. */
  let used = 0;
  let flushed = 0;
  let file: number | undefined;
  /** What was read last: as many of its bytes as are in use, and the offset of the first one. */
  let window: Buffer = Buffer.alloc(0);
  let windowUsed = 0;
  let windowAt = 0;

  const write = (bytes: Uint8Array, offset: number): void =>
    guarded(folder, () => {
      file ??= temporaryFile(folder);
      let done = 0;
      while (done < bytes.byteLength) done += writeSync(file, bytes, done, bytes.byteLength - done, offset + done);
    });

  const read = (offset: number, least: number): void =>
    guarded(folder, () => {
      const bytes = Math.max(least, Math.min(WINDOW_BYTES, flushed - offset));
      if (window.byteLength < bytes) window = Buffer.allocUnsafeSlow(Math.max(bytes, WINDOW_BYTES));
      windowAt = offset;
      windowUsed = 0;
      while (windowUsed < bytes) {
        const more = readSync(file!, window, windowUsed, bytes - windowUsed, offset + windowUsed);
        if (more === 0) throw new Error('the temporary file was cut');
        windowUsed += more;
      }
    });

  /** Makes room for `bytes` more behind the tail. */
  const makeRoom = (bytes: number): void => {
    if (used + bytes > MOST_BYTES) {
      write(tail.subarray(0, used), flushed);
      flushed += used;
      used = 0;
    }
    if (used + bytes <= tail.byteLength) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(MOST_BYTES, Math.max(FIRST_BYTES, used + bytes, tail.byteLength * 2)));
    tail.copy(larger, 0, 0, used);
    tail = larger;
  };

  return {
    append(bytes) {
      const length = bytes.byteLength;
      makeRoom(Math.min(length, MOST_BYTES));
      const offset = flushed + used;
      if (length > MOST_BYTES) {
        write(bytes, offset);
        flushed += length;
      } else {
        tail.set(bytes, used);
        used += length;
      }
      return offset;
    },
    at(offset, length) {
      if (offset >= flushed) return tail.subarray(offset - flushed, offset - flushed + length);
      if (offset < windowAt || offset + length > windowAt + windowUsed) read(offset, length);
      return window.subarray(offset - windowAt, offset - windowAt + length);
    },
    overwrite(offset, bytes) {
      if (offset >= flushed) return tail.set(bytes, offset - flushed);
      write(bytes, offset);
      windowUsed = 0;
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** An open file without a name: it goes with the process, however that ends. */
function temporaryFile(folder: string): number {
  const path = join(folder, `etlx-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}

function guarded<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw failure('scratch', { folder, problem }, undefined, { cause: error });
  }
}
