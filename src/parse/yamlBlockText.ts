import { BLANK, DASH, isBlank, isLineEnd, NEWLINE, placeOf, RETURN, type Cursor } from './yamlCursor';
import type { YamlScalar } from './yamlNode';

const FOLDED = 62;

/**
 * Reads a block text (`|`, `|-`, `>`, `>-`) whose lines are all indented alike, or more when it is literal; the cursor is at its indicator
 * and `indent` is that of the key or dash it belongs to. Undefined for indentation indicators, `+`, and lines whose blanks could matter.
 */
export function readBlockText(cursor: Cursor, indent: number): YamlScalar | undefined {
  const { text } = cursor;
  const folded = text.charCodeAt(cursor.pos) === FOLDED;
  const stripped = text.charCodeAt(cursor.pos + 1) === DASH;
  const at = placeOf(cursor, cursor.pos, stripped ? 2 : 1);
  let pos = cursor.pos + at.length!;
  while (isBlank(text.charCodeAt(pos))) pos += 1;
  if (text.charCodeAt(pos) !== NEWLINE) return undefined;

  let value = '';
  let margin = -1;
  let blankLines = 0;
  for (;;) {
    const lineStart = pos + 1;
    if (lineStart >= text.length) {
      cursor.pos = text.length;
      cursor.indent = -1;
      break;
    }
    cursor.line += 1;
    cursor.lineStart = lineStart;
    let content = lineStart;
    while (text.charCodeAt(content) === BLANK) content += 1;
    const width = content - lineStart;
    const newline = text.indexOf('\n', content);
    const end = newline < 0 ? text.length : newline;
    if (isLineEnd(text.charCodeAt(content))) {
      if (margin < 0 || width > margin) return undefined;
      blankLines += 1;
    } else if (width > indent && (margin < 0 || width >= margin)) {
      if (margin < 0) margin = width;
      else value += folded ? foldOf(blankLines) : '\n'.repeat(blankLines + 1);
      if (folded && width > margin) return undefined;
      blankLines = 0;
      value += text.slice(lineStart + margin, text.charCodeAt(end - 1) === RETURN ? end - 1 : end);
    } else {
      if (width > indent || margin < 0 || text.charCodeAt(content) === 35) return undefined;
      cursor.pos = content;
      cursor.indent = width;
      break;
    }
    pos = end;
  }
  if (margin < 0) return undefined;
  const whole = stripped ? value : `${value}\n`;
  return { kind: 'scalar', value: whole, text: whole, at };
}

/** What a folded text has between two lines of it: a blank, or one line break fewer than there are. */
const foldOf = (blankLines: number): string => (blankLines === 0 ? ' ' : '\n'.repeat(blankLines));
