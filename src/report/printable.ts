/** Letters that would move the cursor, break the line or turn the reading direction round, and so make a text look like another. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `text` on one line, with everything that a terminal would act upon written as an escape: `\n`, `\x1b`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeOf);
}

/** The same for a text of several lines: line feeds stay. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE, (letter) => (letter === '\n' ? letter : escapeOf(letter)));
}

function escapeOf(letter: string): string {
  const code = letter.charCodeAt(0);
  return NAMED[letter] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`);
}
