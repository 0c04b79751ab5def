import type { Location } from '../core/diagnostic';
import type { YamlScalar } from './yamlNode';

/** Where the fast reader stands in its text. The one mutable value of a reading, never shared between two. */
export interface Cursor {
  readonly file: string;
  readonly text: string;
  pos: number;
  /** 1-based number of the line that `pos` is on. */
  line: number;
  lineStart: number;
  /** How far the line's content is indented, in blanks; -1 behind the last line. */
  indent: number;
}

export const NEWLINE = 10;
export const RETURN = 13;
export const BLANK = 32;
export const HASH = 35;
export const COMMA = 44;
export const DASH = 45;
export const COLON = 58;

/** The fast reader lets through `\r` only before `\n`, so it counts as a blank at the end of a line. */
export const isBlank = (code: number): boolean => code === BLANK || code === RETURN;

/** Behind the end of a line, a blank or the end of the text (where `charCodeAt` is NaN) a token is complete. */
export const isGap = (code: number): boolean => code === BLANK || code === NEWLINE || code === RETURN || code !== code;

export const isLineEnd = (code: number): boolean => code === NEWLINE || code === RETURN || code !== code;

/** The place of the `length` characters from `pos` on, which must be on the cursor's line. */
export function placeOf(cursor: Cursor, pos: number, length: number): Location {
  return { file: cursor.file, line: cursor.line, column: pos - cursor.lineStart + 1, length };
}

export function skipBlanks(cursor: Cursor): void {
  while (isBlank(cursor.text.charCodeAt(cursor.pos))) cursor.pos += 1;
}

/** A value that is not there: `key:` and nothing more. */
export function nothingAt(at: Location): YamlScalar {
  return { kind: 'scalar', value: null, text: '', at };
}

/**
 * Moves from behind a value to the first character of the next line with content, over blank lines and comments.
 * False when something else follows the value on its line.
 */
export function toNextContent(cursor: Cursor): boolean {
  const { text } = cursor;
  let { pos } = cursor;
  while (isBlank(text.charCodeAt(pos))) pos += 1;
  const code = text.charCodeAt(pos);
  if (code === HASH) {
    if (pos > cursor.lineStart && !isBlank(text.charCodeAt(pos - 1))) return false;
  } else if (code === code && code !== NEWLINE) return false;
  for (;;) {
    const newline = text.charCodeAt(pos) === NEWLINE ? pos : text.indexOf('\n', pos);
    if (newline < 0 || newline + 1 >= text.length) {
      cursor.pos = text.length;
      cursor.indent = -1;
      return true;
    }
    pos = newline + 1;
    cursor.line += 1;
    cursor.lineStart = pos;
    while (text.charCodeAt(pos) === BLANK) pos += 1;
    const first = text.charCodeAt(pos);
    if (first === HASH || isLineEnd(first)) continue;
    cursor.pos = pos;
    cursor.indent = pos - cursor.lineStart;
    return true;
  }
}
