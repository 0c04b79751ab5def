import { failure } from '../core/diagnostic';

const NEWLINE = 0x0a;

/** A seed's bytes as text, without a byte order mark, in pieces that are cut anywhere. Throws EtlxError `seed.invalid` where they are not UTF-8. */
export async function* decoded(bytes: AsyncIterable<Uint8Array>, file: string): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let last: Uint8Array = new Uint8Array();
  const decode = (piece: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(piece, { stream });
    } catch {
      const at = { file, line: line + linesBeforeFault(piece), column: 1 };
      const hint = 'save the file as UTF-8; spreadsheets call it `CSV UTF-8`';
      throw failure('seed.invalid', { problem: 'this line is not UTF-8', hint }, at);
    }
  };
  for await (const piece of bytes) {
    yield decode(piece, true);
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) line += 1;
    last = piece;
  }
  // a character that the end of the file cuts in two
  if (last.length > 0) yield decode(new Uint8Array(), false);
}

/** How many lines of `piece` end before the first byte that is not UTF-8; it may begin within a character. */
function linesBeforeFault(piece: Uint8Array): number {
  let start = 0;
  while (start < 3 && (piece[start]! & 0xc0) === 0x80) start += 1;
  let lines = 0;
  for (let end = piece.indexOf(NEWLINE, start); end >= 0; end = piece.indexOf(NEWLINE, start)) {
    if (!isUtf8(piece.subarray(start, end))) return lines;
    start = end + 1;
    lines += 1;
  }
  // it is on the last line, or the character that the piece begins within was not finished
  return isUtf8(piece.subarray(start), true) ? 0 : lines;
}

function isUtf8(bytes: Uint8Array, stream = false): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}
