import type { RunResult, StepResult } from '../core/run';
import type { Paint } from './paint';
import { counted, durationText } from './words';

/** How many steps ended how, in the words of dbt's last line. A failed test is an error. */
export interface Summary {
  readonly pass: number;
  readonly warn: number;
  readonly error: number;
  readonly skip: number;
  readonly unchanged: number;
  readonly total: number;
}

/** Counts the results of a run. */
export function summaryOf(results: readonly StepResult[]): Summary {
  const counts = { pass: 0, warn: 0, error: 0, skip: 0, unchanged: 0, total: results.length };
  for (const { status } of results) {
    if (status === 'success' || status === 'pass') counts.pass += 1;
    else if (status === 'warn') counts.warn += 1;
    else if (status === 'skipped') counts.skip += 1;
    else if (status === 'unchanged') counts.unchanged += 1;
    else counts.error += 1;
  }
  return counts;
}

/** `Done. PASS=24 WARN=1 ERROR=2 SKIP=1 TOTAL=28`, with `UNCHANGED=9` where there are such. */
export function doneLine({ pass, warn, error, skip, unchanged, total }: Summary): string {
  return `Done. PASS=${pass} WARN=${warn} ERROR=${error} SKIP=${skip}${unchanged > 0 ? ` UNCHANGED=${unchanged}` : ''} TOTAL=${total}`;
}

/** `Completed successfully`, or with how many errors, warnings and skipped steps. */
export function completedLine({ warn, error, skip }: Summary, paint: Paint): string {
  const parts = [
    ...(error > 0 ? [counted(error, 'error')] : []),
    ...(warn > 0 ? [counted(warn, 'warning')] : []),
    ...(skip > 0 ? [counted(skip, 'skipped step')] : []),
  ];
  if (parts.length === 0) return paint.good('Completed successfully');
  const list = parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return (error > 0 ? paint.bad : paint.warning)(`Completed with ${list}`);
}

/** `Finished running 3 extracts, 2 table models, 20 data tests in 0 hours 0 minutes and 1.20 seconds (1.20s).` */
export function finishedLine({ results, seconds }: RunResult): string {
  const counts = new Map<string, number>(ORDER.map((noun) => [noun, 0]));
  for (const result of results) {
    const noun = groupOf(result);
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  const groups = [...counts].filter(([, count]) => count > 0).map(([noun, count]) => counted(count, noun));
  return `Finished running ${groups.length > 0 ? groups.join(', ') : 'nothing'} in ${durationText(seconds)}.`;
}

const ORDER = [
  'extract',
  'dataset',
  'source table',
  'seed',
  'snapshot',
  'table model',
  'view model',
  'model',
  'data test',
  'unit test',
  'freshness check',
  'project hook',
];

function groupOf({ kind, materialized }: StepResult): string {
  if (kind === 'load') return 'source table';
  if (kind === 'test') return 'data test';
  if (kind === 'unit_test') return 'unit test';
  if (kind === 'freshness') return 'freshness check';
  if (kind === 'operation') return 'project hook';
  return kind === 'model' && materialized !== undefined ? `${materialized} model` : kind;
}
