import type { Literal } from './calls';
import { type Cursor, Unreadable } from './callsCursor';

const WORDS: ReadonlyMap<string, true | false | null> = new Map<string, true | false | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['none', null],
  ['None', null],
]);

/** The value of a word that JavaScript or Python reads as a literal; undefined for any other. */
export function wordValue(word: string): true | false | null | undefined {
  return WORDS.get(word);
}

/** Reads a quoted text or a number, the cursor on its first character. Throws Unreadable. */
export function readLiteral(cursor: Cursor): Literal {
  const first = cursor.text[cursor.at]!;
  return first === "'" || first === '"' ? readText(cursor, first) : readNumber(cursor);
}

/** A text in quotes, with Python's escapes, in the call form and in Handlebars' own. */
function readText(cursor: Cursor, quote: string): Literal {
  const { text, end, at: start } = cursor;
  let close = start + 1;
  while (close < end && text[close] !== quote) close += text[close] === '\\' && text[close + 1] !== undefined ? 2 : 1;
  if (close >= end) throw new Unreadable('a quoted text is not closed', start, 1, `it needs another ${quote}`);
  cursor.at = close + 1;
  const raw = text.slice(start + 1, close);
  return { kind: 'literal', value: raw.includes('\\') ? unescaped(raw) : raw, at: cursor.locate(start, cursor.at - start) };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '\n': '' };

/** Undoes backslash escapes as Python does: one that means nothing stays as it is, so `'\d+'` needs no second backslash. */
function unescaped(raw: string): string {
  return raw.replace(/\\([\s\S])/g, (whole, escaped: string) => (Object.hasOwn(ESCAPES, escaped) ? ESCAPES[escaped]! : whole));
}

function readNumber(cursor: Cursor): Literal {
  const start = cursor.at;
  const number = /-?\d+(?:\.\d+)?(?![\w$])/y;
  number.lastIndex = start;
  const found = number.exec(cursor.text)?.[0];
  if (found === undefined) throw new Unreadable('a name cannot begin with a digit', start, 1, 'put a text into quotes');
  const value = Number(found);
  // a number that JavaScript would round is refused: SQL must get the digits that stand in the file
  if (canonical(found) !== canonical(String(value)))
    throw new Unreadable(`the number ${found} has too many digits`, start, found.length, `put it into quotes: '${found}'`);
  cursor.at += found.length;
  return { kind: 'literal', value, at: cursor.locate(start, found.length) };
}

/** A decimal notation without zeros that say nothing. */
function canonical(digits: string): string {
  const trimmed = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return trimmed.replace(/^(-?)0+(?=\d)/, '$1').replace(/^-0$/, '0');
}
