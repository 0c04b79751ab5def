import { diagnose, type Report } from '../core/diagnostic';
import type { Call } from './calls';
import type { Macro } from './macro';
import type { Template } from './template';

/**
 * A function that gives every call which a template reaches: its own, and those in the bodies of the macros it calls, and so on.
 * What a macro reaches is found once, however many templates call it. A macro that calls itself adds nothing twice.
 */
export function callsThrough(macros: ReadonlyMap<string, Macro>): (template: Template) => readonly Call[] {
  const known = new Map<Macro, ReadonlySet<Macro>>();
  return (template) => {
    const called = callsOfMacros(template, macros).map(({ name }) => macros.get(name)!);
    if (called.length === 0) return template.calls;
    const reached = new Set<Macro>();
    for (const macro of called) for (const each of reachedFrom(macro, macros, known)) reached.add(each);
    return [...template.calls, ...[...reached].flatMap((macro) => macro.body.calls)];
  };
}

/** `macro` and every macro that it reaches. */
function reachedFrom(macro: Macro, macros: ReadonlyMap<string, Macro>, known: Map<Macro, ReadonlySet<Macro>>): ReadonlySet<Macro> {
  const before = known.get(macro);
  if (before !== undefined) return before;
  const reached = new Set([macro]);
  // a set grows while it is walked, and the walk covers what is added
  for (const each of reached) for (const { name } of callsInside(each, macros)) reached.add(macros.get(name)!);
  known.set(macro, reached);
  return reached;
}

/** Reports every circle of macros that call each other (`template.recursion`), each once, at the call that closes it. */
export function checkRecursion(macros: ReadonlyMap<string, Macro>, report: Report): void {
  const done = new Set<Macro>();
  const path: Macro[] = [];
  const visit = (macro: Macro): void => {
    path.push(macro);
    for (const { name, at } of callsInside(macro, macros)) {
      const called = macros.get(name)!;
      const from = path.indexOf(called);
      if (from !== -1) report(diagnose('template.recursion', { path: [...path.slice(from), called].map((each) => each.name) }, at));
      else if (!done.has(called)) visit(called);
    }
    path.pop();
    done.add(macro);
  };
  for (const macro of macros.values()) if (!done.has(macro)) visit(macro);
}

/** The places where the body of `macro` calls macros; the name of a parameter means the parameter. */
function callsInside(macro: Macro, macros: ReadonlyMap<string, Macro>): readonly Pick<Call, 'name' | 'at'>[] {
  return callsOfMacros(macro.body, macros, new Set(macro.params.map(({ name }) => name)));
}

/** The places where `template` calls a macro, also by its name alone (`{{ today }}`); names that are `bound` call nothing. */
function callsOfMacros(
  template: Template,
  macros: ReadonlyMap<string, Macro>,
  bound?: ReadonlySet<string>,
): readonly Pick<Call, 'name' | 'at'>[] {
  const found: Pick<Call, 'name' | 'at'>[] = template.calls.filter(({ name }) => macros.has(name));
  for (const { head, parts, scope, at } of template.paths) {
    const name = parts[0];
    if (name === undefined || head !== undefined || parts.length > 1 || !macros.has(name)) continue;
    if (!scope.params.includes(name) && !bound?.has(name)) found.push({ name, at });
  }
  return found;
}
