import { diagnose, EtlxError, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { literalOf, type Call } from '../parse/calls';
import type { Template } from '../parse/template';
import { valueOf } from './renderExpr';
import type { Scope } from './renderScope';

export interface ConfigCall {
  readonly values: Readonly<Record<string, TemplateValue>>;
  readonly at: Location;
}

/** What each `{{ config(…) }}` of a template says. Its arguments may look up variables, the environment and the target; nothing else is run. */
export function configCallsOf(template: Template, scope: Scope, report: Report): readonly ConfigCall[] {
  return template.calls.filter(({ name }) => name === 'config').map((call) => ({ values: argumentsOf(call, scope, report), at: call.at }));
}

function argumentsOf({ args, named, at }: Call, scope: Scope, report: Report): ConfigCall['values'] {
  if (args.length > 0) report(diagnose('template.arguments', { name: 'config', problem: "it takes named arguments: `config(materialized='view')`" }, at));
  const values: Record<string, TemplateValue> = {};
  for (const [key, expr] of Object.entries(named)) {
    const known = literalOf(expr);
    if (known !== undefined) {
      values[key] = known;
      continue;
    }
    try {
      values[key] = valueOf(expr, scope);
    } catch (error) {
      if (!(error instanceof EtlxError)) throw error;
      error.diagnostics.forEach(report);
    }
  }
  return values;
}
