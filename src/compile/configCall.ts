import { diagnose, EtlxError, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { literalOf, type Call, type Expr } from '../parse/calls';
import type { Template } from '../parse/template';
import { nodeOf, type YamlMap } from '../parse/yamlNode';
import { valueOf } from './renderExpr';
import type { Scope } from './renderScope';

/**
 * What each `{{ config(…) }}` of a template says, as the mapping that YAML would give, every value at its place. The arguments may look up
 * variables, the environment and the target; nothing else is run.
 */
export function configCallsOf(template: Template, scope: Scope, report: Report): readonly YamlMap[] {
  return template.calls.filter(({ name }) => name === 'config').map((call) => argumentsOf(call, scope, report));
}

function argumentsOf({ args, named, at }: Call, scope: Scope, report: Report): YamlMap {
  if (args.length > 0)
    report(diagnose('template.arguments', { name: 'config', problem: "it takes named arguments: `config(materialized='view')`" }, at));
  const entries = Object.entries(named).flatMap(([key, expr]) => {
    const value = known(expr, scope, report);
    return value === undefined ? [] : [{ key, keyAt: expr.at, value: nodeOf(value, expr.at) }];
  });
  return { kind: 'map', entries, at };
}

function known(expr: Expr, scope: Scope, report: Report): TemplateValue | undefined {
  const literal = literalOf(expr);
  if (literal !== undefined) return literal;
  try {
    return valueOf(expr, scope);
  } catch (error) {
    if (!(error instanceof EtlxError)) throw error;
    error.diagnostics.forEach(report);
    return undefined;
  }
}
