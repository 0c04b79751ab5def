import { closest } from '../core/closest';
import { failure, type Location } from '../core/diagnostic';
import type { MacroFunction, TemplateValue } from '../core/macro';
import type { Macro } from '../parse/macro';
import { render } from './render';
import { type Helper, plainValue, type Scope } from './renderScope';

/**
 * The helper that renders `macro`. Arguments without a name fill the parameters in order, named ones by name; the body sees the parameters
 * over the variables of `scope`. Throws `template.arguments` for arguments that do not fit.
 */
export function macroHelper(macro: Macro, scope: Scope): Helper {
  return (args, named, at) => {
    const variables: Record<string, TemplateValue> = Object.assign(
      Object.create(null),
      scope.variables,
      boundArguments(macro, args, named, at),
    );
    return render(macro.body, { helper: (name) => scope.helper(name), variables }).sql;
  };
}

/** The value of each parameter in a call. Throws `template.arguments` for arguments that do not fit. */
export function boundArguments(
  { name, params }: Pick<Macro, 'name' | 'params'>,
  args: readonly TemplateValue[],
  named: Readonly<Record<string, TemplateValue>>,
  at: Location,
): Readonly<Record<string, TemplateValue>> {
  const bound: Record<string, TemplateValue> = Object.create(null);
  const wrong = (problem: string): Error => failure('template.arguments', { name, problem }, at);
  if (args.length > params.length) throw wrong(`it takes ${count(params.length)}, ${args.length} were given`);
  const known = params.map((param) => param.name);
  for (const given of Object.keys(named)) {
    const index = known.indexOf(given);
    const [near] = closest(given, known);
    if (index === -1) throw wrong(`it has no parameter \`${given}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
    if (index < args.length) throw wrong(`\`${given}\` is given twice, by place and by name`);
  }
  params.forEach((param, index) => {
    const value = index < args.length ? args[index] : Object.hasOwn(named, param.name) ? named[param.name] : param.default;
    if (value === undefined) throw wrong(`\`${param.name}\` is missing`);
    bound[param.name] = value;
  });
  return bound;
}

function count(number: number): string {
  return number === 0 ? 'no arguments' : number === 1 ? '1 argument' : `${number} arguments`;
}

/**
 * The helper that calls a macro in TypeScript: its arguments in order, then one mapping of the named ones when there are any. Throws
 * `template.render` when the function gives something that is not plain data.
 */
export function functionHelper(call: MacroFunction, name = call.name): Helper {
  return (args, named, at) => {
    const given: unknown = Object.keys(named).length > 0 ? call(...args, named) : call(...args);
    const value = plainValue(given);
    if (value === undefined)
      throw failure(
        'template.render',
        {
          problem: `\`${name}\` returned ${kindOf(given)}; a macro returns plain data: a text, a number, true or false, a list or a mapping`,
        },
        at,
      );
    return value;
  };
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'object') return 'an object that is not plain data';
  return typeof value === 'number' ? String(value) : `a ${typeof value}`;
}
