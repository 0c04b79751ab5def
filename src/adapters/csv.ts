const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** The same bytes in pieces of at least `size` bytes (the last one excepted): many small COPY messages are several times slower. */
export async function* batches(bytes: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    parts.push(part);
    length += part.length;
    if (length < size) continue;
    yield parts.length === 1 ? part : Buffer.concat(parts, length);
    parts = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(parts, length);
}

/**
 * The same CSV cut after a row into pieces of about `size` bytes, for an engine that takes each piece whole. A newline ends a row exactly when
 * the quotes before it are even in number; a piece grows beyond `size` until such a newline comes.
 */
export async function* pieces(csv: AsyncIterable<Uint8Array>, size: number): AsyncIterable<readonly Uint8Array[]> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let quoted = false;
  for await (const part of csv) {
    let rowEnd = 0;
    for (let index = 0; index < part.length; index += 1) {
      const byte = part[index];
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === NEWLINE && !quoted) rowEnd = index + 1;
    }
    if (length + part.length < size || rowEnd === 0) {
      parts.push(part);
      length += part.length;
      continue;
    }
    yield [...parts, part.subarray(0, rowEnd)];
    parts = rowEnd < part.length ? [part.subarray(rowEnd)] : [];
    length = part.length - rowEnd;
  }
  if (length > 0) yield parts;
}

/** How many lines of text end in `piece`. */
export function linesIn(piece: readonly Uint8Array[]): number {
  let lines = 0;
  for (const part of piece) for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
