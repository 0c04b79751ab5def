import type { Call, Expr, Path } from './calls';
import { accept, acceptName, type Cursor, operatorHint, skipBlanks, unexpected, Unreadable } from './callsCursor';
import { readLiteral, wordValue } from './callsLiterals';

/** Deeper brackets than anybody writes; a limit keeps the reader's recursion, and so the stack, bounded. */
const MAX_DEPTH = 100;

/**
 * Reads what stands between `{{` and `}}`: an expression, or Handlebars' application `name argument … key=value …`.
 * Moves the cursor behind it. Throws Unreadable.
 */
export function readStatement(cursor: Cursor): Expr {
  const head = readExpr(cursor);
  return head.kind === 'path' && startsArgument(cursor) ? readApplication(cursor, head) : head;
}

/**
 * Reads one expression: a literal, `[a, b]`, `{'key': a}`, `name(a, key=b)`, a path, or an expression in brackets (which may be an
 * application: `(ref "a")`). Moves the cursor behind it. Throws Unreadable.
 */
export function readExpr(cursor: Cursor): Expr {
  skipBlanks(cursor);
  const { at, end, text } = cursor;
  if (at >= end) throw unexpected(cursor, 'an expression');
  const first = text[at]!;
  if (first === '(' || first === '[' || first === '{') return readBracketed(cursor, first);
  if (first === "'" || first === '"' || (first >= '0' && first <= '9')) return readLiteral(cursor);
  if (first === '-' && /\d/.test(text[at + 1] ?? '')) return readLiteral(cursor);
  if (first === '.' || first === '@') return readScoped(cursor);
  return readNamed(cursor);
}

function readBracketed(cursor: Cursor, bracket: string): Expr {
  const start = cursor.at;
  cursor.at += 1;
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw new Unreadable(`brackets are nested more than ${MAX_DEPTH} deep`, start, 1);
  const expr = bracket === '[' ? readList(cursor, start) : bracket === '{' ? readMapping(cursor, start) : readGroup(cursor);
  cursor.depth -= 1;
  return expr;
}

function readGroup(cursor: Cursor): Expr {
  const expr = readStatement(cursor);
  if (!accept(cursor, ')')) throw unexpected(cursor, '`)`');
  return expr;
}

function readList(cursor: Cursor, start: number): Expr {
  const at = cursor.locate(start, 1);
  const items: Expr[] = [];
  while (!accept(cursor, ']')) {
    items.push(readExpr(cursor));
    if (!accept(cursor, ',') && cursor.text[cursor.at] !== ']') throw unexpected(cursor, '`,` or `]`');
  }
  return { kind: 'list', items, at };
}

function readMapping(cursor: Cursor, start: number): Expr {
  const at = cursor.locate(start, 1);
  const entries: [string, Expr][] = [];
  const seen = new Set<string>();
  while (!accept(cursor, '}')) {
    const keyAt = cursor.at;
    const quoted = cursor.text[keyAt] === "'" || cursor.text[keyAt] === '"';
    const key = quoted ? String(readLiteral(cursor).value) : undefined;
    if (key === undefined) throw unexpected(cursor, 'a key in quotes or `}`');
    if (seen.has(key)) throw new Unreadable(`the key \`${key}\` stands twice in this mapping`, keyAt, cursor.at - keyAt);
    seen.add(key);
    if (!accept(cursor, ':')) throw unexpected(cursor, '`:`');
    entries.push([key, readExpr(cursor)]);
    if (!accept(cursor, ',') && cursor.text[cursor.at] !== '}') throw unexpected(cursor, '`,` or `}`');
  }
  return { kind: 'map', entries, at };
}

const HEAD = /@(?:\.\.\/)*(?:index|key|first|last|root)(?![\w$-])|\.\.(?:\/\.\.)*(?:\/(?![\s~})]))?|\.(?:\/(?![\s~})]))?/y;

/** `.`, `./name`, `../name`, `@index`, `@../index`. */
function readScoped(cursor: Cursor): Path {
  const start = cursor.at;
  HEAD.lastIndex = start;
  const found = HEAD.exec(cursor.text)?.[0];
  if (found === undefined) {
    throw new Unreadable(
      '`@` is followed by no name that Handlebars gives',
      start,
      1,
      'it gives `@index`, `@key`, `@first`, `@last` and `@root`',
    );
  }
  cursor.at += found.length;
  const parts: string[] = [];
  if (found.endsWith('/')) parts.push(readPart(cursor));
  const head = found.startsWith('@') ? found : found.startsWith('..') ? found.replace(/\/$/, '') : 'this';
  return pathFrom(cursor, start, head, parts);
}

/** A word of the language (`true`, `none`), a call, or a path. */
function readNamed(cursor: Cursor): Expr {
  const start = cursor.at;
  const name = acceptName(cursor);
  if (name === undefined) throw unexpected(cursor, 'an expression');
  const value = wordValue(name);
  const next = cursor.text[cursor.at];
  if (value !== undefined && next !== '(' && next !== '.') return { kind: 'literal', value, at: cursor.locate(start, name.length) };
  if (next === '(') return readCall(cursor, name, start);
  // outside of blocks `this` is what it is in dbt, the model's own relation
  const isItem = name === 'this' && cursor.scope.depth > 0;
  return isItem ? pathFrom(cursor, start, 'this', []) : pathFrom(cursor, start, undefined, [name]);
}

