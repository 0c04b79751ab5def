import type { Location } from '../core/diagnostic';
import {
  BLANK,
  DASH,
  HASH,
  isGap,
  isLineEnd,
  NEWLINE,
  nothingAt,
  placeOf,
  RETURN,
  skipBlanks,
  toNextContent,
  type Cursor,
} from './yamlCursor';
import { readBlockText } from './yamlBlockText';
import { endOfKey, hasRepeatedKey, readInline } from './yamlInline';
import { MAX_DEPTH, type YamlEntry, type YamlList, type YamlMap, type YamlNode } from './yamlNode';

/**
 * Reads the plain part of YAML that nearly every property file is made of, some fifty times faster than a full parser: block mappings and
 * lists, one-line scalars, one-line flow collections, block texts, comments. It answers undefined on the slightest doubt, and on everything
 * that is wrong: the full reader then says what it is. Where both read a text, they read the same.
 */
export function readFast(file: string, text: string, firstLine: number): YamlNode | undefined {
  if (!isOrdinary(text)) return undefined;
  const cursor: Cursor = { file, text, pos: 0, line: firstLine - 1, lineStart: 0, indent: 0 };
  toFirstContent(cursor);
  if (cursor.indent < 0) return undefined;
  const root = readBlock(cursor, 0);
  return cursor.indent < 0 ? root : undefined;
}

/** Whether `text` has no tabs, no other control characters, no byte order mark, and no line breaks but `\n` and `\r\n`. */
function isOrdinary(text: string): boolean {
  for (let pos = 0; pos < text.length; pos += 1) {
    const code = text.charCodeAt(pos);
    if ((code >= BLANK && code < 127) || code === NEWLINE) continue;
    if (code === RETURN) {
      if (text.charCodeAt(pos + 1) !== NEWLINE) return false;
    } else if (code < 160 || code === 0x2028 || code === 0x2029 || code === 0xfeff) return false;
  }
  return true;
}

/** `toNextContent` begins behind a value; before the first line there is none, so the first line is looked at as if one had just ended. */
function toFirstContent(cursor: Cursor): void {
  const { text } = cursor;
  let pos = 0;
  cursor.line += 1;
  while (text.charCodeAt(pos) === BLANK) pos += 1;
  const first = text.charCodeAt(pos);
  cursor.pos = pos;
  cursor.indent = pos;
  if (first === HASH || isLineEnd(first)) toNextContent(cursor);
}

const isItem = (cursor: Cursor): boolean => cursor.text.charCodeAt(cursor.pos) === DASH && isGap(cursor.text.charCodeAt(cursor.pos + 1));

/** The mapping or list whose first key or dash is at the cursor. */
function readBlock(cursor: Cursor, depth: number): YamlMap | YamlList | undefined {
  return isItem(cursor) ? readList(cursor, depth) : readMap(cursor, depth);
}

function readMap(cursor: Cursor, depth: number): YamlMap | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  const { text } = cursor;
  const indent = cursor.pos - cursor.lineStart;
  const at = placeOf(cursor, cursor.pos, 1);
  const entries: YamlEntry[] = [];
  do {
    const colon = endOfKey(text, cursor.pos);
    if (colon < 0) return undefined;
    const key = text.slice(cursor.pos, colon);
    const keyAt = placeOf(cursor, cursor.pos, key.length);
    cursor.pos = colon + 1;
    const value = readValue(cursor, indent, depth, keyAt, true);
    if (value === undefined) return undefined;
    entries.push({ key, keyAt, value });
  } while (cursor.indent === indent);
  return cursor.indent < indent && !hasRepeatedKey(entries) ? { kind: 'map', entries, at } : undefined;
}

function readList(cursor: Cursor, depth: number): YamlList | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  const indent = cursor.pos - cursor.lineStart;
  const at = placeOf(cursor, cursor.pos, 1);
  const items: YamlNode[] = [];
  do {
    const dashAt = placeOf(cursor, cursor.pos, 1);
    cursor.pos += 1;
    const item = readValue(cursor, indent, depth, dashAt, false);
    if (item === undefined) return undefined;
    items.push(item);
  } while (cursor.indent === indent && isItem(cursor));
  return cursor.indent <= indent ? { kind: 'list', items, at } : undefined;
}

/** The value behind a key's colon or a list's dash, on the same line or below; leaves the cursor at the content that follows it. */
function readValue(cursor: Cursor, indent: number, depth: number, ownerAt: Location, inMap: boolean): YamlNode | undefined {
  skipBlanks(cursor);
  const { text, pos } = cursor;
  const first = text.charCodeAt(pos);
  if (isLineEnd(first) || first === HASH) {
    if (!toNextContent(cursor)) return undefined;
    if (cursor.indent > indent) return readBlock(cursor, depth + 1);
    // dbt's style: the list of a key may stand as far left as the key.
    return inMap && cursor.indent === indent && isItem(cursor) ? readList(cursor, depth + 1) : nothingAt(ownerAt);
  }
  if (!inMap && (isItem(cursor) || endOfKey(text, pos) > 0)) return readBlock(cursor, depth + 1);
  if (first === 124 || first === 62) return readBlockText(cursor, indent);
  const value = readInline(cursor, depth + 1, false);
  return value !== undefined && toNextContent(cursor) ? value : undefined;
}
