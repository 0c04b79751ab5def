import { BLANK, COLON, COMMA, DASH, HASH, isGap, isLineEnd, NEWLINE, placeOf, skipBlanks, type Cursor } from './yamlCursor';
import { MAX_DEPTH, type YamlEntry, type YamlNode, type YamlScalar } from './yamlNode';
import { resolvePlain } from './yamlScalar';

const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const PLUS = 43;
const DOT = 46;
const SLASH = 47;
const QUESTION = 63;
const UNDERSCORE = 95;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_MAP = 123;
const CLOSE_MAP = 125;

/** Characters that a plain scalar cannot begin with: YAML 1.2.2 §5.3, the indicators (`-`, `?` and `:` are looked at more closely). */
const INDICATORS = new Set([...'#&*!|>%@`,[]{}"\''].map((each) => each.charCodeAt(0)));

const isFlowIndicator = (code: number): boolean =>
  code === COMMA || code === OPEN_LIST || code === CLOSE_LIST || code === OPEN_MAP || code === CLOSE_MAP;

/** Reads the quoted text, flow list, flow mapping or plain scalar at the cursor; undefined when it may be anything more difficult. */
export function readInline(cursor: Cursor, depth: number, inFlow: boolean): YamlNode | undefined {
  switch (cursor.text.charCodeAt(cursor.pos)) {
    case DOUBLE_QUOTE:
    case SINGLE_QUOTE:
      return readQuoted(cursor);
    case OPEN_LIST:
      return readFlowList(cursor, depth);
    case OPEN_MAP:
      return readFlowMap(cursor, depth);
    default:
      return readPlain(cursor, inFlow);
  }
}

/** Where the colon of the simple key at `pos` is (letters, digits, `_ - . / +`, then a colon and a gap), or -1. */
export function endOfKey(text: string, pos: number): number {
  let end = pos;
  for (; ; end += 1) {
    const code = text.charCodeAt(end);
    if ((code >= 97 && code <= 122) || code === UNDERSCORE || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === PLUS)
      continue;
    if ((code === DASH || code === DOT || code === SLASH) && end > pos) continue;
    return code === COLON && end > pos && isGap(text.charCodeAt(end + 1)) ? end : -1;
  }
}

/** Whether two of the entries have the same key; few are compared one by one, which is faster than a set. */
export function hasRepeatedKey(entries: readonly YamlEntry[]): boolean {
  if (entries.length > 12) return new Set(entries.map((entry) => entry.key)).size < entries.length;
  for (let later = 1; later < entries.length; later += 1) {
    const { key } = entries[later]!;
    for (let earlier = 0; earlier < later; earlier += 1) if (entries[earlier]!.key === key) return true;
  }
  return false;
}

function readPlain(cursor: Cursor, inFlow: boolean): YamlScalar | undefined {
  const { text, pos } = cursor;
  const first = text.charCodeAt(pos);
  const second = text.charCodeAt(pos + 1);
  if (INDICATORS.has(first) || first === QUESTION || first === COLON) return undefined;
  if (first === DASH && (isGap(second) || second === DASH || (inFlow && isFlowIndicator(second)))) return undefined;
  let end = pos;
  for (; ; end += 1) {
    const code = text.charCodeAt(end);
    if (code === NEWLINE || code !== code) break;
    if (code === COLON) {
      const next = text.charCodeAt(end + 1);
      if (isGap(next) || (inFlow && isFlowIndicator(next))) return undefined;
    } else if (code === HASH && text.charCodeAt(end - 1) === BLANK) break;
    else if (inFlow && isFlowIndicator(code)) break;
  }
  while (isGap(text.charCodeAt(end - 1))) end -= 1;
  const plain = text.slice(pos, end);
  cursor.pos = end;
  return { kind: 'scalar', value: resolvePlain(plain), text: plain, at: placeOf(cursor, pos, end - pos) };
}

function readQuoted(cursor: Cursor): YamlScalar | undefined {
  const { text } = cursor;
  const start = cursor.pos + 1;
  const quote = text.charCodeAt(cursor.pos);
  let doubled = false;
  let end = start;
  for (; ; end += 1) {
    const code = text.charCodeAt(end);
    if (isLineEnd(code) || (code === BACKSLASH && quote === DOUBLE_QUOTE)) return undefined;
    if (code !== quote) continue;
    if (quote === DOUBLE_QUOTE || text.charCodeAt(end + 1) !== SINGLE_QUOTE) break;
    doubled = true;
    end += 1;
  }
  const inside = text.slice(start, end);
  const value = doubled ? inside.replaceAll("''", "'") : inside;
  cursor.pos = end + 1;
  return { kind: 'scalar', value, text: value, at: placeOf(cursor, start, Math.max(1, end - start)) };
}

function readFlowList(cursor: Cursor, depth: number): YamlNode | undefined {
  const at = placeOf(cursor, cursor.pos, 1);
  const items: YamlNode[] = [];
  const complete = readFlowItems(cursor, depth, CLOSE_LIST, () => {
    const item = readInline(cursor, depth + 1, true);
    if (item !== undefined) items.push(item);
    return item !== undefined;
  });
  return complete ? { kind: 'list', items, at } : undefined;
}

function readFlowMap(cursor: Cursor, depth: number): YamlNode | undefined {
  const at = placeOf(cursor, cursor.pos, 1);
  const entries: YamlEntry[] = [];
  const complete = readFlowItems(cursor, depth, CLOSE_MAP, () => {
    const colon = endOfKey(cursor.text, cursor.pos);
    if (colon < 0) return false;
    const key = cursor.text.slice(cursor.pos, colon);
    const keyAt = placeOf(cursor, cursor.pos, key.length);
    cursor.pos = colon + 1;
    skipBlanks(cursor);
    const value = readInline(cursor, depth + 1, true);
    if (value === undefined) return false;
    entries.push({ key, keyAt, value });
    return true;
  });
  return complete && !hasRepeatedKey(entries) ? { kind: 'map', entries, at } : undefined;
}

/** Reads what stands between a bracket and its `close`, comma by comma, all on one line; false when it is anything more difficult. */
function readFlowItems(cursor: Cursor, depth: number, close: number, readItem: () => boolean): boolean {
  if (depth >= MAX_DEPTH) return false;
  const { text } = cursor;
  cursor.pos += 1;
  skipBlanks(cursor);
  if (text.charCodeAt(cursor.pos) === close) {
    cursor.pos += 1;
    return true;
  }
  for (;;) {
    if (!readItem()) return false;
    skipBlanks(cursor);
    const code = text.charCodeAt(cursor.pos);
    cursor.pos += 1;
    if (code === close) return true;
    if (code !== COMMA) return false;
    skipBlanks(cursor);
  }
}
