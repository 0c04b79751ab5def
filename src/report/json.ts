import type { Diagnostic } from '../core/diagnostic';
import type { Event } from '../core/event';
import type { ReportContext, Reporter } from './context';
import { following, type Following } from './following';
import { jsonText } from './jsontext';
import { paintOf } from './paint';
import { doneLine, summaryOf } from './summary';
import { foundLine, transcriptOf } from './transcript';
import { counted } from './words';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * `--log-format json`: one object per line and event, `{time, level, name, message, data}`. `time` is ISO 8601, `name` the event's
 * type, `message` the plain line, `data` the event's facts. `least` leaves out what matters less.
 */
export function jsonReporter(context: ReportContext, least: Level = 'debug'): Reporter {
  const plain = { ...context, paint: paintOf(false) };
  const run = following(context.now);
  return {
    emit(event) {
      const level = levelOf(event);
      if (LEVELS.indexOf(level) >= LEVELS.indexOf(least)) {
        const message = messageOf(event, run, plain);
        const time = context.now().toISOString();
        context.output.write(`${jsonText({ time, level, name: event.type, message, data: dataOf(event, context.version) })}\n`);
      }
      run.note(event);
    },
    close() {},
  };
}

/** Diagnostics as lines of the same log; '' when there are none. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[], now: () => Date): string {
  const time = now().toISOString();
  return diagnostics.map((data) => `${jsonText({ time, level: 'error', name: 'diagnostic', message: data.message, data })}\n`).join('');
}

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

function levelOf(event: Event): Level {
  switch (event.type) {
    case 'step.progress':
      return 'debug';
    case 'step.retried':
      return 'warn';
    case 'notice':
      return event.level;
    case 'step.finished': {
      const { status } = event.result;
      return status === 'error' || status === 'fail' ? 'error' : status === 'warn' || status === 'skipped' ? 'warn' : 'info';
    }
    case 'run.started':
    case 'step.started':
    case 'run.finished':
      return 'info';
  }
}

/** The event without its type. The results of a run were told one by one: its end counts them, so that no line grows with the project. */
function dataOf(event: Event, version: string): object {
  if (event.type === 'run.finished') {
    const { results, ...run } = event.result;
    return { ...run, summary: summaryOf(results) };
  }
  const { type: _, ...data } = event;
  return event.type === 'run.started' ? { etlx: version, ...data } : data;
}

/** One line, whatever the console makes of the event. */
function messageOf(event: Event, run: Following, context: ReportContext): string {
  switch (event.type) {
    case 'run.started':
      return foundLine(event.found);
    case 'step.progress':
      return `${event.id}: ${event.phase}, ${counted(event.rows, 'row')}${event.pages === undefined ? '' : `, ${counted(event.pages, 'page')}`}`;
    case 'notice':
      return event.message;
    case 'run.finished':
      return doneLine(summaryOf(event.result.results));
    default:
      return transcriptOf(event, run, context)
        .map((line) => line.trim())
        .join(' ');
  }
}
