import { diagnose, type Report } from '../core/diagnostic';
import { type Expr, ROOT, type Scope } from './calls';
import { accept, acceptName, type Cursor, nearest, operatorHint, skipBlanks, unexpected, Unreadable } from './callsCursor';
import { wordValue } from './callsLiterals';
import { noArguments, readExpr, readNamedArgument, startsNamed } from './callsReader';
import { readMacroHead } from './macroHead';
import type { Block, Close, Definition, Else, Open } from './template';
import type { Reading } from './templateScan';

/** Deeper than anybody nests; a limit keeps Handlebars' recursion, and so the stack, bounded. */
const MAX_BLOCKS = 100;

const BLOCKS: readonly Block[] = ['if', 'unless', 'each', 'with'];

/** The folder that each kind of definition has its files in. */
export const HOMES: Readonly<Record<Definition, string>> = { macro: 'macros/', test: 'tests/generic/' };

/** The blocks that are open at a place, while a template is read. */
export interface Blocks {
  readonly defines?: Definition;
  scope(): Scope;
  /** More than one block is open. */
  nested(): boolean;
  open(name: string, offset: number): void;
  /** From here on, in the innermost block, `scope` holds. */
  enter(scope: Scope): void;
  otherwise(offset: number, chained: boolean): void;
  close(name: string, offset: number): void;
  finish(): void;
}

interface OpenBlock {
  readonly name: string;
  readonly offset: number;
  readonly outer: Scope;
  scope: Scope;
  hasElse: boolean;
}

/** Keeps account of open blocks; reports those that are not closed. The methods throw Unreadable for a tag that fits no open block. */
export function blocksOf(reading: Reading, report: Report): Blocks {
  const stack: OpenBlock[] = [];
  const scope = (): Scope => stack.at(-1)?.scope ?? ROOT;
  const unclosed = ({ name, offset }: OpenBlock): void =>
    report(
      diagnose(
        'template.syntax',
        { problem: `\`{{#${name}}}\` is not closed`, hint: `close it by \`{{/${name}}}\`` },
        reading.locate(offset, name.length + 3),
      ),
    );
  return {
    ...(reading.defines && { defines: reading.defines }),
    scope,
    nested: () => stack.length > 1,
    open(name, offset) {
      if (stack.length >= MAX_BLOCKS) throw new Unreadable(`blocks are nested more than ${MAX_BLOCKS} deep`, offset, name.length + 3);
      stack.push({ name, offset, outer: scope(), scope: scope(), hasElse: false });
    },
    enter(inner) {
      stack.at(-1)!.scope = inner;
    },
    otherwise(offset, chained) {
      const block = stack.at(-1);
      if (block === undefined || block.name in HOMES) throw new Unreadable('`{{else}}` stands outside of every block', offset, 6);
      if (block.hasElse) throw new Unreadable(`\`{{#${block.name}}}\` has an \`{{else}}\` already`, offset, 6);
      block.hasElse = !chained;
      block.scope = block.outer;
    },
    close(name, offset) {
      const index = stack.findLastIndex((block) => block.name === name);
      if (index === -1) throw new Unreadable(`\`{{/${name}}}\` closes no open block`, offset, name.length + 3);
      stack.splice(index).slice(1).forEach(unclosed);
    },
    finish: () => stack.forEach(unclosed),
  };
}

/** Reads `#name expression as |item|`, the cursor at `#`. Throws Unreadable. */
export function readOpen(cursor: Cursor, tag: number, blocks: Blocks): Pick<Open, 'kind' | 'block' | 'expr' | 'params' | 'includeZero'> {
  cursor.at += 1;
  const block = readBlockName(cursor, tag, blocks);
  blocks.open(block, tag);
  if (block === 'macro' || block === 'test') {
    if (blocks.nested() || blocks.defines !== block)
      throw new Unreadable(
        `a ${block} cannot be defined here`,
        tag,
        block.length + 3,
        `define it in a file of \`${HOMES[block]}\`, outside of every block`,
      );
    return { kind: 'open', block, expr: readMacroHead(cursor), params: [] };
  }
  return { kind: 'open', block, ...readCondition(cursor, block, blocks) };
}

