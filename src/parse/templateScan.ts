import { diagnose, type Location, type Report } from '../core/diagnostic';
import { ROOT } from './calls';
import { accept, type Cursor, unexpected, Unreadable } from './callsCursor';
import { readStatement } from './callsReader';
import type { Definition, Part, Text } from './template';
import { type Blocks, blocksOf, readClose, readElse, readOpen } from './templateBlocks';
import { jinjaHint, refusalOf, tagAfter } from './templateTags';

/** The part of a text to read, and what is defined in it. */
export interface Reading {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly locate: (offset: number, length: number) => Location;
  readonly defines?: Definition;
}

const SPECIAL: ReadonlySet<string> = new Set('!#/^>*&{-');
const ELSE = /\s*else(?![\w$.(-])/y;

/**
 * Cuts a template into text, comments, outputs and block tags, in one pass. Every problem is reported (`template.syntax`) and reading goes on
 * behind the tag that has it; a tag that cannot be read leaves no part.
 */
export function readParts(reading: Reading, report: Report): readonly Part[] {
  const { text, start, end, locate } = reading;
  const parts: Part[] = [];
  const blocks = blocksOf(reading, report);
  const cursor: Cursor = { text, end, locate, at: start, scope: ROOT, depth: 0 };
  let from = start;
  let search = start;
  let escaped = false;
  for (;;) {
    const tag = tagAfter(text, search, end);
    const slash = tag < end && tag > search && text[tag + 1] === '{' && text[tag - 1] === '\\';
    const doubled = slash && tag - 1 > search && text[tag - 2] === '\\';
    const stop = slash && !doubled ? tag - 1 : tag;
    if (stop > from) parts.push(textPart(text, from, stop, escaped, doubled));
    if (slash && !doubled) {
      from = stop;
      search = tag + 2;
      escaped = true;
      continue;
    }
    if (tag >= end) break;
    from = search = readTag(cursor, tag, blocks, parts, report);
    escaped = false;
  }
  blocks.finish();
  return parts;
}

/** `escaped`: it begins with `\{{`; `doubled`: it ends with `\\`, which stands for one backslash in front of a tag. */
function textPart(text: string, start: number, end: number, escaped: boolean, doubled: boolean): Text {
  const value = text.slice(escaped ? start + 1 : start, doubled ? end - 1 : end);
  return { kind: 'text', start, end, value, solid: escaped ? 2 : value.search(/\S/), escaped };
}

/** Reads the tag at `tag` into `parts` and gives the offset behind it; after an error, the offset at which reading can go on. */
function readTag(cursor: Cursor, tag: number, blocks: Blocks, parts: Part[], report: Report): number {
  try {
    const part = cursor.text[tag + 1] === '{' ? readMustache(cursor, tag, blocks) : readJinja(cursor, tag);
    parts.push(part);
    return part.end;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const unclosed = error.offset >= cursor.end;
    const problem = unclosed ? `this \`${cursor.text.slice(tag, tag + 2)}\` is not closed` : error.problem;
    const at = unclosed ? cursor.locate(tag, 2) : cursor.locate(error.offset, error.length);
    report(diagnose('template.syntax', { problem, hint: error.hint }, at));
    return recovered(cursor, Math.max(error.offset, tag + 2));
  }
}

/** Behind the next closing braces, or at the next tag if that comes first. */
function recovered({ text, end }: Cursor, offset: number): number {
  const tag = tagAfter(text, offset, end);
  const braces = /\}\}+|%\}/g;
  braces.lastIndex = offset;
  const close = braces.exec(text);
  return close === null || close.index > tag ? tag : Math.min(close.index + close[0].length, end);
}

function readMustache(cursor: Cursor, tag: number, blocks: Blocks): Part {
  const { text } = cursor;
  cursor.depth = 0;
  cursor.scope = blocks.scope();
  const trimLeft = text[tag + 2] === '~';
  const at = trimLeft ? tag + 3 : tag + 2;
  cursor.at = at;
  const first = text[at];
  // most tags begin with a name or a blank, and an output they are, unless the word is `else`
  if (first === undefined || !SPECIAL.has(first)) return readWords(cursor, tag, trimLeft, blocks);
  if (first === '!') return readComment(cursor, tag, trimLeft);
  const refusal = refusalOf(text, at);
  if (refusal !== undefined) throw new Unreadable(refusal.problem, tag, refusal.length, refusal.hint);
  if (first === '#') return { ...readOpen(cursor, tag, blocks), start: tag, trimLeft, ...endOfTag(cursor) };
  if (first === '/') return { ...readClose(cursor, tag, blocks), start: tag, trimLeft, ...endOfTag(cursor) };
  if (first === '^') {
    cursor.at += 1;
    return { ...readElse(cursor, tag, blocks), start: tag, trimLeft, ...endOfTag(cursor) };
  }
  const triple = first === '{';
  if (triple || first === '&') cursor.at += 1;
  const expr = readStatement(cursor);
  if (triple && !accept(cursor, '}')) throw unexpected(cursor, '`}}}`');
  const { trimRight, end } = endOfTag(cursor);
  return { kind: 'output', expr, start: tag, end, trimLeft, trimRight };
}

/** An output, or `else`. */
function readWords(cursor: Cursor, tag: number, trimLeft: boolean, blocks: Blocks): Part {
  ELSE.lastIndex = cursor.at;
  if (ELSE.test(cursor.text)) {
    cursor.at = ELSE.lastIndex;
    return { ...readElse(cursor, tag, blocks), start: tag, trimLeft, ...endOfTag(cursor) };
  }
  const expr = readStatement(cursor);
  const { trimRight, end } = endOfTag(cursor);
  return { kind: 'output', expr, start: tag, end, trimLeft, trimRight };
}

/** Moves behind `}}` or `~}}`. */
function endOfTag(cursor: Cursor): { readonly trimRight: boolean; readonly end: number } {
  if (accept(cursor, '}}')) return { trimRight: false, end: cursor.at };
  if (accept(cursor, '~}}')) return { trimRight: true, end: cursor.at };
  throw unexpected(cursor, '`}}`');
}

/** `{{! … }}`, or `{{!-- … --}}` which may hold braces. */
function readComment({ text, at, end }: Cursor, tag: number, trimLeft: boolean): Part {
  const close = text.startsWith('!--', at) ? /--~?\}\}/g : /\}\}/g;
  close.lastIndex = at + 1;
  const found = close.exec(text);
  if (found === null || found.index >= end) throw new Unreadable('this comment is not closed', tag, 3);
  const stop = found.index + found[0].length;
  return { kind: 'comment', start: tag, end: stop, trimLeft, trimRight: text[stop - 3] === '~' };
}

/** `{# … #}`, dbt's comment; `{% … %}` is refused. */
function readJinja({ text, end }: Cursor, tag: number): Part {
  if (text[tag + 1] === '%') {
    const close = text.indexOf('%}', tag);
    const stop = close === -1 || close >= end ? tag + 2 : close + 2;
    throw new Unreadable('`{% … %}` is Jinja, templates are Handlebars', tag, stop - tag, jinjaHint(text, tag));
  }
  const close = text.indexOf('#}', tag + 2);
  if (close === -1 || close >= end)
    throw new Unreadable(
      'this comment is not closed',
      tag,
      2,
      "close it by `#}`; two characters that are no comment are written `{{ '{#' }}`",
    );
  return {
    kind: 'comment',
    start: tag,
    end: close + 2,
    trimLeft: text[tag + 2] === '-',
    trimRight: close > tag + 2 && text[close - 1] === '-',
  };
}
