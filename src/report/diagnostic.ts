import type { Diagnostic } from '../core/diagnostic';
import { codeFrame, linesOf, type SourceLines, type Sources } from './frame';
import type { Paint } from './paint';
import { printableLines } from './printable';
import { counted } from './words';
import { LOG_COLUMNS } from './width';

/** What a diagnostic means for the call. */
export type Severity = 'error' | 'warning';

/**
 * One diagnostic for a person: the fact, its place, the lines it stands in, the hint. Without a place, or when the file is gone
 * meanwhile, what is known is said. Several lines without a line feed at the end.
 */
export function diagnosticText(diagnostic: Diagnostic, sources: Sources, paint: Paint, columns = LOG_COLUMNS): string {
  return diagnosticTextFrom(diagnostic, linesOf(sources), paint, columns, 'error');
}

/** All diagnostics in the order of their places (those without one last), then how many there are; '' when there are none. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], sources: Sources, paint: Paint, columns = LOG_COLUMNS): string {
  if (diagnostics.length === 0) return '';
  const lines = linesOf(sources);
  const files = new Set(diagnostics.flatMap((each) => (each.at === undefined ? [] : [each.at.file])));
  const where = files.size === 0 ? '' : ` in ${counted(files.size, 'file')}`;
  return [
    ...[...diagnostics].sort(byPlace).map((each) => diagnosticTextFrom(each, lines, paint, columns, 'error')),
    `${counted(diagnostics.length, 'problem')}${where}`,
  ].join('\n\n');
}

/** As `diagnosticText`, for callers that have many: `lines` is shared, so that a file is split once. */
export function diagnosticTextFrom(
  { code, message, hint, at }: Diagnostic,
  lines: SourceLines,
  paint: Paint,
  columns: number,
  severity: Severity,
): string {
  // the code is what `docs/errors.md` is looked up by
  const label = severity === 'error' ? paint.bad(`error[${code}]`) : paint.warning(`warning[${code}]`);
  const text = [`${label}: ${prose(message)}`];
  if (at !== undefined) {
    text.push(`  ${paint.faint('-->')} ${at.file}:${at.line}:${at.column}`);
    const known = lines(at.file);
    const frame = known && codeFrame(known, at, paint, columns);
    if (frame !== undefined) text.push(frame);
  }
  if (hint !== undefined) text.push(`${paint.hint('hint')}: ${prose(hint)}`);
  return text.join('\n');
}

/** Engines answer in several lines; the later ones are indented, so that each diagnostic is seen as one. */
function prose(text: string): string {
  return printableLines(text.replaceAll('\r\n', '\n').trimEnd()).replaceAll('\n', '\n  ');
}

/** By file, line and column, in code units; what has no place comes last, nearest to the prompt. */
function byPlace({ at: a }: Diagnostic, { at: b }: Diagnostic): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
