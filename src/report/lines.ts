import type { ReportContext, Reporter } from './context';
import { following } from './following';
import { transcriptOf } from './transcript';

/** dbt's plain log, for whatever is not a terminal: every line is stamped with the time of day, nothing is ever taken back. */
export function linesReporter(context: ReportContext): Reporter {
  const run = following(context.now);
  return {
    emit(event) {
      const lines = transcriptOf(event, run, context);
      run.note(event);
      if (lines.length === 0) return;
      const stamp = timeOfDay(context.now());
      context.output.write(`${lines.map((line) => `${stamp}  ${line}`.trimEnd()).join('\n')}\n`);
    },
    close() {},
  };
}

/** `10:01:02`, local time, as the log of a program on this machine. */
function timeOfDay(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
