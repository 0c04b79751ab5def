import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { DocBlock } from '../core/manifest';
import { lineStartsOf, placeAt } from '../core/position';
import type { TextFile } from '../core/project';
import { nameProblem } from './names';

/** An opening or closing tag in the form of this language or of dbt's. */
const TAG = /\{\{(?<end>[#/])docs(?:\s+(?<name>[^}]*?))?\s*\}\}|\{%-?\s*(?<other>end)?docs\b[^%]*%\}/g;

/**
 * The blocks `{{#docs name}} … {{/docs}}` of a Markdown file under `models/`. What stands outside of them, and every other template inside, is
 * text. Reports blocks that do not end or begin, that lie in each other, and dbt's form.
 */
export function docBlocksOf({ path, text }: TextFile, report: Report): readonly DocBlock[] {
  const starts = lineStartsOf(text);
  const blocks: DocBlock[] = [];
  let open: { readonly name: string; readonly from: number; readonly at: Location } | undefined;
  for (const tag of text.matchAll(TAG)) {
    const at: Location = { file: path, ...placeAt(starts, tag.index), length: tag[0].length };
    const { end, name = '' } = tag.groups!;
    const wrong = (problem: string, hint?: string): void => report(diagnose('template.syntax', { problem, hint }, at));
    if (end === undefined) wrong(`\`${tag[0]}\` is dbt's form of a doc block`, 'write `{{#docs name}} … {{/docs}}`');
    else if (end === '/') {
      if (open === undefined) wrong('`{{/docs}}` closes nothing');
      else blocks.push({ name: open.name, text: text.slice(open.from, tag.index).trim(), at: open.at });
      open = undefined;
    } else if (open !== undefined) wrong(`the doc block \`${name}\` begins in \`${open.name}\``, 'close the one before with `{{/docs}}`');
    else {
      const problem = nameProblem(name, 'part');
      if (problem !== undefined) report(diagnose('name.invalid', { name, problem }, at));
      open = { name, from: tag.index + tag[0].length, at };
    }
  }
  if (open !== undefined)
    report(
      diagnose('template.syntax', { problem: `the doc block \`${open.name}\` does not end`, hint: 'close it with `{{/docs}}`' }, open.at),
    );
  return blocks;
}
