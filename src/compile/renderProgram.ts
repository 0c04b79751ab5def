import { type Expr, walk } from '../parse/calls';
import type { Else, Open, Part, Template, Text } from '../parse/template';
import { contextsOf } from './renderExpr';
import { solidSource } from './renderMarks';

/** Stands on both sides of the source offset that is a mark in a rendered text: a noncharacter, kept by Unicode for the inside of programs. */
export const MARK = '\ufdd0';

/** A template in Handlebars' words. */
export interface Program {
  readonly source: string;
  /** The expressions, by the number that the source has in their place. */
  readonly sites: readonly Site[];
}

export interface Site {
  readonly expr: Expr;
  /** Where in the template's text its tag begins. */
  readonly offset: number;
  /** What has to be handed over from Handlebars' side, in the order of the arguments: `this`, `..`, `@index`, block parameters. */
  readonly heads: readonly string[];
}

/** The helpers that evaluate an expression by its number; no name that a template can write has a colon. */
export const OUT = ':out';
export const VALUE = ':value';
export const ITEMS = ':items';

/**
 * Writes a template as Handlebars source: text stays as it is, `{{ f(a) }}` becomes `{{:out 0}}` and `{{#if f(a)}}` becomes `{{#if (:value 0)}}`.
 * Each text gets a mark behind its leading white space, where it changes nothing for the white-space rules of Handlebars.
 */
export function programOf(template: Template): Program {
  const sites: Site[] = [];
  const site = (expr: Expr, offset: number): string => {
    const heads = headsOf(expr);
    sites.push({ expr, offset, heads });
    return [sites.length - 1, ...heads].join(' ');
  };
  const condition = (
    { block, expr, params, includeZero }: Pick<Open, 'block' | 'expr' | 'params' | 'includeZero'>,
    offset: number,
  ): string =>
    [
      ` (${block === 'each' ? ITEMS : VALUE} ${site(expr, offset)})`,
      includeZero === undefined ? '' : ` includeZero=(${VALUE} ${site(includeZero, offset)})`,
      params.length === 0 ? '' : ` as |${params.join(' ')}|`,
    ].join('');
  const otherwise = ({ chain, start }: Else): string => (chain === undefined ? 'else' : `else ${chain.block}${condition(chain, start)}`);

  const inside = (part: Exclude<Part, Text>): string => {
    if (part.kind === 'comment') return '!';
    if (part.kind === 'output') return `${OUT} ${site(part.expr, part.start)}`;
    if (part.kind === 'open') return `#${part.block}${condition(part, part.start)}`;
    return part.kind === 'else' ? otherwise(part) : `/${part.block}`;
  };
  const pieces = template.parts.map((part, index) =>
    part.kind === 'text'
      ? textWithMark(template.text, part, template.parts[index + 1]?.kind === 'comment')
      : `{{${part.trimLeft ? '~' : ''}${inside(part)}${part.trimRight ? '~' : ''}}}`,
  );
  return { source: pieces.join(''), sites };
}

function textWithMark(text: string, part: Text, beforeComment: boolean): string {
  const raw = text.slice(part.start, part.end);
  // `\` in front of `{#` is text, in front of the `{{` that stands in its place it would be an escape
  const guarded = beforeComment && raw.endsWith('\\') && text[part.end + 1] === '#' ? `${raw}\\` : raw;
  if (part.solid === -1) return guarded;
  const at = part.escaped ? part.solid + 1 : part.solid;
  return `${guarded.slice(0, at)}${MARK}${solidSource(part)}${MARK}${guarded.slice(at)}`;
}

/** Every Handlebars expression that a path in `expr` can start from, each once. */
function headsOf(expr: Expr): readonly string[] {
  const heads = new Set<string>();
  walk(expr, (each) => {
    if (each.kind !== 'path') return;
    if (each.head !== undefined) {
      if (each.head !== '@root') heads.add(each.head);
    } else if (each.scope.params.includes(each.parts[0]!)) heads.add(each.parts[0]!);
    else contextsOf(each).forEach((context) => heads.add(context));
  });
  return [...heads];
}
