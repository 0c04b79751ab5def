import { diagnose, type Diagnostic, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { TextFile } from '../core/project';
import { type Call, type Expr, literalOf } from './calls';
import { isBlank } from './blank';
import { locatorOf } from './callsCursor';
import { type Close, type Definition, type Open, type Part, type Template, templateOf, type Text } from './template';
import { readParts } from './templateScan';

/** A macro that a file of `macros/` defines, or a generic test of `tests/generic/`: a template with parameters. */
export interface Macro {
  readonly name: string;
  readonly params: readonly Parameter[];
  /** Without the line breaks behind the opening and before the closing tag. */
  readonly body: Template;
  /** The place of its name. */
  readonly at: Location;
}

export interface Parameter {
  readonly name: string;
  /** Absent when a call has to give it. */
  readonly default?: TemplateValue;
}

/**
 * Reads the macros of one file, or its generic tests, which are written alike. Reports `template.syntax`: what stands between macros and is no comment, parameters that are
 * no names or stand twice, one without a default behind one with a default. Macros with errors are left out.
 */
export function parseMacros(file: TextFile, report: Report, word: Definition = 'macro'): readonly Macro[] {
  const { path, text } = file;
  const locate = locatorOf(path, text);
  let faults = 0;
  const note = (diagnostic: Diagnostic): void => {
    faults += 1;
    report(diagnostic);
  };
  const parts = readParts({ text, start: 0, end: text.length, locate, defines: word }, note);
  // a tag that could not be read leaves no part, so what stands outside of macros is not certain any more
  const complete = faults === 0;
  const macros: Macro[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index]!;
    if (part.kind === 'open' && part.block === word) {
      let close = index + 1;
      while (close < parts.length && !isEnd(parts[close]!, word)) close += 1;
      if (close === parts.length) break;
      const before = faults;
      const macro = macroOf(file, part, parts.slice(index + 1, close), parts[close] as Close, complete, note);
      if (macro !== undefined && faults === before) macros.push(macro);
      index = close;
    } else if (complete && part.kind !== 'comment' && !(part.kind === 'text' && isBlank(part.value))) {
      const start = part.kind === 'text' ? part.start + part.solid : part.start;
      note(
        diagnose(
          'template.syntax',
          {
            problem: `this stands outside of every ${word}`,
            hint: `put it between \`{{#${word} name(…)}}\` and \`{{/${word}}}\`, or into a comment`,
          },
          locate(start, Math.min(part.end - start, 20)),
        ),
      );
    }
  }
  return macros;
}

function isEnd(part: Part, word: Definition): boolean {
  return part.kind === 'close' && part.block === word;
}

function macroOf(file: TextFile, open: Open, inside: readonly Part[], close: Close, valid: boolean, report: Report): Macro | undefined {
  const head = headOf(open.expr);
  if (head === undefined) {
    report(
      diagnose(
        'template.syntax',
        { problem: `a ${open.block} needs a name`, hint: `write \`{{#${open.block} name(column, scale=2)}}\`` },
        open.expr.at,
      ),
    );
    return undefined;
  }
  const params = parametersOf(head, report);
  const parts = trimmed(inside);
  const body = templateOf(
    { file: file.path, text: file.text, start: parts[0]?.start ?? open.end, end: parts.at(-1)?.end ?? close.start, parts, valid },
    report,
  );
  return { name: head.name, params, body, at: head.at };
}

/** The head as a call, also when it is a name alone. */
function headOf(expr: Expr): Pick<Call, 'name' | 'args' | 'named' | 'at'> | undefined {
  if (expr.kind === 'call') return expr;
  if (expr.kind === 'path' && expr.parts.length === 1 && expr.head === undefined)
    return { name: expr.parts[0]!, args: [], named: {}, at: expr.at };
  return undefined;
}

function parametersOf(head: Pick<Call, 'name' | 'args' | 'named'>, report: Report): readonly Parameter[] {
  const params: Parameter[] = [];
  const add = (param: Parameter, at: Location): void => {
    if (params.some((each) => each.name === param.name)) {
      report(diagnose('template.syntax', { problem: `\`${head.name}\` has two parameters \`${param.name}\`` }, at));
    }
    params.push(param);
  };
  for (const arg of head.args) {
    if (arg.kind === 'path' && arg.parts.length === 1 && arg.head === undefined) add({ name: arg.parts[0]! }, arg.at);
    else
      report(
        diagnose(
          'template.syntax',
          { problem: `a parameter of \`${head.name}\` is no name`, hint: 'write `column`, or with a default `scale=2`' },
          arg.at,
        ),
      );
  }
  for (const [name, expr] of Object.entries(head.named)) {
    const value = literalOf(expr);
    if (value === undefined)
      report(
        diagnose(
          'template.syntax',
          { problem: `the default of \`${name}\` is not written out`, hint: 'a default is a text, a number, a list or a mapping of such' },
          expr.at,
        ),
      );
    else add({ name, default: value }, expr.at);
  }
  return params;
}

/** The parts without the line break (and the blanks on its line) behind the opening tag and before the closing one. */
function trimmed(parts: readonly Part[]): readonly Part[] {
  const first = parts[0];
  const rest =
    first?.kind === 'text' && !first.escaped
      ? [withoutStart(first, /^[ \t]*\r?\n/.exec(first.value)?.[0].length ?? 0), ...parts.slice(1)]
      : parts;
  const last = rest.at(-1);
  const all = last?.kind === 'text' ? [...rest.slice(0, -1), withoutEnd(last, lineBreakAtEnd(last.value))] : rest;
  return all.filter((part) => part.kind !== 'text' || part.value !== '');
}

/** How many characters the last line break of `text` takes, with the blanks behind it; 0 when something else stands behind it. */
function lineBreakAtEnd(text: string): number {
  let at = text.length;
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at -= 1;
  if (text[at - 1] !== '\n') return 0;
  return text.length - (text[at - 2] === '\r' ? at - 2 : at - 1);
}

function withoutStart(part: Text, length: number): Text {
  return { ...part, start: part.start + length, value: part.value.slice(length), solid: part.solid === -1 ? -1 : part.solid - length };
}

function withoutEnd(part: Text, length: number): Text {
  return length === 0 ? part : { ...part, end: part.end - length, value: part.value.slice(0, -length) };
}
