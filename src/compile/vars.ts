import { closest } from '../core/closest';
import { diagnose, type Report } from '../core/diagnostic';
import type { Settings, TargetSettings } from '../parse/settings';
import { fitsVar, valueInWords, VAR_TYPES } from '../parse/vars';

type Values = Readonly<Record<string, unknown>>;

/**
 * The variables of a call: `given` with it, over the target's, over the project's. Of a project that declares any, every name that is given has to
 * be one of it; values of a wrong type, and required variables without one, are reported.
 */
export function variablesOf(settings: Settings, target: TargetSettings, given: Values, report: Report): Values {
  const { vars, declaredVars } = settings;
  const all = { ...vars, ...target.vars, ...given };
  if (declaredVars.size === 0) return all;
  const known = new Set([...declaredVars.keys(), ...Object.keys(vars), ...Object.keys(target.vars)]);
  for (const name of Object.keys(given)) {
    if (!known.has(name)) report(diagnose('var.unknown', { name, known: [...known], closest: closest(name, known) }));
  }
  for (const [name, { type, required, at }] of declaredVars) {
    if (!Object.hasOwn(all, name)) {
      if (required) report(diagnose('var.required', { name }, at));
    } else if (!fitsVar(type, all[name])) {
      const isOfTarget = !Object.hasOwn(given, name);
      const facts = { name, expected: VAR_TYPES[type], found: valueInWords(all[name], at) };
      report(diagnose('var.type', facts, isOfTarget ? target.at : undefined));
    }
  }
  return all;
}
