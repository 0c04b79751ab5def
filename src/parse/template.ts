import { diagnose, type Diagnostic, failure, type Location, type Report } from '../core/diagnostic';
import { type Call, type Expr, type Path, walk } from './calls';
import { locatorOf } from './callsCursor';
import { readParts } from './templateScan';

/** A template as it was read: plain data, nothing of it has run. Offsets are in characters of `text`, from 0. */
export interface Template {
  readonly file: string;
  /** The whole text of the file (or of the part of a file that `origin` places), of which the template may be a part. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly parts: readonly Part[];
  /** No block and no white-space control: rendering is joining the parts. */
  readonly straight: boolean;
  /** Every call at any depth: arguments of calls, conditions, both arms of every `if`, the inside of every `each`. */
  readonly calls: readonly Call[];
  /** Every path at any depth. One of a single name may also mean a helper that is called without arguments. */
  readonly paths: readonly Path[];
  /** False when errors were reported: such a template cannot be rendered. */
  readonly valid: boolean;
}

export type Part = Text | Comment | Output | Open | Else | Close;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What lies between two tags. */
export interface Text extends Span {
  readonly kind: 'text';
  /** Without the backslash that escapes `{{`. */
  readonly value: string;
  /** Where in `value` its first character stands that is no white space, -1 when there is none. */
  readonly solid: number;
  /** It begins with an escaped `\{{`. */
  readonly escaped: boolean;
}

/** `~` inside the left and the right braces: take away the white space on that side. */
interface Tag extends Span {
  readonly trimLeft: boolean;
  readonly trimRight: boolean;
}

export interface Comment extends Tag {
  readonly kind: 'comment';
}

/** `{{ expression }}` */
export interface Output extends Tag {
  readonly kind: 'output';
  readonly expr: Expr;
}

/** What files of definitions define. */
export type Definition = 'macro' | 'test';

export type Block = 'if' | 'unless' | 'each' | 'with' | Definition;

/** `{{#if expression}}`, `{{#each expression as |item index|}}`, `{{#macro name(…)}}`. */
export interface Open extends Tag {
  readonly kind: 'open';
  readonly block: Block;
  readonly expr: Expr;
  readonly params: readonly string[];
  readonly includeZero?: Expr;
}

/** `{{else}}`, or `{{else if expression}}` (any block may be chained). */
export interface Else extends Tag {
  readonly kind: 'else';
  readonly chain?: Pick<Open, 'block' | 'expr' | 'params' | 'includeZero'>;
}

export interface Close extends Tag {
  readonly kind: 'close';
  readonly block: Block;
}

export interface TemplateSource {
  readonly file: string;
  readonly text: string;
  /** Where in `text` the template begins (behind front matter) and ends; default: all of it. */
  readonly start?: number;
  readonly end?: number;
  /** The place of the first character of `text` in its file, when `text` is a part of it (a value in a YAML file). */
  readonly origin?: Location;
}

/**
 * Reads a template; nothing of it runs. Everything that is wrong with its syntax is reported (`template.syntax`), several
 * problems at once where they are independent. The expressions are etlx's own, the blocks and the white space are Handlebars'.
 */
export function parseTemplate(source: TemplateSource, report: Report): Template {
  // a syntax tree handed over in place of text has been a way into Handlebars' code generator
  if (typeof source.text !== 'string') throw failure('internal', { problem: `the template \`${source.file}\` is no text` });
  const { file, text, start = 0, end = text.length, origin } = source;
  let valid = true;
  const parts = readParts({ text, start, end, locate: locatorOf(file, text, origin) }, (diagnostic) => {
    valid = false;
    report(diagnostic);
  });
  return templateOf({ file, text, start, end, parts, valid }, report);
}

/** The template of parts that are read already; reports the paths that mean nothing where they stand. */
export function templateOf(read: Pick<Template, 'file' | 'text' | 'start' | 'end' | 'parts' | 'valid'>, report: Report): Template {
  const calls: Call[] = [];
  const paths: Path[] = [];
  let { valid } = read;
  const visit = (each: Call | Path): void => {
    if (each.kind === 'call') {
      calls.push(each);
      return;
    }
    paths.push(each);
    const diagnostic = misplaced(each);
    if (diagnostic === undefined) return;
    valid = false;
    report(diagnostic);
  };
  let straight = true;
  for (const part of read.parts) {
    if (part.kind === 'text') continue;
    if (part.trimLeft || part.trimRight || (part.kind !== 'output' && part.kind !== 'comment')) straight = false;
    const head = part.kind === 'else' ? part.chain : part.kind === 'output' || part.kind === 'open' ? part : undefined;
    if (head === undefined) continue;
    walk(head.expr, visit);
    if ('includeZero' in head && head.includeZero !== undefined) walk(head.includeZero, visit);
  }
  const { file, text, start, end, parts } = read;
  return { file, text, start, end, parts, straight, calls, paths, valid };
}

/** What is wrong with a path that starts from a context which no block has made. */
function misplaced({ head, text, scope, at }: Path): Diagnostic | undefined {
  if (head === undefined || head === '@root') return undefined;
  if (head === 'this') {
    if (scope.depth > 0) return undefined;
    return diagnose('template.syntax', { problem: `\`${text}\` has a meaning only inside \`{{#each}}\` and \`{{#with}}\`` }, at);
  }
  if (head.startsWith('@') && !scope.inEach)
    return diagnose('template.syntax', { problem: `\`${text}\` has a meaning only inside \`{{#each}}\`` }, at);
  const ups = head.split('..').length - 1;
  if (!head.startsWith('@') && ups > scope.depth)
    return diagnose('template.syntax', { problem: `\`${text}\` leads out of the template` }, at);
  return undefined;
}
