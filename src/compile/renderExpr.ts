import { closest } from '../core/closest';
import { failure } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Call, Expr, Path } from '../parse/calls';
import { guarded, type Scope } from './renderScope';

/**
 * The value of a Handlebars expression that a path can start from (`this`, `..`, `@index`, a block parameter), while a block is rendered;
 * undefined where Handlebars has none.
 */
export type Heads = (expression: string) => TemplateValue | undefined;

/** Shared by calls without named arguments. */
const NONE: Readonly<Record<string, TemplateValue>> = Object.freeze(Object.create(null) as Record<string, TemplateValue>);

/** The value of `expr`. Throws EtlxError: what a helper throws, `template.unknown-helper`, `template.unknown-variable`. */
export function valueOf(expr: Expr, scope: Scope, heads?: Heads): TemplateValue {
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'list':
      return expr.items.map((each) => valueOf(each, scope, heads));
    case 'map': {
      const map: Record<string, TemplateValue> = Object.create(null);
      for (const [key, value] of expr.entries) map[key] = valueOf(value, scope, heads);
      return map;
    }
    case 'call':
      return valueOfCall(expr, scope, heads);
    case 'path':
      return valueOfPath(expr, scope, heads);
  }
}

function valueOfCall({ name, args, named, at }: Call, scope: Scope, heads: Heads | undefined): TemplateValue {
  const helper = scope.helper(name);
  if (helper === undefined) throw failure('template.unknown-helper', { name }, at);
  const values = args.map((each) => valueOf(each, scope, heads));
  let namedValues: Record<string, TemplateValue> | undefined;
  for (const key in named) (namedValues ??= Object.create(null) as Record<string, TemplateValue>)[key] = valueOf(named[key]!, scope, heads);
  return guarded(name, at, () => helper(values, namedValues ?? NONE, at));
}

/**
 * A path from a head follows that; a name is a block parameter, a field of the innermost context that has it, a variable, or a helper without
 * arguments, in this order.
 */
function valueOfPath(path: Path, scope: Scope, heads: Heads | undefined): TemplateValue {
  const { parts, head, at } = path;
  if (head === '@root') return follow(scope.variables, path, 0);
  if (head !== undefined) return follow(heads?.(head), path, 0);
  const name = parts[0]!;
  if (path.scope.params.includes(name)) return follow(heads?.(name), path, 1);
  for (const context of contextsOf(path)) {
    const value = heads?.(context);
    if (isMap(value) && Object.hasOwn(value, name)) return follow(value, path, 0);
  }
  if (Object.hasOwn(scope.variables, name)) return follow(scope.variables, path, 0);
  const helper = scope.helper(name);
  if (helper !== undefined && parts.length === 1) return guarded(name, at, () => helper([], NONE, at));
  if (helper?.fields !== undefined) return follow(helper.fields, path, 1);
  throw failure('template.unknown-variable', { name: path.text, closest: closest(name, Object.keys(scope.variables)) }, at);
}

/** The contexts that the open blocks have made, innermost first, as Handlebars writes them: `this`, `..`, `../..`. */
export function contextsOf({ scope }: Path): readonly string[] {
  return Array.from({ length: scope.depth }, (_, up) => (up === 0 ? 'this' : Array<string>(up).fill('..').join('/')));
}

/** Goes from `start` along the names of `path` from the one at `index`; only own fields of plain data are ever reached. */
function follow(start: TemplateValue | undefined, path: Path, index: number): TemplateValue {
  let value = start;
  for (const part of path.parts.slice(index)) {
    const fields = value;
    if (fields === null || typeof fields !== 'object' || !Object.hasOwn(fields, part)) {
      const known = isMap(fields) ? Object.keys(fields) : [];
      throw failure(
        'template.unknown-variable',
        { name: path.text, closest: closest(part, known).map((name) => path.text.replace(/[^./]*$/, name)) },
        path.at,
      );
    }
    value = (fields as Readonly<Record<string, TemplateValue>>)[part]!;
  }
  if (value === undefined) throw failure('template.unknown-variable', { name: path.text }, path.at);
  return value;
}

function isMap(value: TemplateValue | undefined): value is { readonly [key: string]: TemplateValue } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
