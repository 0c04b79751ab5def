import type { RunResult } from '../core/run';
import type { ReportContext } from './context';
import { problemLines } from './problems';
import { rowCountLines } from './rowcounts';
import { completedLine, doneLine, finishedLine, summaryOf } from './summary';

/** What stands under a run: what ran and how long, the rows of its loads, every warning and error again, and dbt's last line. */
export function closingLines(result: RunResult, warnings: readonly string[], context: ReportContext): readonly string[] {
  const summary = summaryOf(result.results);
  const rows = rowCountLines(result.results);
  return [
    '',
    finishedLine(result),
    ...(rows.length > 0 ? ['', ...rows] : []),
    '',
    completedLine(summary, context.paint),
    ...problemLines(result, warnings, context),
    '',
    doneLine(summary),
  ];
}
