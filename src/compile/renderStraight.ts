import type { Comment, Output, Part, Template, Text } from '../parse/template';
import { valueOf } from './renderExpr';
import { marksFrom, solidSource } from './renderMarks';
import type { Rendered } from './render';
import { recovered, type Scope, textOfValue } from './renderScope';

/** Renders a template without blocks and white-space control by joining its parts; the same text and marks as Handlebars would give. */
export function renderStraight(template: Template, scope: Scope): Rendered {
  const { file, parts, start } = template;
  const marks = marksFrom(start);
  let sql = '';
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as Text | Comment | Output;
    if (part.kind === 'comment') continue;
    if (part.kind === 'output') {
      marks.add(sql.length, part.start);
      sql += recovered(scope, '', () => textOfValue(valueOf(part.expr, scope), part.expr.at));
      continue;
    }
    const [cutLeft, cutRight] = cutsOf(parts, index);
    const value = cutLeft > 0 || cutRight > 0 ? part.value.slice(cutLeft, Math.max(part.value.length - cutRight, cutLeft)) : part.value;
    if (part.solid !== -1) marks.add(sql.length + part.solid - cutLeft, solidSource(part));
    sql += value;
  }
  return { sql, lines: { file, marks: marks.all } };
}

/** How many characters of the text at `index` go with a comment that has the line to itself: on its left side, and on its right. */
function cutsOf(parts: readonly Part[], index: number): readonly [left: number, right: number] {
  const { value } = parts[index] as Text;
  const left = standsAlone(parts, index - 1) ? /^[ \t]*\r?\n?/.exec(value)![0].length : 0;
  if (!standsAlone(parts, index + 1)) return [left, 0];
  let blanks = value.length;
  while (blanks > 0 && (value[blanks - 1] === ' ' || value[blanks - 1] === '\t')) blanks -= 1;
  return [left, value.length - blanks];
}

/** Whether the part at `index` is a comment with nothing but white space beside it on its line: Handlebars takes such a line away. */
function standsAlone(parts: readonly Part[], index: number): boolean {
  if (parts[index]?.kind !== 'comment') return false;
  const before = parts[index - 1];
  const after = parts[index + 1];
  if (before !== undefined && !(before.kind === 'text' && endsLine(before.value, index === 1))) return false;
  return after === undefined || (after.kind === 'text' && beginsLineEnd(after.value, index + 2 === parts.length));
}

/** Whether a line break stands in the white space that ends `text`; white space alone counts when it is the `first` of the template. */
function endsLine(text: string, first: boolean): boolean {
  let at = text.length - 1;
  for (; at >= 0 && /\s/.test(text[at]!); at -= 1) if (text[at] === '\n') return true;
  return first && at < 0;
}

/** Whether a line break stands in the white space that begins `text`; white space alone counts when it is the `last` of the template. */
function beginsLineEnd(text: string, last: boolean): boolean {
  let at = 0;
  for (; at < text.length && /\s/.test(text[at]!); at += 1) if (text[at] === '\n') return true;
  return last && at === text.length;
}
