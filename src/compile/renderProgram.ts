import { type Expr, walk } from '../parse/calls';
import type { Else, Open, Template, Text } from '../parse/template';
import { contextsOf } from './renderExpr';
import { solidSource } from './renderMarks';

/** Stands on both sides of a mark's number in a rendered text: a noncharacter, which Unicode keeps for the inside of programs. */
export const MARK = '\ufdd0';

/** A template in Handlebars' words. */
export interface Program {
  readonly source: string;
  /** The expressions, by the number that the source has in their place. */
  readonly sites: readonly Site[];
  /** Offsets in the template's text, by the number in a mark; the number of an output is that of its site. */
  readonly sources: readonly number[];
}

export interface Site {
  readonly expr: Expr;
  /** What has to be handed over from Handlebars' side, in the order of the arguments: `this`, `..`, `@index`, block parameters. */
  readonly heads: readonly string[];
}

/**
 * Writes a template as Handlebars source: text stays as it is, `{{ f(a) }}` becomes `{{out 0}}` and `{{#if f(a)}}` becomes `{{#if (value 0)}}`.
 * Each text gets a mark behind its leading white space, where it changes nothing for the white-space rules of Handlebars.
 */
export function programOf(template: Template): Program {
  const sites: Site[] = [];
  const sources: number[] = [];
  const pieces: string[] = [];
  const site = (expr: Expr, offset: number): string => {
    sources.push(offset);
    // expressions and texts share one numbering, so a text leaves a gap here
    sites[sources.length - 1] = { expr, heads: headsOf(expr) };
    return [sources.length - 1, ...sites[sources.length - 1]!.heads].join(' ');
  };
  const condition = ({ block, expr, params, includeZero }: Pick<Open, 'block' | 'expr' | 'params' | 'includeZero'>, offset: number): string =>
    [
      ` (${block === 'each' ? 'items' : 'value'} ${site(expr, offset)})`,
      includeZero === undefined ? '' : ` includeZero=(value ${site(includeZero, offset)})`,
      params.length === 0 ? '' : ` as |${params.join(' ')}|`,
    ].join('');
  const otherwise = ({ chain, start }: Else): string => (chain === undefined ? 'else' : `else ${chain.block}${condition(chain, start)}`);

  template.parts.forEach((part, index) => {
    if (part.kind === 'text') {
      if (part.solid !== -1) sources.push(solidSource(part));
      pieces.push(textWithMark(template.text, part, sources.length - 1, template.parts[index + 1]?.kind === 'comment'));
      return;
    }
    const inside =
      part.kind === 'comment' ? '!' : part.kind === 'output' ? `out ${site(part.expr, part.start)}` : part.kind === 'open' ? `#${part.block}${condition(part, part.start)}` : part.kind === 'else' ? otherwise(part) : `/${part.block}`;
    pieces.push(`{{${part.trimLeft ? '~' : ''}${inside}${part.trimRight ? '~' : ''}}}`);
  });
  return { source: pieces.join(''), sites, sources };
}

function textWithMark(text: string, part: Text, number: number, beforeComment: boolean): string {
  const raw = text.slice(part.start, part.end);
  // `\` in front of `{#` is text, in front of the `{{` that stands in its place it would be an escape
  const guarded = beforeComment && raw.endsWith('\\') && text[part.end + 1] === '#' ? `${raw}\\` : raw;
  if (part.solid === -1) return guarded;
  const at = part.escaped ? part.solid + 1 : part.solid;
  return `${guarded.slice(0, at)}${MARK}${number}${MARK}${guarded.slice(at)}`;
}

/** Every Handlebars expression that a path in `expr` can start from, each once. */
function headsOf(expr: Expr): readonly string[] {
  const heads = new Set<string>();
  walk(expr, (each) => {
    if (each.kind !== 'path') return;
    if (each.head !== undefined) heads.add(each.head);
    else if (each.scope.params.includes(each.parts[0]!)) heads.add(each.parts[0]!);
    else contextsOf(each).forEach((context) => heads.add(context));
  });
  return [...heads];
}
