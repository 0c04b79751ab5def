import { diagnose, type Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import { compileExpression } from '../parse/expression';
import { sourcesOf, type SourceDeclaration } from '../parse/sources';
import type { RenderText } from '../parse/sourcesRender';
import type { TableDeclaration } from '../parse/sourcesTable';
import { parseTemplate } from '../parse/template';
import type { Expression } from '../core/loader';
import { rendered } from './rendered';
import type { Scope } from './renderScope';

/** The sources of a project by name, their templates rendered and their expressions checked. A name that stands twice is reported. */
export function sourceDeclarations(
  files: readonly TextFile[],
  scope: (report: Report) => Scope,
  report: Report,
): ReadonlyMap<string, SourceDeclaration> {
  const sources = new Map<string, SourceDeclaration>();
  for (const source of files.flatMap((file) => sourcesOf(file, textRenderer(scope, report), report))) {
    const other = sources.get(source.name);
    if (other === undefined) sources.set(source.name, source);
    else report(diagnose('name.duplicate', { name: source.name, kind: 'source', other: other.at.file }, source.at));
    for (const table of source.tables) checkExpressions(table, report);
  }
  return sources;
}

/** Renders a text of YAML; what is wrong with it is reported at its place. */
export function textRenderer(scope: (report: Report) => Scope, report: Report): RenderText {
  return (text, at) => {
    let sound = true;
    const note: Report = (problem) => {
      sound = false;
      report(problem);
    };
    const { sql } = rendered(parseTemplate({ file: at.file, text, origin: at }, note), scope(note), note);
    return sound ? sql : undefined;
  };
}

/** Reports expressions that cannot be read, or name a column that the row has not. */
function checkExpressions({ transform, columns }: TableDeclaration, report: Report): void {
  if (transform === undefined) return;
  const check = ({ text, at }: Expression, variables: readonly string[], gives: 'value' | 'condition'): void => {
    const compiled = compileExpression(text, variables, gives);
    if ('problem' in compiled) report(diagnose('expression.invalid', { expression: text, problem: compiled.problem }, at));
  };
  for (const { filter, columns: given } of transform.inputs) {
    if (filter !== undefined) check(filter, ['record'], 'condition');
    for (const source of Object.values(given)) if ('expr' in source) check(source.expr, ['record'], 'value');
  }
  if (transform.filter !== undefined) {
    check(
      transform.filter,
      columns.map(({ name }) => name),
      'condition',
    );
  }
}
