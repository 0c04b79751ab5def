import type { Event } from '../core/event';
import { closingLines } from './closing';
import type { ReportContext } from './context';
import type { Following } from './following';
import { printable } from './printable';
import { LINE_WIDTH, endLine, retryLine, startLine, stepLineText } from './stepline';
import { counted } from './words';

/**
 * The lines that an event is worth in a log, in dbt's format without its time stamps; none for progress.
 * `run` is what was known before the event.
 */
export function transcriptOf(event: Event, run: Following, context: ReportContext, width = LINE_WIDTH): readonly string[] {
  const { paint, version } = context;
  switch (event.type) {
    case 'run.started':
      return [
        `Running with etlx=${version}`,
        foundLine(event.found),
        '',
        `Concurrency: ${counted(event.threads, 'thread')} (target='${printable(event.target)}')`,
        '',
      ];
    case 'step.started':
      return [stepLineText(startLine(event.step), event.index, event.total, paint, width)];
    case 'step.progress':
      return [];
    case 'step.retried': {
      const known = run.stepOf(event.id);
      const problem = `  attempt ${event.attempt} failed: ${printable(event.problem)}`;
      if (known === undefined) return [`${paint.warning('RETRY')} ${event.id} in ${event.delay}s`, problem];
      return [stepLineText(retryLine(known.step, event.delay), known.index, known.total, paint, width), problem];
    }
    case 'step.finished':
      return [stepLineText(endLine(event.result), event.index, event.total, paint, width)];
    case 'notice':
      return [`${event.level === 'warn' ? `${paint.warning('Warning')}: ` : ''}${printable(event.message)}`];
    case 'run.finished':
      return closingLines(event.result, run.warnings, context);
  }
}

/** `Found 6 models, 3 sources, 20 data tests`: what the project holds, whatever part of it runs. */
export function foundLine(found: Readonly<Record<string, number>>): string {
  const parts = Object.entries(found)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => counted(count, kind === 'test' ? 'data test' : kind.replace('_', ' ')));
  return `Found ${parts.length > 0 ? parts.join(', ') : 'nothing'}`;
}