/** Reads what follows `else`: nothing, or a block that is chained. Throws Unreadable. */
export function readElse(cursor: Cursor, tag: number, blocks: Blocks): Pick<Else, 'kind' | 'chain'> {
  skipBlanks(cursor);
  const chained = !/~?\}\}/y.test(cursor.text.slice(cursor.at, cursor.at + 3));
  blocks.otherwise(tag, chained);
  if (!chained) return { kind: 'else' };
  cursor.scope = blocks.scope();
  const block = readBlockName(cursor, tag, blocks);
  return { kind: 'else', chain: { block, ...readCondition(cursor, block, blocks) } };
}

/** Reads `/name`, the cursor at `/`. Throws Unreadable. */
export function readClose(cursor: Cursor, tag: number, blocks: Blocks): Pick<Close, 'kind' | 'block'> {
  cursor.at += 1;
  skipBlanks(cursor);
  const name = acceptName(cursor);
  if (name === undefined) throw unexpected(cursor, 'the name of a block');
  blocks.close(name, tag);
  return { kind: 'close', block: name as Block };
}

function readBlockName(cursor: Cursor, tag: number, blocks: Blocks): Block {
  skipBlanks(cursor);
  const start = cursor.at;
  const name = acceptName(cursor);
  if (name === undefined) throw unexpected(cursor, 'the name of a block');
  const block = [...BLOCKS, 'macro' as const, 'test' as const].find((each) => each === name);
  if (block !== undefined) return block;
  // it is opened all the same, so that its end is not reported as well
  if (cursor.text[start - 1] === '#') blocks.open(name, tag);
  const hint = name === 'for' ? 'write `{{#each list as |item|}} … {{/each}}`' : nearest(name, BLOCKS);
  throw new Unreadable(
    `no block is called \`${name}\``,
    start,
    name.length,
    hint ?? 'blocks are `if`, `unless`, `each` and `with`; a macro is called by `{{ name() }}`',
  );
}

function readCondition(cursor: Cursor, block: Block, blocks: Blocks): Pick<Open, 'expr' | 'params' | 'includeZero'> {
  const makesContext = block === 'each' || block === 'with';
  const outer = blocks.scope();
  const inner = { depth: outer.depth + 1, params: outer.params, inEach: outer.inEach || block === 'each' };
  // entered before its head is read, so that a fault in the head does not make faults of what stands inside
  if (makesContext) blocks.enter(inner);
  const expr = readExpr(cursor);
  const named = noArguments();
  if (!makesContext && startsNamed(cursor)) {
    const start = cursor.at;
    readNamedArgument(cursor, named);
    if (named['includeZero'] === undefined)
      throw new Unreadable(`\`${block}\` has no such argument`, start, cursor.at - start, 'it has `includeZero=true`');
  }
  const params = makesContext ? readParams(cursor) : [];
  skipBlanks(cursor);
  if (!/^~?\}\}/.test(cursor.text.slice(cursor.at, cursor.at + 3)) && cursor.at < cursor.end) throw tooMuch(cursor, block, expr);
  if (params.length > 0) blocks.enter({ ...inner, params: [...inner.params, ...params] });
  return { expr, params, ...(named['includeZero'] && { includeZero: named['includeZero'] }) };
}

/** The error for what stands behind the one argument of a block. */
function tooMuch(cursor: Cursor, block: Block, expr: Expr): Unreadable {
  const fault = unexpected(cursor, '`}}`');
  const word = expr.kind === 'path' ? operatorHint(expr.text) : undefined;
  return new Unreadable(
    fault.problem,
    fault.offset,
    fault.length,
    word ?? fault.hint ?? `\`${block}\` takes one value; a call is written \`name(a, b)\` or \`(name a b)\``,
  );
}

/** `as |item index|` */
function readParams(cursor: Cursor): readonly string[] {
  skipBlanks(cursor);
  if (!/^as\s+\|/.test(cursor.text.slice(cursor.at, cursor.at + 40))) return [];
  cursor.at = cursor.text.indexOf('|', cursor.at) + 1;
  const params: string[] = [];
  while (!accept(cursor, '|')) {
    const start = cursor.at;
    const name = acceptName(cursor);
    if (name === undefined) throw unexpected(cursor, 'a name or `|`');
    if (wordValue(name) !== undefined || ['this', 'as', 'else', 'undefined', ...BLOCKS].includes(name))
      throw new Unreadable(`\`${name}\` cannot be a name`, start, name.length);
    if (params.length === 2) throw new Unreadable('a block gives at most two names', start, name.length, 'the item, and its index or key');
    params.push(name);
  }
  return params;
}