/** Reads `.name.name…` behind what is read already; a call of a dotted name keeps the dots in its name. */
function pathFrom(cursor: Cursor, start: number, head: string | undefined, parts: string[]): Path {
  while (cursor.text[cursor.at] === '.' || (cursor.text[cursor.at] === '/' && parts.length + (head === undefined ? 0 : 1) > 0)) {
    cursor.at += 1;
    parts.push(readPart(cursor));
  }
  const text = cursor.text.slice(start, cursor.at);
  if (cursor.text[cursor.at] === '(') {
    throw new Unreadable(`\`${text}\` cannot be called`, start, text.length, 'only helpers and macros are called, by their name alone');
  }
  return { kind: 'path', text, parts, ...(head !== undefined && { head }), scope: cursor.scope, at: cursor.locate(start, text.length) };
}

const SEGMENT = /\d+|\[([^\]]*)\]/y;

/** One name of a path: a word, a list position, or `[any text]`. */
function readPart(cursor: Cursor): string {
  SEGMENT.lastIndex = cursor.at;
  const found = SEGMENT.exec(cursor.text);
  if (found !== null) {
    cursor.at += found[0].length;
    return found[1] ?? found[0];
  }
  const name = acceptName(cursor);
  if (name === undefined) throw unexpected(cursor, 'a name');
  return name;
}

/** `name(a, b, key=c)`, the cursor at the bracket. */
function readCall(cursor: Cursor, name: string, start: number): Call {
  const at = cursor.locate(start, name.length);
  const args: Expr[] = [];
  let named: Record<string, Expr> | undefined;
  const open = cursor.at;
  cursor.at += 1;
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw new Unreadable(`brackets are nested more than ${MAX_DEPTH} deep`, open, 1);
  while (!accept(cursor, ')')) {
    const from = cursor.at;
    if (startsNamed(cursor)) readNamedArgument(cursor, (named ??= noArguments()));
    else {
      const arg = readExpr(cursor);
      if (named !== undefined)
        throw new Unreadable('an argument without a name stands after one with a name', from, cursor.at - from, 'put it first, or name it');
      args.push(arg);
    }
    if (!accept(cursor, ',') && cursor.text[cursor.at] !== ')') throw unexpected(cursor, '`,` or `)`');
  }
  cursor.depth -= 1;
  return { kind: 'call', name, args, named: named ?? NONE, at };
}

/** `head a b key=c` in Handlebars' own form, the cursor behind `head`. */
export function readApplication(cursor: Cursor, head: Path): Call {
  if (head.parts.length !== 1 || head.head !== undefined) {
    throw new Unreadable(
      `\`${head.text}\` cannot be called`,
      cursor.at - head.text.length,
      head.text.length,
      'only helpers and macros take arguments',
    );
  }
  const args: Expr[] = [];
  let named: Record<string, Expr> | undefined;
  while (startsArgument(cursor)) {
    const from = cursor.at;
    if (startsNamed(cursor)) {
      readNamedArgument(cursor, (named ??= noArguments()));
      continue;
    }
    const arg = readExpr(cursor);
    const hint = arg.kind === 'path' && from + arg.text.length === cursor.at ? operatorHint(arg.text) : undefined;
    if (hint !== undefined)
      throw new Unreadable(`templates have no operator \`${cursor.text.slice(from, cursor.at)}\``, from, cursor.at - from, hint);
    if (named !== undefined)
      throw new Unreadable('an argument without a name stands after one with a name', from, cursor.at - from, 'put it first, or name it');
    args.push(arg);
  }
  return { kind: 'call', name: head.text, args, named: named ?? NONE, at: head.at };
}

const NAMED = /[A-Za-z_$\u0080-\ufffd][\w$\u0080-\ufffd-]*\s*=(?!=)/y;

/** Whether `key=` stands behind the white space here. */
export function startsNamed(cursor: Cursor): boolean {
  skipBlanks(cursor);
  const first = cursor.text.charCodeAt(cursor.at);
  if (first === 39 /* ' */ || first === 34 /* " */) return false;
  NAMED.lastIndex = cursor.at;
  return NAMED.test(cursor.text);
}

/** Reads `key=value` into `named`, the cursor where `startsNamed` says so. Throws Unreadable. */
export function readNamedArgument(cursor: Cursor, named: Record<string, Expr>): void {
  const start = cursor.at;
  const name = acceptName(cursor)!;
  if (name in named) throw new Unreadable(`the argument \`${name}\` is given twice`, start, name.length);
  accept(cursor, '=');
  named[name] = readExpr(cursor);
}

/** A record that holds nothing but what is put into it, not even a prototype. */
export function noArguments(): Record<string, Expr> {
  return Object.create(null) as Record<string, Expr>;
}

/** Shared by the many calls without named arguments: a record without a prototype is dear to make. */
const NONE: Readonly<Record<string, Expr>> = Object.freeze(noArguments());

/** Whether another argument of an application begins behind the white space here. */
function startsArgument(cursor: Cursor): boolean {
  skipBlanks(cursor);
  const { text, at } = cursor;
  if (!/\s/.test(text[at - 1]!)) return false;
  if (text.startsWith('as', at) && /^as\s+\|/.test(text.slice(at, at + 40))) return false;
  return /[\w$'"([{@.\u0080-\ufffd]|-\d/.test(text.slice(at, at + (text[at] === '-' ? 2 : 1)));
}
