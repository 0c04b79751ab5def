import type { Location } from '../core/diagnostic';
import { closest } from '../core/closest';
import { lineStartsOf } from '../core/position';
import { type Scope } from './calls';

/** A place in a template's text that moves forward while it is read. */
export interface Cursor {
  readonly text: string;
  readonly end: number;
  readonly locate: (offset: number, length: number) => Location;
  at: number;
  scope: Scope;
  /** How many brackets are open here. */
  depth: number;
}

/** What stops the reading of one `{{ … }}`; the scanner reports it and goes on behind it. */
export class Unreadable extends Error {
  constructor(
    readonly problem: string,
    readonly offset: number,
    readonly length: number,
    readonly hint?: string,
  ) {
    super(problem);
  }
}

/**
 * A function from an offset in `text` to its location in `file`. `origin` is the place of the text's first character when the text is a
 * part of its file.
 */
export function locatorOf(file: string, text: string, origin?: Location): Cursor['locate'] {
  const starts = lineStartsOf(text);
  let line = 1;
  return (offset, length) => {
    // reading goes forward, so the line is most often the one of the last question or a near one
    while (line > 1 && starts[line - 1]! > offset) line -= 1;
    while (line < starts.length && starts[line]! <= offset) line += 1;
    const column = offset - starts[line - 1]! + 1;
    if (origin === undefined) return { file, line, column, length };
    return { file, line: line + origin.line - 1, column: line === 1 ? column + origin.column - 1 : column, length };
  };
}

/** Moves over white space. */
export function skipBlanks(cursor: Cursor): void {
  const { text, end } = cursor;
  let { at } = cursor;
  for (; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && !(code >= 128 && /\s/.test(text[at]!))) break;
  }
  cursor.at = at;
}

/** Moves over `token` if it stands here, after white space. */
export function accept(cursor: Cursor, token: string): boolean {
  skipBlanks(cursor);
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

const NAME = /[A-Za-z_$\u0080-\ufffd][\w$\u0080-\ufffd]*(?:-+[\w$\u0080-\ufffd]+)*/y;

/** Moves over a name and gives it, or undefined when none stands exactly here. */
export function acceptName(cursor: Cursor): string | undefined {
  NAME.lastIndex = cursor.at;
  const name = NAME.exec(cursor.text)?.[0];
  if (name === undefined || cursor.at + name.length > cursor.end) return undefined;
  cursor.at += name.length;
  return name;
}

/** Operators and words of Jinja that templates do not have, and what to write instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  '|': 'a filter is written as a call: `upper(name)`',
  '~': 'join texts by `concat(a, b)`',
  '+': 'join texts by `concat(a, b)`; leave arithmetic to SQL',
  '-': 'leave arithmetic to SQL; to trim white space write `{{~` and `~}}`',
  '==': 'compare by `eq(a, b)`',
  '!=': 'compare by `ne(a, b)`',
  and: 'write `and(a, b)`',
  or: 'write `or(a, b)`',
  not: 'write `not(a)`',
  is: 'compare by `eq(a, b)`',
  if: 'write `{{#if condition}} … {{else}} … {{/if}}`',
};

/** The error for whatever stands here where `expected` should. */
export function unexpected(cursor: Cursor, expected: string): Unreadable {
  skipBlanks(cursor);
  const { text, at, end } = cursor;
  if (at >= end) return new Unreadable(`it ends before ${expected}`, end, 0);
  const found = /[\w$]+|[=!<>]=|\}\}+|[\s\S]/uy;
  found.lastIndex = at;
  const token = found.exec(text)![0];
  return new Unreadable(
    `expected ${expected}, found \`${token}\``,
    at,
    token.length,
    Object.hasOwn(INSTEAD, token) ? INSTEAD[token] : undefined,
  );
}

/** The hint for a word that Jinja or Python would read as an operator, if it is one. */
export function operatorHint(word: string): string | undefined {
  return Object.hasOwn(INSTEAD, word) ? INSTEAD[word] : undefined;
}

/** The nearest of `known` to `word` as a hint. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const [name] = closest(word, known);
  return name === undefined ? undefined : `did you mean \`${name}\`?`;
}
