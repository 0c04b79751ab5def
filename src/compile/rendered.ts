import { EtlxError, type Report } from '../core/diagnostic';
import type { Template } from '../parse/template';
import { render, type Rendered } from './render';
import type { Scope } from './renderScope';

/** What a template gives; what goes wrong is reported, so that the other templates of the project still get their turn. */
export function rendered(template: Template, scope: Scope, report: Report): Rendered {
  const nothing: Rendered = { sql: '', lines: { file: template.file, marks: [] } };
  if (!template.valid) return nothing;
  try {
    return render(template, { helper: (name) => scope.helper(name), variables: scope.variables, report });
  } catch (error) {
    if (!(error instanceof EtlxError)) throw error;
    error.diagnostics.forEach(report);
    return nothing;
  }
}
