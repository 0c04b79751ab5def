import type { Location } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';

/** What stands between `{{` and `}}`, and every argument of a call: one syntax tree for the call form and for Handlebars' own form. */
export type Expr = Literal | List | Mapping | Call | Path;

export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
  readonly at: Location;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Expr[];
  readonly at: Location;
}

export interface Mapping {
  readonly kind: 'map';
  readonly entries: readonly (readonly [key: string, value: Expr])[];
  readonly at: Location;
}

/** `ref('a')`, `f(ref('a'), scale=2)`, `f (ref "a") scale=2`. `at` is the place of the name. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  /** Without a prototype, in the order in which they are written. */
  readonly named: Readonly<Record<string, Expr>>;
  readonly at: Location;
}

/** `target.name`, `column`, `this.name`, `../name`, `@index`. A name alone is a variable, or else a helper called without arguments. */
export interface Path {
  readonly kind: 'path';
  /** As written. */
  readonly text: string;
  /** Names after the head: `['target', 'name']`, for `this.name` `['name']`, for `@index` `[]`. */
  readonly parts: readonly string[];
  /** The Handlebars expression that the path starts from (`this`, `../..`, `@index`); absent when it starts from a name. */
  readonly head?: string;
  readonly scope: Scope;
  readonly at: Location;
}

/** What Handlebars' blocks have changed at some place of a template. */
export interface Scope {
  /** How many `each` and `with` are open: each makes its item the context. */
  readonly depth: number;
  /** The names of the block parameters (`as |item index|`) in force. */
  readonly params: readonly string[];
  readonly inEach: boolean;
}

export const ROOT: Scope = { depth: 0, params: [], inEach: false };

/** Whether `path` can only mean a project-wide variable or a helper: not a block parameter, and not a field of some block's context. */
export function isFree(path: Path): boolean {
  return path.head === undefined && path.scope.depth === 0 && !path.scope.params.includes(path.parts[0]!);
}

/** The value of an expression that is written out in full (lists and mappings of such too), or undefined when it has to be computed. */
export function literalOf(expr: Expr): TemplateValue | undefined {
  if (expr.kind === 'literal') return expr.value;
  if (expr.kind === 'list') {
    const items = expr.items.map(literalOf);
    return items.every((each) => each !== undefined) ? items : undefined;
  }
  if (expr.kind !== 'map') return undefined;
  const map: Record<string, TemplateValue> = Object.create(null);
  for (const [key, value] of expr.entries) {
    const known = literalOf(value);
    if (known === undefined) return undefined;
    map[key] = known;
  }
  return map;
}

/** The text of a quoted argument, or undefined for anything else. */
export function textOf(expr: Expr | undefined): string | undefined {
  return expr?.kind === 'literal' && typeof expr.value === 'string' ? expr.value : undefined;
}

/** Every call and every path in `expr`, itself included, outermost first. */
export function walk(expr: Expr, visit: (each: Call | Path) => void): void {
  if (expr.kind === 'call') {
    visit(expr);
    for (const each of expr.args) walk(each, visit);
    for (const name in expr.named) walk(expr.named[name]!, visit);
  } else if (expr.kind === 'path') visit(expr);
  else if (expr.kind === 'list') for (const each of expr.items) walk(each, visit);
  else if (expr.kind === 'map') for (const [, value] of expr.entries) walk(value, visit);
}
