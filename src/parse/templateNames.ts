import { closest } from '../core/closest';
import { diagnose, type Report } from '../core/diagnostic';
import { isFree } from './calls';
import type { Template } from './template';

/** What a template may use. Sets are used as they are, so give sets where many templates are checked against the same names. */
export interface KnownNames {
  readonly helpers: Iterable<string>;
  readonly variables: Iterable<string>;
}

/**
 * Reports every call of a helper that does not exist (`template.unknown-helper`) and every name that is neither a variable nor a helper
 * (`template.unknown-variable`), each with the nearest name. Inside `each` and `with` a name can be a field of the item: such names are
 * left to rendering.
 */
export function checkNames(template: Template, known: KnownNames, report: Report): void {
  const helpers = setOf(known.helpers);
  const variables = setOf(known.variables);
  for (const { name, at } of template.calls) {
    if (!helpers.has(name)) report(diagnose('template.unknown-helper', { name, closest: closest(name, helpers) }, at));
  }
  for (const path of template.paths) {
    const name = path.parts[0];
    if (name === undefined || !isFree(path) || variables.has(name) || (path.parts.length === 1 && helpers.has(name))) continue;
    report(diagnose('template.unknown-variable', { name: path.text, closest: closest(name, [...variables, ...helpers]) }, path.at));
  }
}

function setOf(names: Iterable<string>): ReadonlySet<string> {
  return names instanceof Set ? (names as ReadonlySet<string>) : new Set(names);
}
