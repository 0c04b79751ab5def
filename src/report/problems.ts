import type { FailingRows, RunResult, StepResult } from '../core/run';
import type { ReportContext } from './context';
import { diagnosticTextFrom } from './diagnostic';
import { linesOf, type SourceLines } from './frame';
import { printable, printableLines } from './printable';
import { differenceText } from './difference';
import { tableText } from './table';
import { bareName, counted, nounOf, relationText } from './words';
import { LOG_COLUMNS, widthOf } from './width';

const INDENT = 2;
const MOST_NAMES = 5;
/** The widest cell of a row that is wrong. */
const WIDEST_FAILING = 30;

/**
 * Everything that did not go well, once more: what was skipped and why, then the warnings, then the errors, so that the worst stands
 * next to the prompt. Groups of lines with a blank line before each.
 */
export function problemLines({ results }: RunResult, warnings: readonly string[], context: ReportContext): readonly string[] {
  const lines = linesOf(context.sources);
  const about = (statuses: readonly StepResult['status'][]): readonly string[] =>
    results.filter(({ status }) => statuses.includes(status)).flatMap((each) => ['', ...problemOf(each, lines, context)]);
  return [
    ...skippedLines(results),
    ...warnings.flatMap((each) => ['', `${context.paint.warning('Warning')}: ${printable(each)}`]),
    ...about(['warn']),
    ...about(['error', 'fail']),
  ];
}

/** One result that is a warning or an error: what and where, the reason with its code frame, where the SQL that ran lies. */
export function problemOf(result: StepResult, lines: SourceLines, { output, paint, placeOf }: ReportContext): readonly string[] {
  const { id, kind, name, status, message, relation, failingRows, differences = [], diagnostics = [], attempts, compiledPath } = result;
  const at = placeOf(id);
  const where = at === undefined ? '' : ` (${at.file}:${at.line})`;
  const subject = printable(`${nounOf[kind]} ${kind === 'model' || kind === 'test' ? name : bareName(id)}`);
  const warning = status === 'warn';
  const label = warning ? paint.warning('Warning') : paint.bad(status === 'fail' ? 'Failure' : 'Error');
  const columns = (output.columns || LOG_COLUMNS) - INDENT;
  const texts = diagnostics.map((each) => diagnosticTextFrom(each, lines, paint, columns, warning ? 'warning' : 'error'));
  return [
    `${label} in ${subject}${where}`,
    ...[
      ...(message === undefined ? [] : [printableLines(message)]),
      ...(failingRows === undefined || failingRows.rows.length === 0 ? [] : [rowsText(failingRows, columns)]),
      ...(kind === 'test' && relation !== undefined && status !== 'error'
        ? [`all of them are kept in ${printable(relationText(relation))}`]
        : []),
      ...differences.map((each) => differenceText(each, columns)),
      ...texts,
      ...(attempts > 1 ? [`tried ${counted(attempts, 'time')}`] : []),
      ...(compiledPath === undefined ? [] : [`compiled code at ${compiledPath}`]),
    ].flatMap((text) => text.split('\n').map((line) => ' '.repeat(INDENT) + line)),
  ];
}

/** Some of the rows that are wrong, with as many of their columns as there is room for. */
function rowsText({ columns, rows }: FailingRows, room: number): string {
  const table = (count: number): string => tableText({ columns: columns.slice(0, count), rows }, WIDEST_FAILING).trimEnd();
  let shown = 1;
  while (shown < columns.length && widthOf(firstLine(table(shown + 1))) <= room) shown += 1;
  return shown < columns.length ? `${table(shown)}\n(${counted(columns.length - shown, 'more column')})` : table(shown);
}

const firstLine = (text: string): string => text.slice(0, text.indexOf('\n'));

/** One line per cause, whatever the number of steps that it took with it. */
function skippedLines(results: readonly StepResult[]): readonly string[] {
  const causes = new Map<string, StepResult[]>();
  for (const result of results) {
    if (result.status !== 'skipped') continue;
    const because = result.because === undefined ? '' : ` because of ${result.because}`;
    const cause = because + (result.message === undefined ? '' : ` (${result.message})`);
    const group = causes.get(cause);
    if (group) group.push(result);
    else causes.set(cause, [result]);
  }
  return [...causes].flatMap(([cause, group]) => {
    const names = group.slice(0, MOST_NAMES).map(({ id }) => id);
    const more = group.length > MOST_NAMES ? ` and ${group.length - MOST_NAMES} more` : '';
    return ['', printable(`Skipped ${counted(group.length, 'step')}${cause}: ${names.join(', ')}${more}`)];
  });
}
